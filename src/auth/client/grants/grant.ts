/** A way to get tokens. */
import type { Discovered } from '../discovery/target.ts';
import type { KeptTokens } from '../stores/records.ts';
import type { Identity } from './identity.ts';
import type { Granted } from './token-endpoint.ts';

/** What tokens are wanted for. */
export interface GrantRequest {
  readonly found: Discovered;
  readonly scopes: readonly string[];
  readonly signal: AbortSignal;
  /** Runs what a person is waited for in. */
  withoutDeadline<T>(work: () => Promise<T>): Promise<T>;
}

export interface Grant {
  /** The issuer that the credentials are for; absent if there are none. */
  readonly pinned: string | undefined;
  /** @throws AuthorizationError, LoginRequiredError */
  obtain(request: GrantRequest): Promise<Granted>;
  /** Who asks for a refresh; `undefined` if it is not known any more. */
  identity(found: Discovered, tokens: KeptTokens): Promise<Identity | undefined>;
  /** The authorization server does not know the client. */
  forgetClient(issuer: string): Promise<void>;
}
