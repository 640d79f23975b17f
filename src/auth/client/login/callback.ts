/** What the browser came back with (A19). */
import { parseUrl } from '../../../base/parse-url.ts';
import type { Discovered } from '../discovery/target.ts';
import { AuthorizationError } from '../failures/authorization-error.ts';
import { atStep } from '../library/library-error.ts';
import type { OAuthLibrary } from '../library/load-oauth.ts';
import type { KeptLogin } from '../stores/records.ts';

export const CALLBACK = 'the response of the authorization server';

/** The parameters of a callback. @throws AuthorizationError */
export function callbackParameters(callback: unknown): URLSearchParams {
  const url = parseUrl(String(callback));
  if (url !== undefined) return url.searchParams;
  throw new AuthorizationError(CALLBACK, 'it is not a URL');
}

/** `iss` is looked at first: on a mismatch nothing of it counts. @throws AuthorizationError */
export async function validCallback(
  oauth: OAuthLibrary,
  { server }: Discovered,
  login: KeptLogin,
  parameters: URLSearchParams,
): Promise<URLSearchParams> {
  const { state, clientId } = login;
  if (!isSame(parameters.get('state') ?? '', state)) {
    throw new AuthorizationError(CALLBACK, 'it does not belong to this login');
  }
  const secrets = [state, login.verifier, parameters.get('code') ?? undefined];
  return atStep(CALLBACK, oauth, secrets, () =>
    oauth.validateAuthResponse(server, { client_id: clientId }, parameters, state),
  );
}

/** In a time that does not depend on where two texts differ (A30). */
export function isSame(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < other.length; at++) {
    difference |= one.charCodeAt(at % (one.length || 1)) ^ other.charCodeAt(at);
  }
  return difference === 0;
}
