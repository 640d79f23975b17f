/** Finds who the client is to an issuer: given, by its metadata document, or registered (A16, A17). */
import type { Discovered } from '../discovery/target.ts';
import { AuthorizationError } from '../failures/authorization-error.ts';
import { shownWithoutSecrets } from '../failures/shown-without-secrets.ts';
import type { AuthorizationServer } from '../library/load-oauth.ts';
import type { Identity } from '../grants/identity.ts';
import { register } from '../grants/registration.ts';
import type { KeptClient, KeptTokens, Records } from '../stores/records.ts';
import type { OAuthOptions } from './login-options.ts';

/** A client, and where the browser comes back to. */
export interface LoginClient extends Identity {
  readonly redirectUri: string;
}

export class KnownClients {
  readonly #options: OAuthOptions;
  readonly #records: Records;

  constructor(options: OAuthOptions, records: Records) {
    this.#options = options;
    this.#records = records;
  }

  /** @throws AuthorizationError */
  async forLogin(found: Discovered): Promise<LoginClient> {
    const fixed = this.#given(found.server.issuer) ?? this.#published(found);
    if (fixed !== undefined) return { ...fixed, redirectUri: await this.#redirectUri(undefined) };
    const { issuer } = found.server;
    const kept = await this.#records.clients.get(issuer);
    const redirectUri = await this.#redirectUri(kept?.redirectUri);
    if (kept !== undefined && kept.redirectUri === redirectUri && !hasEnded(kept)) return kept;
    return this.#register(found, redirectUri);
  }

  /**
   * Runs a login with the client. If the server does not know the one of an earlier registration, it is
   * registered anew, and the login runs once more (A21).
   */
  async using<T>(found: Discovered, login: (client: LoginClient) => Promise<T>): Promise<T> {
    const { issuer } = found.server;
    const kept = await this.#records.clients.get(issuer);
    const client = await this.forLogin(found);
    try {
      return await login(client);
    } catch (error) {
      if (!isUnknownClient(error)) throw error;
      await this.forget(issuer);
      if (client.client_id !== kept?.client_id) throw error;
      return login(await this.forLogin(found));
    }
  }

  /** The client that tokens were issued to; `undefined` if it is not known any more. */
  async ofTokens({ server }: Discovered, tokens: KeptTokens): Promise<Identity | undefined> {
    const given = this.#given(server.issuer);
    if (given?.client_id === tokens.clientId) return given;
    if (isPublished(tokens.clientId, server)) return published(tokens.clientId);
    const kept = await this.#records.clients.get(server.issuer);
    return kept?.client_id === tokens.clientId && !hasEnded(kept) ? kept : undefined;
  }

  /** The client of a login that has come back. */
  async ofLogin(found: Discovered, clientId: string): Promise<Identity | undefined> {
    return this.ofTokens(found, { access: '', clientId, obtainedBy: 'grant', obtainedAt: 0 });
  }

  forget(issuer: string): Promise<void> {
    return this.#records.clients.delete(issuer);
  }

  /** @throws AuthorizationError */
  #given(issuer: string): Identity | undefined {
    const { client } = this.#options;
    if (client === undefined) return undefined;
    if (client.issuer === issuer) return client;
    throw new AuthorizationError('the choice of the client', 'the given one is for another issuer');
  }

  #published({ server }: Pick<Discovered, 'server'>): Identity | undefined {
    const { clientMetadataUrl = '' } = this.#options;
    return isPublished(clientMetadataUrl, server) ? published(clientMetadataUrl) : undefined;
  }

  async #register(found: Discovered, redirectUri: string): Promise<KeptClient> {
    const { issuer, registration_endpoint } = found.server;
    if (registration_endpoint === undefined) {
      const what = `${shownWithoutSecrets(issuer, [])} registers no clients: give one that it knows, as client: { issuer, client_id }`;
      throw new AuthorizationError('the choice of the client', what);
    }
    const client = await register(found, redirectUri, this.#options.clientName ?? 'MCP client');
    await this.#records.clients.set(issuer, client);
    return client;
  }

  async #redirectUri(registered: string | undefined): Promise<string> {
    const { redirectUri } = this.#options;
    return typeof redirectUri === 'string' ? redirectUri : redirectUri(registered);
  }
}

export function isUnknownClient(error: unknown): boolean {
  return error instanceof AuthorizationError && error.reason === 'invalid_client';
}

/** Whether a client id is the URL of a metadata document that the server reads. */
function isPublished(clientId: string, server: AuthorizationServer): boolean {
  const isSupported = server['client_id_metadata_document_supported'] === true;
  return isSupported && clientId.startsWith('https://');
}

function published(client_id: string): Identity {
  return { client_id, token_endpoint_auth_method: 'none' };
}

function hasEnded({ secretEndsAt }: KeptClient): boolean {
  return secretEndsAt !== undefined && secretEndsAt <= Date.now();
}
