/** What an authorization server publishes of itself (RFC 8414, OpenID Connect Discovery; A15). */
import { isRecord } from '../../../base/json/json.ts';
import { AuthorizationError } from '../failures/authorization-error.ts';
import { type GuardedFetch, unavailable } from '../fetching/guarded-fetch.ts';
import { reachableUrl } from '../fetching/reach.ts';
import type { AuthorizationServer } from '../library/load-oauth.ts';
import { issuerMetadataUrls } from './well-known.ts';

const STEP = 'the metadata of the authorization server';

/** @throws AuthorizationError */
export async function issuerMetadata(
  issuer: string,
  fetch: GuardedFetch,
): Promise<AuthorizationServer> {
  const { search, hash } = reachableUrl(issuer, fetch.reach, STEP);
  const isPrintable = /^[\x21-\x7e]+$/.test(issuer);
  if (search !== '' || hash !== '' || !isPrintable)
    throw new AuthorizationError(STEP, 'it is not an issuer');
  for (const url of issuerMetadataUrls(new URL(issuer))) {
    const { status, body } = await fetch.json(url, STEP);
    if (status >= 500) throw unavailable(url, STEP, `with status ${status}`);
    if (status >= 400 || !isRecord(body)) continue;
    if (body['issuer'] !== issuer) {
      throw new AuthorizationError(STEP, 'it is the metadata of another issuer');
    }
    return body as unknown as AuthorizationServer;
  }
  throw new AuthorizationError(STEP, 'it publishes none');
}

/** Without PKCE a code that is stolen can be used. @throws AuthorizationError */
export function assertPkce({
  code_challenge_methods_supported: methods,
}: AuthorizationServer): void {
  if (Array.isArray(methods) && methods.includes('S256')) return;
  throw new AuthorizationError(STEP, 'it does not say that it supports PKCE with S256');
}

/** A list of texts in the metadata; `undefined` if there is none. */
export function listed(server: AuthorizationServer, name: string): readonly string[] | undefined {
  const value = server[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : undefined;
}
