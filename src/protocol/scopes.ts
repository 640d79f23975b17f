/** Scopes of OAuth: what a caller's token allows (RFC 6749 section 3.3). */
import type { Check } from '../base/options/options.ts';
import { listOf } from '../base/options/option-checks.ts';

/** The characters that a scope may have: no spaces, quotes or backslashes. */
const SCOPE = /^[!#-[\]-~]+$/;

export function isScope(value: unknown): value is string {
  return typeof value === 'string' && SCOPE.test(value);
}

export const areScopes: Check = listOf('scopes, without spaces or quotes', isScope);
