/** Scopes of OAuth: what a caller's token allows (RFC 6749 section 3.3). */
import type { Check } from '../base/options/options.ts';
import { listOf } from '../base/options/option-checks.ts';
import type { Principal } from './principal.ts';

/** The characters that a scope may have: no spaces, quotes or backslashes. */
const SCOPE = /^[!#-[\]-~]+$/;

export function isScope(value: unknown): value is string {
  return typeof value === 'string' && SCOPE.test(value);
}

export const areScopes: Check = listOf('scopes, without spaces or quotes', isScope);

/** The scopes that a caller has: the member `scopes` of a principal. */
export function scopesOf(principal: Principal | undefined): readonly string[] {
  const scopes = principal?.['scopes'];
  return Array.isArray(scopes) ? scopes.filter(isScope) : [];
}
