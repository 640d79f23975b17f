import { invalidOptions } from '../../../base/errors.ts';
import { type OptionSet, readOptions } from '../../../base/options/options.ts';
import { Authorizer } from '../authorizer.ts';
import type { ClientAuthorization } from '../client-authorization.ts';
import { GIVEN_CLIENT, assertGivenClient } from '../login/given-client.ts';
import type { GivenClient } from '../login/login-options.ts';
import { memoryAuthStore } from '../stores/memory-store.ts';
import { Records } from '../stores/records.ts';
import { CredentialGrant } from './credential-grant.ts';
import { CREDENTIAL_OPTIONS, type CredentialOptions } from './credential-options.ts';

/** Options of {@link clientCredentials}. */
export interface ClientCredentialsOptions extends CredentialOptions {
  /** With a secret, or with a private key. */
  readonly client: GivenClient;
}

const OPTIONS: OptionSet<ClientCredentialsOptions> = {
  of: 'clientCredentials()',
  table: { ...CREDENTIAL_OPTIONS, client: GIVEN_CLIENT },
};

/**
 * Gets tokens for the client itself, without a person: for the client's option `http`. Needs the
 * package `oauth4webapi`.
 *
 * @throws RondoError `invalid_options`
 * @see https://modelcontextprotocol.io/extensions/auth/oauth-client-credentials
 */
export function clientCredentials(given: ClientCredentialsOptions): ClientAuthorization {
  const options = readOptions(OPTIONS, given);
  const { client, store = memoryAuthStore(), scopes } = options;
  assertGivenClient('clientCredentials()', client);
  if (client.client_secret === undefined && client.privateKey === undefined) {
    throw invalidOptions("'client' of clientCredentials() needs client_secret or privateKey.");
  }
  const grant = new CredentialGrant({
    issuer: client.issuer,
    identity: client,
    step: 'the grant of client credentials',
    scopes,
    prepare: async () => ({
      secrets: [],
      send: ({ oauth, server, client: own, auth, options: how }, parameters) =>
        oauth.clientCredentialsGrantRequest(server, own, auth, parameters, how),
    }),
  });
  return new Authorizer(new Records(store), grant, options).http;
}
