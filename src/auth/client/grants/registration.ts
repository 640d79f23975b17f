/** Registers the client with an authorization server (RFC 7591, A16). */
import { isLoopback } from '../../../base/loopback.ts';
import type { Discovered } from '../discovery/target.ts';
import { listed } from '../discovery/issuer.ts';
import { atStep } from '../library/library-error.ts';
import { libraryOptions, loadOAuth } from '../library/load-oauth.ts';
import type { KeptClient } from '../stores/records.ts';
import { methodToRegister } from './client-identity.ts';

const STEP = 'the registration of the client';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** @throws AuthorizationError with the server's words */
export async function register(
  { server, fetch }: Discovered,
  redirectUri: string,
  name: string,
): Promise<KeptClient> {
  const oauth = await loadOAuth();
  const hasDevices = listed(server, 'grant_types_supported')?.includes(DEVICE_GRANT);
  const metadata = {
    client_name: name,
    application_type: isNative(redirectUri) ? 'native' : 'web',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token', ...(hasDevices ? [DEVICE_GRANT] : [])],
    response_types: ['code'],
    token_endpoint_auth_method: methodToRegister(server),
  };
  const client = await atStep(STEP, oauth, [], async () => {
    const options = libraryOptions(oauth, fetch.forLibrary(STEP));
    const response = await oauth.dynamicClientRegistrationRequest(server, metadata, options);
    return oauth.processDynamicClientRegistrationResponse(response);
  });
  const { client_id, client_secret, token_endpoint_auth_method, client_secret_expires_at } = client;
  const ends = typeof client_secret_expires_at === 'number' ? client_secret_expires_at * 1_000 : 0;
  return {
    client_id,
    ...(typeof client_secret === 'string' && { client_secret }),
    ...(typeof token_endpoint_auth_method === 'string' && { token_endpoint_auth_method }),
    ...(ends > 0 && Number.isFinite(ends) && { secretEndsAt: ends }),
    redirectUri,
  };
}

/** On this machine, or by a scheme of its own. */
function isNative(redirectUri: string): boolean {
  const { protocol, hostname } = new URL(redirectUri);
  return isLoopback(hostname) || !/^https?:$/.test(protocol);
}
