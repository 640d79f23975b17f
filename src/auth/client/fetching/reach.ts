/** Which URLs may be asked: all of them come from a server that is not trusted (A25). */
import { isLoopback } from '../../../base/loopback.ts';
import { parseUrl } from '../../../base/parse-url.ts';
import { AuthorizationError } from '../failures/authorization-error.ts';
import { shownWithoutSecrets } from '../failures/shown-without-secrets.ts';
import { type AddressKind, isAddress, kindOfAddress } from './address-kind.ts';

/** Where the server that named the URLs is: others there may be asked too. */
export type Vicinity = 'public' | 'private' | 'loopback';

export interface Reach {
  readonly vicinity: Vicinity;
  /** Hosts that may be in a private network. */
  readonly allowHosts: readonly string[];
}

/**
 * Where a server is.
 *
 * @param address that was connected to, if it is known
 */
export function vicinityOf(target: URL, address?: string): Vicinity {
  if (isLoopback(target.hostname)) return 'loopback';
  const known = address ?? (isAddress(target.hostname) ? target.hostname : undefined);
  return known !== undefined && kindOfAddress(known) === 'private' ? 'private' : 'public';
}

/** Whether a host may be connected to at an address. */
export function isReachable(address: string, host: string, reach: Reach): boolean {
  return isAllowed(kindOfAddress(address), host, reach);
}

function isAllowed(kind: AddressKind, host: string, { vicinity, allowHosts }: Reach): boolean {
  if (kind === 'loopback') return vicinity === 'loopback';
  if (kind === 'private') return vicinity === 'private' || allowHosts.includes(host);
  return kind === 'public';
}

/** Names that resolve to this machine or this network, or that only clouds know. */
const LOCAL_NAME = /(?:^|\.)(?:local|internal|localdomain|home\.arpa)$/;

/**
 * A URL that may be asked, or opened in a browser, as far as the URL itself says.
 *
 * @throws AuthorizationError
 */
export function reachableUrl(text: unknown, reach: Reach, step: string): URL {
  const url = typeof text === 'string' ? parseUrl(text) : undefined;
  if (url === undefined) throw new AuthorizationError(step, 'there is no URL');
  const problem = problemWith(url, reach);
  if (problem === undefined) return url;
  throw new AuthorizationError(step, `${shownWithoutSecrets(url.host, [])} ${problem}`);
}

function problemWith(url: URL, reach: Reach): string | undefined {
  const { protocol } = url;
  // A dot at the end changes nothing of where a name leads.
  const hostname = url.hostname.replace(/\.$/, '');
  if (url.username !== '' || url.password !== '') return 'has credentials in its URL';
  const isHere = isLoopback(hostname) || hostname.endsWith('.localhost');
  if (protocol !== 'https:' && !(protocol === 'http:' && isHere)) return 'is not https';
  const kind = isHere ? 'loopback' : kindOfHost(hostname, reach);
  return isAllowed(kind, hostname, reach)
    ? undefined
    : 'is inside a network, where it is not asked';
}

function kindOfHost(host: string, { allowHosts }: Reach): AddressKind {
  if (isAddress(host)) return kindOfAddress(host);
  const isLocal = LOCAL_NAME.test(host) || !host.includes('.');
  return isLocal && !allowHosts.includes(host) ? 'private' : 'public';
}
