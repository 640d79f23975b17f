/** Which scopes are asked for (A18). */
import { listed } from '../discovery/issuer.ts';
import { InsufficientScopeError } from '../failures/authorization-error.ts';
import type { AuthorizationServer } from '../library/load-oauth.ts';
import type { KeptScopes } from '../stores/records.ts';

const OFFLINE = 'offline_access';

/** How often more may be asked for, for one resource, in this time in ms. */
const MAX_STEP_UPS = 3;
const STEP_UP_TIME = 600_000;

/** The scopes of an authorization, and whether a refresh token is asked for with them. */
export interface AskedScopes {
  readonly scopes: readonly string[];
  readonly isOffline: boolean;
}

/**
 * Those of the challenge, else all that the resource names, else none; and those that were asked for
 * before.
 */
export function scopesToAsk(
  challenged: readonly string[],
  named: readonly string[] | undefined,
  before: readonly string[],
): string[] {
  const now = challenged.length > 0 ? challenged : (named ?? []);
  return [...new Set([...before, ...now])].filter((scope) => scope !== OFFLINE);
}

/** Without `offline_access` there is no refresh token, where the server knows it. */
export function withOffline(scopes: readonly string[], server: AuthorizationServer): AskedScopes {
  const isKnown = listed(server, 'scopes_supported')?.includes(OFFLINE) === true;
  const isOffline = scopes.length > 0 && isKnown;
  return { scopes: isOffline ? [...scopes, OFFLINE] : scopes, isOffline };
}

/**
 * What is kept of a step-up that is about to be asked for.
 *
 * @throws InsufficientScopeError if that is of no use, or is asked for too often
 */
export function steppedUp(kept: KeptScopes | undefined, wanted: readonly string[]): KeptScopes {
  const { asked = [], denied = [], stepUps = [] } = kept ?? {};
  const refused = wanted.filter((scope) => denied.includes(scope));
  if (refused.length > 0) {
    throw new InsufficientScopeError(wanted, 'a scope that it needs has not been granted');
  }
  const recent = stepUps.filter((at) => Date.now() - at < STEP_UP_TIME);
  if (recent.length >= MAX_STEP_UPS) {
    throw new InsufficientScopeError(wanted, 'the server has asked for more scopes too often');
  }
  return { asked, denied, stepUps: [...recent, Date.now()] };
}

/** What is kept once tokens have been granted. */
export function afterGrant(
  kept: KeptScopes | undefined,
  asked: readonly string[],
  granted: readonly string[] | undefined,
): KeptScopes {
  const missing = granted === undefined ? [] : asked.filter((scope) => !granted.includes(scope));
  return {
    asked: asked.filter((scope) => scope !== OFFLINE && !missing.includes(scope)),
    denied: missing.filter((scope) => scope !== OFFLINE),
    stepUps: kept?.stepUps ?? [],
  };
}
