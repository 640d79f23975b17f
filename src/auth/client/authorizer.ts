/** Attaches tokens to requests, and answers refusals: finds the issuer, renews tokens, gets others. */
import type { Challenge } from '../../http/client/challenge.ts';
import { digestOf } from '../../http/client/challenge.ts';
import { isLoopback } from '../../base/loopback.ts';
import { parseUrl } from '../../base/parse-url.ts';
import type { ClientAuthorization } from './client-authorization.ts';
import { type BearerChallenge, bearerChallenge, scopesIn } from './discovery/challenges.ts';
import type { Asking } from './fetching/asking.ts';
import { type Discovered, type Target, discoverTarget, guardedFetch } from './discovery/target.ts';
import { issuerMetadata } from './discovery/issuer.ts';
import { isWithin } from './discovery/resource.ts';
import { AuthorizationError, InsufficientScopeError } from './failures/authorization-error.ts';
import type { Grant, GrantRequest } from './grants/grant.ts';
import { afterGrant, scopesToAsk, steppedUp } from './grants/scopes.ts';
import type { Granted } from './grants/token-endpoint.ts';
import { Refreshing } from './refreshing.ts';
import type { KeptTarget, KeptTokens, Records, TokenKey } from './stores/records.ts';

/** So long before its end a token is renewed, in ms; one of a shorter life, when half of it is over. */
const EARLY = 30_000;

/** A token that is refused so soon after it was got, in ms, is of no use, and neither is another one. */
const FRESH = 60_000;

/** How many operations are remembered that were refused for their scopes. */
const MAX_REFUSED = 100;

/** A grant in the way of those who have asked for it, and of what. */
export type Asked = Pick<GrantRequest, 'signal' | 'withoutDeadline'>;

export class Authorizer {
  readonly http: ClientAuthorization = {
    headers: ({ url }) => this.#headers(url),
    authorize: (challenge) => this.#authorize(challenge),
  };
  readonly records: Records;
  readonly #grant: Grant;
  readonly #asking: Asking;
  readonly #refreshing: Refreshing;
  /** Grants that are under way, by issuer, resource and scopes. */
  readonly #running = new Map<string, Promise<void>>();
  /** The scopes that were got for an operation last, by the operation. */
  readonly #refused = new Map<string, string>();

  constructor(records: Records, grant: Grant, asking: Asking) {
    this.records = records;
    this.#grant = grant;
    this.#asking = asking;
    this.#refreshing = new Refreshing(records, grant);
  }

  /** The token for a server, if there is one: renewed if it ends soon. @throws AuthorizationError */
  async #headers(url: string): Promise<Record<string, string>> {
    const target = await this.records.targets.get(url);
    if (target === undefined || !mayBeSent(url, target.resource)) return {};
    const tokens = await this.#current(url, target);
    return tokens === undefined ? {} : { Authorization: `Bearer ${tokens.access}` };
  }

  /** Whether a request is to be sent again. @throws AuthorizationError, LoginRequiredError */
  async #authorize(challenge: Challenge): Promise<boolean> {
    const bearer = bearerChallenge(challenge.headers.get('www-authenticate'));
    if (challenge.status === 401) return this.#renew(challenge, bearer);
    if (challenge.status !== 403 || bearer?.get('error') !== 'insufficient_scope') return false;
    return this.#stepUp(challenge, bearer);
  }

  /** Gets tokens for a server that has not asked for them yet. */
  async login(target: Target, more: readonly string[], asked: Asked): Promise<void> {
    const found = await this.discover(target);
    const scopes = await this.#scopesFor(found, []);
    await this.#obtain(found, [...new Set([...scopes, ...more])], asked);
  }

  discover(target: Target): Promise<Discovered> {
    return discoverTarget(target, this.#asking, this.#grant.pinned);
  }

  /** What is known of a server's issuer, by what has been kept of it. */
  async known({
    target,
    vicinity,
    issuer,
    resource,
  }: KeptTarget & { readonly target: string }): Promise<Discovered> {
    const fetch = guardedFetch(vicinity, this.#asking);
    const server = await issuerMetadata(issuer, fetch);
    return { target, vicinity, resource, scopes: undefined, server, fetch };
  }

  /** Keeps what has been granted, and for which server. */
  async keep(
    found: Discovered,
    asked: readonly string[],
    { tokens, scopes }: Granted,
  ): Promise<void> {
    const { target, vicinity, resource, server } = found;
    const key = { issuer: server.issuer, resource };
    await this.records.tokens.set(key, tokens);
    await this.records.scopes.set(
      key,
      afterGrant(await this.records.scopes.get(key), asked, scopes),
    );
    await this.records.targets.set(target, { ...key, vicinity });
  }

  async #current(url: string, target: KeptTarget): Promise<KeptTokens | undefined> {
    const tokens = await this.records.tokens.get(target);
    if (tokens?.refresh === undefined || !endsSoon(tokens)) return tokens;
    try {
      const discover = (): Promise<Discovered> => this.known({ ...target, target: url });
      return await this.#refreshing.newerThan(tokens, target, discover);
    } catch (error) {
      if (endsWithin(tokens, 0)) throw error;
      return tokens;
    }
  }

  async #renew(challenge: Challenge, bearer: BearerChallenge | undefined): Promise<boolean> {
    if (await this.#isReplaced(challenge)) return true;
    const { url, address } = challenge;
    const found = await this.discover({ url, address, challenge: bearer });
    const key = keyOf(found);
    const tokens = await this.records.tokens.get(key);
    if (tokens !== undefined) {
      const isUseless =
        isFresh(tokens, 'grant') && challenge.sent !== undefined && !endsWithin(tokens, 0);
      if (isUseless) return this.#refuseFresh(key);
      if (await this.#isRefreshed(tokens, found, challenge.sent)) return true;
    }
    const scopes = await this.#scopesFor(found, scopesIn(bearer?.get('scope')));
    await this.#obtain(found, scopes, challenge);
    return true;
  }

  /** Whether there is another token than the one that was refused. */
  async #isReplaced({ url, sent }: Challenge): Promise<boolean> {
    const target = await this.records.targets.get(url);
    const tokens = target && (await this.records.tokens.get(target));
    if (tokens === undefined || sent === undefined) return false;
    return (await digestOf(`Bearer ${tokens.access}`)) !== sent && !endsWithin(tokens, 0);
  }

  async #refuseFresh(key: TokenKey): Promise<never> {
    await this.records.tokens.delete(key);
    throw new AuthorizationError('the first use of the token', 'the server does not accept it');
  }

  async #isRefreshed(
    tokens: KeptTokens,
    found: Discovered,
    sent: string | undefined,
  ): Promise<boolean> {
    const key = keyOf(found);
    await this.records.targets.set(found.target, { ...key, vicinity: found.vicinity });
    if (sent === undefined && !endsSoon(tokens)) return true;
    if (isFresh(tokens, 'refresh') || tokens.refresh === undefined) return false;
    const renewed = await this.#refreshing.newerThan(tokens, key, async () => found);
    return renewed !== undefined;
  }

  async #stepUp(challenge: Challenge, bearer: BearerChallenge): Promise<boolean> {
    const wanted = scopesIn(bearer.get('scope'));
    if (wanted.length === 0) return false;
    const { url, address } = challenge;
    const found = await this.discover({ url, address, challenge: bearer });
    const operation = `${url} ${challenge.operation}`;
    this.#assertNews(operation, wanted);
    const key = keyOf(found);
    const kept = steppedUp(await this.records.scopes.get(key), wanted);
    await this.records.scopes.set(key, kept);
    await this.#obtain(found, scopesToAsk(wanted, undefined, kept.asked), challenge);
    this.#remember(operation, wanted);
    return true;
  }

  /** The same scopes, refused again for one operation: no login helps. */
  #assertNews(operation: string, wanted: readonly string[]): void {
    if (this.#refused.get(operation) !== wanted.toSorted().join(' ')) return;
    throw new InsufficientScopeError(wanted, 'the server wants scopes that it has been given');
  }

  #remember(operation: string, wanted: readonly string[]): void {
    this.#refused.set(operation, wanted.toSorted().join(' '));
    const [oldest] = this.#refused.keys();
    if (this.#refused.size > MAX_REFUSED) this.#refused.delete(oldest!);
  }

  async #scopesFor(found: Discovered, challenged: readonly string[]): Promise<string[]> {
    const { asked = [], denied = [] } = (await this.records.scopes.get(keyOf(found))) ?? {};
    const scopes = scopesToAsk(challenged, found.scopes, asked);
    return scopes.filter((scope) => !denied.includes(scope));
  }

  /** One grant at a time for one issuer, resource and scopes: all who want it wait for it. */
  async #obtain(found: Discovered, scopes: readonly string[], asked: Asked): Promise<void> {
    const { issuer, resource } = keyOf(found);
    const name = JSON.stringify([issuer, resource, scopes.toSorted()]);
    const running = this.#running.get(name);
    if (running !== undefined) return asked.withoutDeadline(() => running);
    const { signal, withoutDeadline } = asked;
    const started = this.#grant
      .obtain({ found, scopes, signal, withoutDeadline })
      .then((granted) => this.keep(found, scopes, granted))
      .finally(() => this.#running.delete(name));
    this.#running.set(name, started);
    return started;
  }
}

function keyOf({ server, resource }: Discovered): TokenKey {
  return { issuer: server.issuer, resource };
}

/** Clocks can be set back: a token of the future is not fresh. */
function isFresh({ obtainedBy, obtainedAt }: KeptTokens, by: KeptTokens['obtainedBy']): boolean {
  return obtainedBy === by && Math.abs(Date.now() - obtainedAt) < FRESH;
}

function endsSoon(tokens: KeptTokens): boolean {
  const { endsAt = Infinity, obtainedAt } = tokens;
  return endsWithin(tokens, Math.min(EARLY, (endsAt - obtainedAt) / 2));
}

function endsWithin({ endsAt }: KeptTokens, ms: number): boolean {
  return endsAt !== undefined && endsAt - Date.now() <= ms;
}

/** A token goes to its resource and what is below it, and over https, or on this machine (A27). */
function mayBeSent(target: string, resource: string): boolean {
  const [url, parent] = [parseUrl(target), parseUrl(resource)];
  if (url === undefined || parent === undefined || !isWithin(url, parent)) return false;
  return url.protocol === 'https:' || isLoopback(url.hostname);
}
