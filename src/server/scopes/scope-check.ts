/** Whether a caller has the scopes that something needs (A9). */
import type { UnknownRecord } from '../../base/json/json.ts';
import type { Logger } from '../../base/logging/logger.ts';
import { describeError } from '../../base/thrown.ts';
import type { Protection } from '../../http/protection.ts';
import { ErrorCode } from '../../protocol/names/codes.ts';
import type { Exchange } from '../../protocol/dispatcher.ts';
import type { Principal } from '../../protocol/principal.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import { areScopes, scopesOf } from '../../protocol/scopes.ts';
import type { ScopedUse } from '../extension.ts';
import { RefusedRequest } from '../requests/refused-request.ts';

export class ScopeCheck {
  readonly #protection: Protection | undefined;
  readonly #logger: Logger;

  /** @param protection what verifies the callers; `undefined` for something of the author's own */
  constructor(protection: Protection | undefined, logger: Logger) {
    this.#protection = protection;
    this.#logger = logger;
  }

  /**
   * Over standard streams and in the same process there is no request, and nothing is looked at.
   *
   * @throws RefusedRequest with the status 401 or 403; RpcError that an author threw
   */
  async admit(uses: readonly ScopedUse[], exchange: Exchange): Promise<void> {
    const { request, principal } = exchange;
    if (request === undefined || uses.length === 0) return;
    if (principal === undefined) throw refused(401, 'Not authenticated');
    const deciding = this.#neededBy(uses, principal);
    // An author's function may take long, and a refusal needs its status.
    if (uses.some(({ scopes }) => typeof scopes === 'function')) exchange.holdStream?.(deciding);
    const needed = await deciding;
    const scopes = scopesOf(principal);
    const held = this.#protection?.implied(scopes) ?? new Set(scopes);
    if (!needed.every((scope) => held.has(scope))) throw this.#insufficient(needed);
  }

  /** All of them, held or not: clients ask for those of the challenge, and no others. */
  async #neededBy(uses: readonly ScopedUse[], principal: Principal): Promise<readonly string[]> {
    const needed = new Set(this.#protection?.scopes);
    for (const use of uses) {
      for (const scope of await this.#scopesOf(use, principal)) needed.add(scope);
    }
    return [...needed];
  }

  async #scopesOf(
    { of, scopes = [], args }: ScopedUse,
    principal: Principal,
  ): Promise<readonly string[]> {
    if (typeof scopes !== 'function') return scopes;
    try {
      const named: unknown = await scopes((args ?? {}) as UnknownRecord, principal);
      const problem = areScopes(named);
      if (problem === undefined) return named as readonly string[];
      this.#logger.error(`'scopes' of ${of} ${problem}: then nobody is let in.`);
    } catch (error) {
      if (error instanceof RpcError) throw error;
      this.#logger.error(`'scopes' of ${of} threw: then nobody is let in. ${describeError(error)}`);
    }
    throw refused(403, 'Not allowed');
  }

  #insufficient(needed: readonly string[]): RefusedRequest {
    const challenge =
      this.#protection?.insufficientScope(needed) ??
      `Bearer error="insufficient_scope", scope="${needed.join(' ')}"`;
    const message = `This needs the scopes ${needed.join(' ')}. Sign in with all of them, and call again`;
    return refused(403, message, { 'WWW-Authenticate': challenge });
  }
}

function refused(
  status: number,
  message: string,
  headers?: Readonly<Record<string, string>>,
): RefusedRequest {
  return new RefusedRequest(status, { code: ErrorCode.InvalidRequest, message }, headers);
}
