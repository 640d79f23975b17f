/** What a protected server publishes of itself (RFC 9728): whose tokens it takes (A13, A14). */
import { isRecord } from '../../../base/json/json.ts';
import { parseUrl } from '../../../base/parse-url.ts';
import { isScope } from '../../../protocol/scopes.ts';
import { AuthorizationError } from '../failures/authorization-error.ts';
import { type GuardedFetch, unavailable } from '../fetching/guarded-fetch.ts';
import type { BearerChallenge } from './challenges.ts';
import { resourceMetadataUrl, resourceMetadataUrls } from './well-known.ts';

export interface ProtectedResourceMetadata {
  /** To the character as it is published (A14). */
  readonly resource: string;
  /** Issuers of tokens for it. */
  readonly issuers: readonly string[];
  readonly scopes: readonly string[] | undefined;
}

const STEP = 'the metadata of the resource';

/** @throws AuthorizationError */
export async function resourceMetadata(
  target: URL,
  challenge: BearerChallenge | undefined,
  fetch: GuardedFetch,
): Promise<ProtectedResourceMetadata> {
  const named = challenge?.get('resource_metadata');
  const urls = named === undefined ? resourceMetadataUrls(target) : [named];
  for (const url of urls) {
    const { status, body } = await fetch.json(url, STEP);
    if (status >= 500) throw unavailable(url, STEP, `with status ${status}`);
    if (status >= 400 || !isRecord(body) || typeof body['resource'] !== 'string') continue;
    assertIsOf(target, body['resource'], url);
    const issuers = textsIn(body['authorization_servers']) ?? [];
    const scopes = textsIn(body['scopes_supported'])?.filter(isScope);
    return { resource: body['resource'], issuers, scopes };
  }
  throw new AuthorizationError(STEP, 'the server publishes none');
}

function textsIn(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.slice(0, 100).filter((each) => typeof each === 'string');
}

/** @throws AuthorizationError unless the document may speak for the target */
function assertIsOf(target: URL, resource: string, documentUrl: string): void {
  const url = parseUrl(resource);
  // Parsing drops blanks and line ends: a person is shown the resource as it is.
  const isPlain = !/[\s\p{Cc}\p{Cf}]/u.test(resource);
  if (url !== undefined && isPlain && isResource(url) && isOf(url, target, documentUrl)) return;
  throw new AuthorizationError(STEP, 'it is the metadata of another resource');
}

function isResource({ hash, username, password }: URL): boolean {
  return hash === '' && username === '' && password === '';
}

/**
 * The target itself, or a parent that says so itself: else whoever has one path of a host would get
 * tokens for the whole host.
 */
function isOf(resource: URL, target: URL, documentUrl: string): boolean {
  const isSame = resource.href === withoutHash(target);
  return isSame || (isWithin(target, resource) && documentUrl === resourceMetadataUrl(resource));
}

function withoutHash(url: URL): string {
  const copy = new URL(url);
  copy.hash = '';
  return copy.href;
}

/** Whether a URL is a resource, or below it by whole segments of its path (A14, A27). */
export function isWithin(url: URL, resource: URL): boolean {
  if (url.origin !== resource.origin) return false;
  if (resource.search !== '' && resource.search !== url.search) return false;
  const parent = resource.pathname.replace(/\/$/, '');
  return url.pathname === parent || url.pathname.startsWith(`${parent}/`);
}
