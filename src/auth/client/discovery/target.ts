/** From a server to the issuer whose tokens it takes. */
import { AuthorizationError } from '../failures/authorization-error.ts';
import type { Asking } from '../fetching/asking.ts';
import { GuardedFetch } from '../fetching/guarded-fetch.ts';
import { type Vicinity, vicinityOf } from '../fetching/reach.ts';
import type { AuthorizationServer } from '../library/load-oauth.ts';
import type { BearerChallenge } from './challenges.ts';
import { issuerMetadata } from './issuer.ts';
import { resourceMetadata } from './resource.ts';

/** What a server wants. */
export interface Discovered {
  readonly target: string;
  readonly vicinity: Vicinity;
  readonly resource: string;
  readonly scopes: readonly string[] | undefined;
  readonly server: AuthorizationServer;
  readonly fetch: GuardedFetch;
}

/** A server that is asked about, and what is known of it. */
export interface Target {
  readonly url: string;
  readonly address?: string | undefined;
  readonly challenge?: BearerChallenge | undefined;
}

/**
 * @param pinned the issuer that credentials are for: no other is asked (A16)
 * @throws AuthorizationError
 */
export async function discoverTarget(
  { url, address, challenge }: Target,
  asking: Asking,
  pinned: string | undefined,
): Promise<Discovered> {
  const target = new URL(url);
  const vicinity = vicinityOf(target, address);
  const fetch = guardedFetch(vicinity, asking);
  const { resource, issuers, scopes } = await resourceMetadata(target, challenge, fetch);
  const issuer = chooseIssuer(issuers, pinned);
  const server = await issuerMetadata(issuer, fetch);
  return { target: url, vicinity, resource, scopes, server, fetch };
}

export function guardedFetch(vicinity: Vicinity, { fetch, allowHosts = [] }: Asking): GuardedFetch {
  return new GuardedFetch({ vicinity, allowHosts }, fetch);
}

function chooseIssuer(issuers: readonly string[], pinned: string | undefined): string {
  const issuer = pinned === undefined ? issuers[0] : issuers.find((each) => each === pinned);
  if (issuer !== undefined) return issuer;
  const what =
    pinned === undefined
      ? 'it names no authorization server'
      : 'it does not name the issuer that the given credentials are for';
  throw new AuthorizationError('the metadata of the resource', what);
}
