/** Logs a person in where a server asks for it (A12). */
import { invalidOptions } from '../../base/errors.ts';
import { isLoopback } from '../../base/loopback.ts';
import {
  anyText,
  callable,
  either,
  having,
  nonEmptyText,
  oneOf,
} from '../../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../../base/options/options.ts';
import { parseUrl } from '../../base/parse-url.ts';
import { Authorizer } from './authorizer.ts';
import type { ClientAuthorization } from './client-authorization.ts';
import { ASKING_OPTIONS, serverUrl } from './fetching/asking.ts';
import { callbackParameters } from './login/callback.ts';
import { CodeGrant } from './login/code-grant.ts';
import { DeviceGrant } from './login/device-grant.ts';
import { GIVEN_CLIENT, areScopes, assertGivenClient } from './login/given-client.ts';
import { forgetTokens } from './revoking.ts';
import type { OAuthOptions } from './login/login-options.ts';
import { memoryAuthStore } from './stores/memory-store.ts';
import { Records } from './stores/records.ts';

/** A login that no server has asked for. */
export interface LoginRequest {
  readonly signal?: AbortSignal;
  /** To be asked for beside those that the server names. Default: none. */
  readonly scopes?: readonly string[];
}

/** What {@link oauth} gives. */
export interface OAuth {
  /** For the client's option `http`. */
  readonly http: ClientAuthorization;
  /**
   * Goes on with a login that was deferred, in any process that has the store.
   *
   * @param callbackUrl the whole URL that the browser came back with
   * @param session the browser session that came back with it
   * @throws AuthorizationError
   */
  finish(callbackUrl: string, session: string): Promise<void>;
  /**
   * Logs in before a server asks for it.
   *
   * @throws AuthorizationError, LoginRequiredError
   */
  login(url: string | URL, options?: LoginRequest): Promise<void>;
  /**
   * Forgets the tokens for a server, and has their issuer revoke them. Never throws for what the issuer
   * answers.
   *
   * @returns `none` if there were none, `forgotten` if they could not be revoked
   */
  logout(url: string | URL): Promise<'none' | 'forgotten' | 'revoked'>;
}

const OAUTH_OPTIONS: OptionSet<OAuthOptions> = {
  of: 'oauth()',
  table: {
    redirect: either("a function or 'defer'", callable, oneOf('defer')),
    redirectUri: either('a URL or a function', nonEmptyText, callable),
    onDeviceCode: callable,
    session: nonEmptyText,
    store: having('get', 'set', 'delete', 'lock'),
    client: GIVEN_CLIENT,
    clientMetadataUrl: nonEmptyText,
    clientName: anyText,
    ...ASKING_OPTIONS,
  },
  notes: { scopes: 'They follow from what the server asks for; login() can ask for more.' },
};

const LOGIN_OPTIONS: OptionSet<LoginRequest> = {
  of: 'oauth().login()',
  table: {
    signal: either('an AbortSignal', having('addEventListener', 'throwIfAborted')),
    scopes: areScopes,
  },
};

/**
 * Gets tokens for servers that ask for them, by a person's login, and renews them:
 * `new Client(url, { …, http: oauth({ … }).http })`. It may serve several clients. Needs the package
 * `oauth4webapi`.
 *
 * @throws RondoError `invalid_options`
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization
 */
export function oauth(given: OAuthOptions): OAuth {
  const options = readOptions(OAUTH_OPTIONS, given);
  assertUsable(options);
  const records = new Records(options.store ?? memoryAuthStore());
  const code = new CodeGrant(options, records);
  const { onDeviceCode } = options;
  const grant = onDeviceCode === undefined ? code : new DeviceGrant(options, records, onDeviceCode);
  const authorizer = new Authorizer(records, grant, options);
  return {
    http: authorizer.http,
    async finish(callbackUrl, session) {
      const parameters = callbackParameters(callbackUrl);
      const login = await code.takeFor(parameters, session);
      const found = await authorizer.known(login);
      await authorizer.keep(found, login.scopes, await code.complete(found, login, parameters));
    },
    async login(url, request = {}) {
      const target = serverUrl(LOGIN_OPTIONS.of, url);
      const read = readOptions(LOGIN_OPTIONS, request);
      const { signal = new AbortController().signal, scopes = [] } = read;
      const asked = { signal, withoutDeadline: <T>(work: () => Promise<T>) => work() };
      return authorizer.login({ url: target }, scopes, asked);
    },
    logout: async (url) => forgetTokens(serverUrl('oauth().logout()', url), authorizer, grant),
  };
}

/** @throws RondoError `invalid_options` */
function assertUsable(options: OAuthOptions): void {
  const { redirect, redirectUri, session, client, clientMetadataUrl } = options;
  if (redirect === undefined || redirectUri === undefined) {
    throw invalidOptions('oauth() needs { redirect, redirectUri }.');
  }
  if ((redirect === 'defer') !== (session !== undefined)) {
    throw invalidOptions("oauth() needs 'session' with redirect: 'defer', and nowhere else.");
  }
  if (client !== undefined) assertGivenClient('oauth()', client);
  if (typeof redirectUri === 'string' && !isRedirectUri(redirectUri)) {
    throw invalidOptions("'redirectUri' of oauth() must be an https URL, or one of this machine.");
  }
  if (clientMetadataUrl !== undefined && parseUrl(clientMetadataUrl)?.protocol !== 'https:') {
    throw invalidOptions("'clientMetadataUrl' of oauth() must be an https URL.");
  }
}

function isRedirectUri(text: string): boolean {
  const url = parseUrl(text);
  return url !== undefined && (url.protocol !== 'http:' || isLoopback(url.hostname));
}
