/** Who the client is to an authorization server, and how it shows that (A16, A20). */
import { encodeBase64 } from '../../../base/base64.ts';
import { listed } from '../discovery/issuer.ts';
import type { AuthorizationServer, ClientAuth, OAuthLibrary } from '../library/load-oauth.ts';
import type { Identity } from './identity.ts';

/**
 * How a client shows who it is at the token endpoint: by what is offered and what it has.
 *
 * @param made gets the secret that it makes of a private key
 */
export function clientAuth(
  oauth: OAuthLibrary,
  server: AuthorizationServer,
  { client_secret, privateKey, token_endpoint_auth_method }: Identity,
  made?: (secret: string) => void,
): ClientAuth {
  if (privateKey !== undefined) {
    const { key, kid } = privateKey;
    const sign = oauth.PrivateKeyJwt({
      key: key as CryptoKey,
      ...(kid !== undefined && { kid }),
    });
    return async (as, client, body, headers) => {
      await sign(as, client, body, headers);
      made?.(body.get('client_assertion') ?? '');
    };
  }
  if (client_secret === undefined || token_endpoint_auth_method === 'none') return oauth.None();
  // Without a list, it is Basic (RFC 8414 section 2).
  const offered = listed(server, 'token_endpoint_auth_methods_supported') ?? [
    'client_secret_basic',
  ];
  const isBasic =
    token_endpoint_auth_method === 'client_secret_basic' ||
    (token_endpoint_auth_method === undefined && offered.includes('client_secret_basic'));
  return isBasic ? basic(client_secret) : oauth.ClientSecretPost(client_secret);
}

/** The library escapes `-._~` too, which form encoding does not, and which many servers do not undo. */
function basic(secret: string): ClientAuth {
  return (_server, { client_id }, _body, headers) => {
    const text = new TextEncoder().encode(`${formEncoded(client_id)}:${formEncoded(secret)}`);
    headers.set('authorization', `Basic ${encodeBase64(text)}`);
  };
}

function formEncoded(text: string): string {
  const escape = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, escape)
    .replaceAll('%20', '+');
}

/** The first of these that is offered is registered for: a public client needs no secret. */
const PREFERRED = ['none', 'client_secret_basic', 'client_secret_post'];

export function methodToRegister(server: AuthorizationServer): string {
  const offered = listed(server, 'token_endpoint_auth_methods_supported') ?? [
    'client_secret_basic',
  ];
  return PREFERRED.find((method) => offered.includes(method)) ?? 'none';
}
