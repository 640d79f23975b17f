import { nameAndMessage } from '../../base/thrown.ts';
import { reject, toResponse } from '../../http/check-head.ts';
import type { RequestHead } from '../../http/policy.ts';
import type { Protection } from '../../http/protection.ts';
import { withReason } from '../../http/refusal-reasons.ts';
import type { ResourceMetadata } from '../../http/resource-metadata.ts';
import type { BearerOptions } from './bearer-options.ts';
import { findToken } from './bearer-token.ts';
import { Challenges } from './challenges.ts';
import { type Claims, assertClaims } from './claims.ts';
import { ImpliedScopes } from './implied-scopes.ts';
import { InvalidTokenError } from './invalid-token-error.ts';
import { publicationOf } from './protected-resource.ts';
import { type TokenPrincipal, principalOf } from './token-principal.ts';
import type { TokenContext } from './token-verifier.ts';

/** When a caller should try again while tokens cannot be verified, in s. */
const RETRY_AFTER = '10';

export class BearerAuthentication implements Protection {
  readonly resource: string;
  readonly metadata: ResourceMetadata;
  readonly scopes: readonly string[];
  readonly #options: BearerOptions;
  readonly #context: TokenContext;
  readonly #challenges: Challenges;
  readonly #implied: ImpliedScopes;
  /** The tokens of callers who may be asked about again: nobody can read them from the principal. */
  readonly #tokens = new WeakMap<object, string>();

  /** @throws RondoError `invalid_options` */
  constructor(options: BearerOptions) {
    const { resource, issuer, audience = [], scopes = [], implies } = options;
    this.#options = options;
    this.resource = resource;
    this.scopes = [...scopes];
    const { paths, metadata, url } = publicationOf(options);
    this.metadata = { paths, body: JSON.stringify(metadata) };
    this.#challenges = new Challenges(url);
    this.#implied = new ImpliedScopes(implies);
    const expected = { issuer, audiences: [resource, ...audience] };
    this.#context = {
      ...expected,
      assertClaims: (claims) => assertClaims(claims, expected, Date.now()),
    };
  }

  /** Never rejects. */
  async authenticate(request: RequestHead): Promise<TokenPrincipal | Response> {
    const found = findToken(request);
    if (found.type === 'none') return this.#refuse(401);
    if (found.type === 'refused') return this.#refuse(400, 'invalid_request', found.reason);
    try {
      const principal = await this.#verify(found.token);
      if (!this.#holdsAll(principal)) return this.#refuseScope();
      if (this.#options.verify.isRevocable) this.#tokens.set(principal, found.token);
      return principal;
    } catch (error) {
      return this.#failed(error);
    }
  }

  implied(scopes: readonly string[]): ReadonlySet<string> {
    return this.#implied.closure(scopes);
  }

  insufficientScope(needed: readonly string[]): string {
    return this.#challenges.challenge(needed, 'insufficient_scope');
  }

  recheckOf(principal: object): (() => Promise<boolean>) | undefined {
    const token = this.#tokens.get(principal);
    if (token === undefined) return undefined;
    return async () => {
      try {
        return this.#holdsAll(await this.#verify(token));
      } catch {
        return false;
      }
    };
  }

  async prepare(): Promise<void> {
    await this.#options.verify.prepare?.();
  }

  async #verify(token: string): Promise<TokenPrincipal> {
    if (!B64_TOKEN.test(token)) throw new InvalidTokenError('it has characters that no token has');
    const claims: Claims = await this.#options.verify(token, this.#context);
    this.#context.assertClaims(claims);
    return principalOf(claims, this.#options.bind);
  }

  #holdsAll({ scopes }: TokenPrincipal): boolean {
    const held = this.implied(scopes);
    return this.scopes.every((scope) => held.has(scope));
  }

  #failed(error: unknown): Response {
    if (error instanceof InvalidTokenError) {
      return this.#refuse(401, 'invalid_token', `its token cannot be used: ${error.message}`);
    }
    const unavailable = reject(503, 'Not available', { 'Retry-After': RETRY_AFTER });
    const why = nameAndMessage(error);
    return withReason(toResponse(unavailable, {}), `its token cannot be verified: ${why}`);
  }

  /** Which check has failed is for the log alone. */
  #refuse(status: 400 | 401, error?: string, reason?: string): Response {
    const challenge = this.#challenges.challenge(this.scopes, error);
    const message = status === 400 ? 'Invalid request' : 'Not authenticated';
    return this.#respond(status, message, challenge, reason);
  }

  #refuseScope(): Response {
    const challenge = this.insufficientScope(this.scopes);
    return this.#respond(403, 'Insufficient scope', challenge, 'its token lacks a scope');
  }

  #respond(status: number, message: string, challenge: string, reason?: string): Response {
    const response = toResponse(reject(status, message, { 'WWW-Authenticate': challenge }), {});
    return reason === undefined ? response : withReason(response, reason);
  }
}

/** The characters of a token (RFC 6750 section 2.1). */
const B64_TOKEN = /^[\w\-.~+/]+=*$/;
