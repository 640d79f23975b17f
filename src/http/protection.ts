/** What those who serve have to know of an `authenticate` that verifies tokens (mcp-rondo/auth). */
import type { Authenticate } from './policy.ts';
import type { ResourceMetadata } from './resource-metadata.ts';

/** The same for two copies of this package. */
const PROTECTION: symbol = Symbol.for('mcp-rondo.protection');

export interface Protection {
  /** The URI of this server, for which tokens are issued. */
  readonly resource: string;
  readonly metadata: ResourceMetadata;
  /** The scopes that every request needs. */
  readonly scopes: readonly string[];
  /** The scopes that these stand for, themselves included. */
  implied(scopes: readonly string[]): ReadonlySet<string>;
  /** The value of `WWW-Authenticate` for a caller that needs all of these scopes. */
  insufficientScope(needed: readonly string[]): string;
  /**
   * Asks once more whether a caller's token is valid; `undefined` where that is known from the token.
   *
   * @param principal what `authenticate` returned
   */
  recheckOf(principal: object): (() => Promise<boolean>) | undefined;
  /** Called before the first request. @throws RondoError if something is not installed */
  prepare(): Promise<void>;
}

export function withProtection<T extends Authenticate>(authenticate: T, protection: Protection): T {
  return Object.defineProperty(authenticate, PROTECTION, { value: protection });
}

/** `undefined` for any other `authenticate`. */
export function protectionOf(authenticate: Authenticate | undefined): Protection | undefined {
  return (authenticate as Record<symbol, unknown> | undefined)?.[PROTECTION] as
    Protection | undefined;
}
