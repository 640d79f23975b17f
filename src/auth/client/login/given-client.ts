/** Options that say who a client is, checked when they are given: a server would say less of it. */
import { invalidOptions } from '../../../base/errors.ts';
import { isRecord } from '../../../base/json/json.ts';
import { isLoopback } from '../../../base/loopback.ts';
import { listOf, nonEmptyText, oneOf } from '../../../base/options/option-checks.ts';
import type { Check, OptionTable } from '../../../base/options/options.ts';
import { parseUrl } from '../../../base/parse-url.ts';
import type { GivenClient } from './login-options.ts';

/** The issuer is compared to the character, so it is not brought into another form. */
export const anIssuer: Check = (value) => {
  const url = typeof value === 'string' ? parseUrl(value) : undefined;
  return url !== undefined && isSafe(url) && !/[?#]/.test(value as string)
    ? undefined
    : 'must be the URL of an authorization server, such as https://auth.example.com';
};

function isSafe({ protocol, hostname, username, password }: URL): boolean {
  const isEncrypted = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
  return isEncrypted && username === '' && password === '';
}

/** They are joined by spaces. */
export const areScopes: Check = listOf(
  'scopes, each without spaces',
  (value) => typeof value === 'string' && /^\S+$/.test(value),
);

const aSigningKey: Check = (value) =>
  isRecord(value) && value['type'] === 'private'
    ? undefined
    : 'must be a private CryptoKey, of the WebCrypto of the platform';

export const GIVEN_CLIENT: OptionTable<GivenClient> = {
  issuer: anIssuer,
  client_id: nonEmptyText,
  client_secret: nonEmptyText,
  privateKey: { key: aSigningKey, kid: nonEmptyText },
  token_endpoint_auth_method: oneOf(
    'none',
    'client_secret_basic',
    'client_secret_post',
    'private_key_jwt',
  ),
};

/** @throws RondoError `invalid_options` for a client that lacks what it is to show itself with */
export function assertGivenClient(of: string, client: GivenClient | undefined): void {
  if (!client?.issuer || !client.client_id) {
    throw invalidOptions(`'client' of ${of} needs issuer and client_id.`);
  }
  const { client_secret, privateKey, token_endpoint_auth_method: method = '' } = client;
  if (privateKey !== undefined && privateKey.key === undefined) {
    throw invalidOptions(`'client.privateKey' of ${of} needs key.`);
  }
  if (method.startsWith('client_secret_') && client_secret === undefined) {
    throw invalidOptions(`'client' of ${of} needs client_secret for ${method}.`);
  }
  if (method === 'private_key_jwt' && privateKey === undefined) {
    throw invalidOptions(`'client' of ${of} needs privateKey for ${method}.`);
  }
}
