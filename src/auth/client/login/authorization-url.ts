/** The URL that a person is sent to, and what is worth knowing of it (A28). */
import type { Discovered } from '../discovery/target.ts';
import { reachableUrl } from '../fetching/reach.ts';
import type { AskedScopes } from '../grants/scopes.ts';
import type { OAuthLibrary } from '../library/load-oauth.ts';
import type { KeptLogin } from '../stores/records.ts';

/** @throws AuthorizationError for a URL that must not be opened */
export async function authorizationUrl(
  oauth: OAuthLibrary,
  { server, fetch }: Discovered,
  login: KeptLogin,
  { scopes, isOffline }: AskedScopes,
): Promise<URL> {
  const endpoint = server.authorization_endpoint;
  const url = new URL(reachableUrl(endpoint, fetch.reach, 'the authorization endpoint'));
  url.hash = '';
  const parameters = {
    response_type: 'code',
    client_id: login.clientId,
    redirect_uri: login.redirectUri,
    code_challenge: await oauth.calculatePKCECodeChallenge(login.verifier),
    code_challenge_method: 'S256',
    state: login.state,
    resource: login.resource,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    ...(isOffline && { prompt: 'consent' }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

export function warningsFor(url: URL, issuer: string): string[] {
  const warnings: string[] = [];
  const { host } = new URL(issuer);
  if (url.hostname.split('.').some((label) => label.startsWith('xn--'))) {
    warnings.push(`The host ${url.hostname} is written with characters that can look like others.`);
  }
  if (url.host !== host)
    warnings.push(`The page is at ${url.host}, and the tokens are of ${host}.`);
  return warnings;
}
