/** Asks a token endpoint, with the library. What comes back is what is kept. */
import type { Discovered } from '../discovery/target.ts';
import { scopesIn } from '../discovery/challenges.ts';
import { AuthorizationError } from '../failures/authorization-error.ts';
import { atStep } from '../library/library-error.ts';
import {
  type AuthorizationServer,
  type Client,
  type ClientAuth,
  type LibraryOptions,
  type OAuthLibrary,
  type TokenEndpointResponse,
  libraryOptions,
  loadOAuth,
} from '../library/load-oauth.ts';
import type { KeptTokens } from '../stores/records.ts';
import type { Identity } from './identity.ts';
import { clientAuth } from './client-identity.ts';

/** Of a token, in s: more is as good as for ever. */
const LONGEST_LIFE = 400 * 86_400;

/** A token endpoint, and who asks it. */
export type Endpoint = Pick<Discovered, 'server' | 'fetch' | 'resource'>;

/** What a request to it begins with. */
export interface TokenRequest {
  readonly oauth: OAuthLibrary;
  readonly server: AuthorizationServer;
  readonly client: Client;
  readonly auth: ClientAuth;
  readonly options: LibraryOptions & {
    readonly additionalParameters: URLSearchParams;
  };
}

/** Tokens, and the scopes that were granted; absent if those that were asked for were. */
export interface Granted {
  readonly tokens: KeptTokens;
  readonly scopes: readonly string[] | undefined;
}

/**
 * @param secrets what is sent, beside the client's own
 * @throws AuthorizationError
 */
export async function requestTokens(
  step: string,
  { server, fetch, resource }: Endpoint,
  identity: Identity,
  secrets: readonly string[],
  send: (request: TokenRequest) => Promise<Response>,
): Promise<Granted> {
  const oauth = await loadOAuth();
  const { client_id, client_secret } = identity;
  const sent = [...secrets, client_secret];
  const body = await atStep(step, oauth, sent, async () => {
    const client: Client = { client_id };
    const options = {
      ...libraryOptions(oauth, fetch.forLibrary(step)),
      additionalParameters: new URLSearchParams({ resource }),
    };
    const auth = clientAuth(oauth, server, identity, (secret) => sent.push(secret));
    const response = await send({ oauth, server, client, auth, options });
    return oauth.processGenericTokenEndpointResponse(server, client, response);
  });
  return granted(body, client_id, step);
}

function granted(body: TokenEndpointResponse, clientId: string, step: string): Granted {
  if (body.token_type !== 'bearer') {
    throw new AuthorizationError(step, 'the token is of another type than Bearer');
  }
  const { access_token: access, refresh_token: refresh, expires_in: seconds, scope } = body;
  // Sent in a header: anything else would break it, or its request.
  if (!/^[\x21-\x7e]{1,16384}$/.test(access)) {
    throw new AuthorizationError(step, 'the token cannot be sent');
  }
  const now = Date.now();
  const tokens: KeptTokens = {
    access,
    clientId,
    ...(refresh !== undefined && { refresh }),
    ...(seconds !== undefined && { endsAt: now + Math.min(seconds, LONGEST_LIFE) * 1_000 }),
    obtainedBy: 'grant',
    obtainedAt: now,
  };
  return { tokens, scopes: scope === undefined ? undefined : scopesIn(scope) };
}
