import { invalidOptions } from '../../../base/errors.ts';
import { callable, nonEmptyText } from '../../../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../../../base/options/options.ts';
import { Authorizer } from '../authorizer.ts';
import type { ClientAuthorization } from '../client-authorization.ts';
import type { Identity } from '../grants/identity.ts';
import { anIssuer } from '../login/given-client.ts';
import { memoryAuthStore } from '../stores/memory-store.ts';
import { Records } from '../stores/records.ts';
import { CredentialGrant } from './credential-grant.ts';
import { CREDENTIAL_OPTIONS, type CredentialOptions, assertGiven } from './credential-options.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** Options of {@link jwtBearer}. */
export interface JwtBearerOptions extends CredentialOptions {
  /** Whom the assertion is for: to no other issuer is it sent. */
  readonly issuer: string;
  readonly client_id: string;
  /** Default: none. */
  readonly client_secret?: string;
  /** The workload's identity, a signed JWT: asked for before each token. */
  readonly assertion: () => string | Promise<string>;
}

const OPTIONS: OptionSet<JwtBearerOptions> = {
  of: 'jwtBearer()',
  table: {
    ...CREDENTIAL_OPTIONS,
    issuer: anIssuer,
    client_id: nonEmptyText,
    client_secret: nonEmptyText,
    assertion: callable,
  },
};

/**
 * Gets tokens for a workload that has an identity of its platform's (RFC 7523): for the client's
 * option `http`. Needs the package `oauth4webapi`.
 *
 * @throws RondoError `invalid_options`
 * @see https://www.rfc-editor.org/rfc/rfc7523
 */
export function jwtBearer(given: JwtBearerOptions): ClientAuthorization {
  const options = readOptions(OPTIONS, given);
  const { issuer, client_id, client_secret, assertion, scopes } = options;
  assertGiven('jwtBearer()', options, 'issuer', 'client_id', 'assertion');
  const identity: Identity = { client_id, client_secret };
  const grant = new CredentialGrant({
    issuer,
    identity,
    step: 'the grant by assertion',
    scopes,
    async prepare() {
      const jwt = await assertion();
      if (typeof jwt !== 'string')
        throw invalidOptions("'assertion' of jwtBearer() must give text.");
      return {
        secrets: [jwt],
        send: ({ oauth, server, client, auth, options: how }, parameters) => {
          parameters.set('assertion', jwt);
          return oauth.genericTokenEndpointRequest(
            server,
            client,
            auth,
            JWT_BEARER,
            parameters,
            how,
          );
        },
      };
    },
  });
  return new Authorizer(new Records(options.store ?? memoryAuthStore()), grant, options).http;
}
