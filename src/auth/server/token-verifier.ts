/** The contract between `bearer` and what verifies its tokens. */
import type { Claims } from './claims.ts';

/** What a token is checked for. */
export interface TokenContext {
  /** The issuer whose tokens are accepted. */
  readonly issuer: string;
  /** Whom tokens may be for: the resource first. */
  readonly audiences: readonly string[];
  /**
   * Checks issuer, audience and times. `bearer` does so itself with what it is given; a verifier can
   * do it earlier, to spare work.
   *
   * @throws InvalidTokenError
   */
  assertClaims(claims: Claims): void;
}

/**
 * Verifies that a token is genuine, and returns its claims. Throws {@link InvalidTokenError} for one that
 * is not; whatever else it throws is an outage (503), and lets nobody in.
 */
export interface TokenVerifier {
  (token: string, context: TokenContext): Claims | Promise<Claims>;
  /** Called before the first token, such as to load what it needs. Default: nothing. */
  prepare?(): Promise<void>;
  /** Whether a token can become invalid before it expires, which has to be asked. Default `false`. */
  readonly isRevocable?: boolean;
}
