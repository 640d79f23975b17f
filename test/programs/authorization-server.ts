/**
 * A certified authorization server, `oidc-provider`, with its own pages for login and consent. It runs
 * on a newer Node than the project. Arguments: its port, and where the metadata document of a client is
 * said to be, for a client that comes back to the third. Says what it has done.
 */
import { generateKeyPairSync } from 'node:crypto';
import { Provider, type ResourceServer } from 'oidc-provider';

const [port, clientUrl = '', redirectUri = ''] = process.argv.slice(2);

const document = {
  client_id: clientUrl,
  client_name: 'A client with a document',
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  application_type: 'native',
  token_endpoint_auth_method: 'none',
};

const resourceServer = (audience: string): ResourceServer => ({
  scope: 'files:read files:write',
  audience,
  accessTokenFormat: 'jwt',
  // Over when the next command uses it.
  accessTokenTTL: 1,
  jwt: { sign: { alg: 'ES256' } },
});

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' }] },
  cookies: { keys: ['only-for-a-test'] },
  enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  features: {
    registration: { enabled: true },
    revocation: { enabled: true },
    deviceFlow: { enabled: true },
    clientIdMetadataDocument: { enabled: true, ack: 'draft-02' },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_context, resource) => resourceServer(resource),
      useGrantedResource: () => true,
    },
  },
  // The document of the client, wherever it is said to be.
  fetch: async () => Response.json(document),
});

const says = (what: string) => (): void => console.log(what);
provider.on('registration_create.success', says('registered'));
provider.on('refresh_token.consumed', says('refreshed'));
provider.on('grant.revoked', says('revoked'));
provider.on('server_error', (_context: unknown, error: Error) => console.error(error));
provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
