import { Authorizer } from './authorizer.ts';
import type { Asking } from './fetching/asking.ts';
import type { GrantRequest } from './grants/grant.ts';
import { StoredGrant } from './login/stored-grant.ts';
import type { AuthStore } from './stores/auth-store.ts';
import { Records } from './stores/records.ts';

/**
 * Uses the tokens of a store and renews them, and begins no login.
 *
 * @param missing makes the error where one would be needed
 */
export function storedAuthorizer(
  store: AuthStore,
  missing: (request: GrantRequest) => Error,
  asking: Asking = {},
): Authorizer {
  const records = new Records(store);
  return new Authorizer(records, new StoredGrant(records, missing), asking);
}
