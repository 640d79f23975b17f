/** Gets tokens by a person's login: the authorization code grant with PKCE (A16 to A19). */
import type { Discovered } from '../discovery/target.ts';
import { assertPkce } from '../discovery/issuer.ts';
import { AuthorizationError, LoginRequiredError } from '../failures/authorization-error.ts';
import type { Identity } from '../grants/identity.ts';
import type { Grant, GrantRequest } from '../grants/grant.ts';
import { type AskedScopes, withOffline } from '../grants/scopes.ts';
import { type Granted, requestTokens } from '../grants/token-endpoint.ts';
import { type OAuthLibrary, loadOAuth } from '../library/load-oauth.ts';
import type { KeptLogin, KeptTokens, Records } from '../stores/records.ts';
import { authorizationUrl, warningsFor } from './authorization-url.ts';
import { CALLBACK, callbackParameters, isSame, validCallback } from './callback.ts';
import { KnownClients, type LoginClient, isUnknownClient } from './known-clients.ts';
import type { OAuthOptions } from './login-options.ts';

/** How long a person may take, in ms. */
const LOGIN_TIME = 600_000;

const EXCHANGE = 'the exchange of the code';

export class CodeGrant implements Grant {
  readonly pinned: string | undefined;
  readonly #options: OAuthOptions;
  readonly #records: Records;
  readonly #clients: KnownClients;

  constructor(options: OAuthOptions, records: Records) {
    this.pinned = options.client?.issuer;
    this.#options = options;
    this.#records = records;
    this.#clients = new KnownClients(options, records);
  }

  async obtain(request: GrantRequest): Promise<Granted> {
    assertPkce(request.found.server);
    return this.#clients.using(request.found, (client) => this.#logIn(request, client));
  }

  async #logIn(request: GrantRequest, client: LoginClient): Promise<Granted> {
    const { found, signal } = request;
    const oauth = await loadOAuth();
    const asked = withOffline(request.scopes, found.server);
    const fresh = this.#newLogin(oauth, found, client, asked);
    const login = this.#options.redirect === 'defer' ? await this.#deferred(fresh) : fresh;
    const url = await authorizationUrl(oauth, found, login, asked);
    await this.#records.logins.set(login.state, login);
    const { redirect } = this.#options;
    if (redirect === 'defer') throw new LoginRequiredError(url.href);
    const { issuer, resource } = login;
    const context = {
      signal,
      issuer,
      resource,
      scopes: asked.scopes,
      warnings: warningsFor(url, issuer),
    };
    const callback = await request
      .withoutDeadline(async () => redirect(url.href, context))
      .catch(async (error: unknown) => {
        await this.#records.logins.delete(login.state);
        throw error;
      });
    const parameters = callbackParameters(callback);
    const own = await this.take(login.state);
    if (own === undefined) throw new AuthorizationError(CALLBACK, 'the login is over');
    return this.complete(found, own, parameters);
  }

  /** A login by its state: once, and until its time is over. */
  take(state: string): Promise<KeptLogin | undefined> {
    const { logins } = this.#records;
    return logins.lock(state, async () => {
      const login = await logins.get(state);
      await logins.delete(state);
      return login !== undefined && login.until > Date.now() ? login : undefined;
    });
  }

  /** A login that comes back with this callback in this session. @throws AuthorizationError */
  async takeFor(parameters: URLSearchParams, session: string): Promise<KeptLogin> {
    const login = await this.take(parameters.get('state') ?? '');
    if (login !== undefined && isSame(session, login.session)) return login;
    throw new AuthorizationError(
      CALLBACK,
      'it belongs to no login of this session, or to one that is over',
    );
  }

  /** @throws AuthorizationError */
  async complete(
    found: Discovered,
    login: KeptLogin,
    parameters: URLSearchParams,
  ): Promise<Granted> {
    const oauth = await loadOAuth();
    const valid = await validCallback(oauth, found, login, parameters);
    const client = await this.#clients.ofLogin(found, login.clientId);
    if (client === undefined)
      throw new AuthorizationError(EXCHANGE, 'the client is not known any more');
    try {
      return await exchange(found, login, client, valid);
    } catch (error) {
      if (isUnknownClient(error)) await this.forgetClient(login.issuer);
      throw error;
    }
  }

  identity(found: Discovered, tokens: KeptTokens): Promise<Identity | undefined> {
    return this.#clients.ofTokens(found, tokens);
  }

  forgetClient(issuer: string): Promise<void> {
    return this.#clients.forget(issuer);
  }

  /** The login that was deferred before, if it is the same: calls that fail leave one of it. */
  async #deferred(fresh: KeptLogin): Promise<KeptLogin> {
    const { pending, logins } = this.#records;
    const state = (await pending.get(fresh))?.state;
    const before = state === undefined ? undefined : await logins.get(state);
    if (before !== undefined && isLike(before, fresh)) return before;
    if (state !== undefined) await logins.delete(state);
    await pending.set(fresh, { state: fresh.state });
    return fresh;
  }

  #newLogin(
    oauth: OAuthLibrary,
    { target, vicinity, resource, server }: Discovered,
    { client_id: clientId, redirectUri }: LoginClient,
    { scopes }: AskedScopes,
  ): KeptLogin {
    return {
      target,
      vicinity,
      resource,
      issuer: server.issuer,
      clientId,
      redirectUri,
      scopes,
      state: oauth.generateRandomState(),
      verifier: oauth.generateRandomCodeVerifier(),
      session: this.#options.session ?? '',
      until: Date.now() + LOGIN_TIME,
    };
  }
}

/** Whether a login asks for the same, and leaves time for it. */
function isLike(before: KeptLogin, fresh: KeptLogin): boolean {
  const partsOf = ({ clientId, redirectUri, scopes, target }: KeptLogin): string =>
    JSON.stringify([clientId, redirectUri, scopes, target]);
  return before.until - Date.now() > LOGIN_TIME / 2 && partsOf(before) === partsOf(fresh);
}

function exchange(
  found: Discovered,
  { redirectUri, verifier, state }: KeptLogin,
  client: Identity,
  callback: URLSearchParams,
): Promise<Granted> {
  const secrets = [verifier, state, callback.get('code') ?? ''];
  return requestTokens(EXCHANGE, found, client, secrets, (request) => {
    const { oauth, server, auth, options } = request;
    return oauth.authorizationCodeGrantRequest(
      server,
      request.client,
      auth,
      callback,
      redirectUri,
      verifier,
      options,
    );
  });
}
