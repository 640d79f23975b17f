/** Renews tokens: one refresh at a time for one issuer and resource, in all processes (A21). */
import type { Discovered } from './discovery/target.ts';
import { AuthorizationError } from './failures/authorization-error.ts';
import type { Grant } from './grants/grant.ts';
import { requestTokens } from './grants/token-endpoint.ts';
import { isUnknownClient } from './login/known-clients.ts';
import type { KeptTokens, Records, TokenKey } from './stores/records.ts';

const STEP = 'the refresh of the token';

export class Refreshing {
  readonly #records: Records;
  readonly #grant: Grant;
  readonly #running = new Map<string, Promise<KeptTokens | undefined>>();

  constructor(records: Records, grant: Grant) {
    this.#records = records;
    this.#grant = grant;
  }

  /**
   * Other tokens than these; `undefined` if there are none without a new grant.
   *
   * @throws AuthorizationError if the server cannot be asked: nothing is forgotten then
   */
  newerThan(
    old: KeptTokens,
    key: TokenKey,
    discover: () => Promise<Discovered>,
  ): Promise<KeptTokens | undefined> {
    const name = JSON.stringify([key.issuer, key.resource, old.access]);
    let running = this.#running.get(name);
    if (running === undefined) {
      running = this.#locked(old, key, discover).finally(() => this.#running.delete(name));
      this.#running.set(name, running);
    }
    return running;
  }

  async #locked(
    old: KeptTokens,
    key: TokenKey,
    discover: () => Promise<Discovered>,
  ): Promise<KeptTokens | undefined> {
    const { tokens } = this.#records;
    // Before the lock: that is held for one request.
    const found = await discover();
    return tokens.lock(key, async () => {
      const current = await tokens.get(key);
      // Another process has been faster.
      if (current === undefined || current.access !== old.access) return current;
      if (current.refresh === undefined) return undefined;
      return this.#refresh(current, current.refresh, found, key);
    });
  }

  async #refresh(
    old: KeptTokens,
    refresh: string,
    found: Discovered,
    key: TokenKey,
  ): Promise<KeptTokens | undefined> {
    const client = await this.#grant.identity(found, old);
    if (client === undefined) return this.#forget(key);
    try {
      const secrets = [refresh, old.access];
      const { tokens } = await requestTokens(STEP, found, client, secrets, (request) =>
        request.oauth.refreshTokenGrantRequest(
          request.server,
          request.client,
          request.auth,
          refresh,
          request.options,
        ),
      );
      // Kept before the access token is used: a rotated refresh token that is lost is lost for good.
      const renewed: KeptTokens = { refresh, ...tokens, obtainedBy: 'refresh' };
      await this.#records.tokens.set(key, renewed);
      return renewed;
    } catch (error) {
      if (isUnknownClient(error)) await this.#grant.forgetClient(key.issuer);
      if (isFinal(error)) return this.#forget(key);
      throw error;
    }
  }

  async #forget(key: TokenKey): Promise<undefined> {
    await this.#records.tokens.delete(key);
    return undefined;
  }
}

/** The server has answered that it will not: not that it cannot be asked. */
function isFinal(error: unknown): boolean {
  const reason = error instanceof AuthorizationError ? error.reason : undefined;
  return (
    reason !== undefined &&
    ['invalid_grant', 'invalid_client', 'unauthorized_client'].includes(reason)
  );
}
