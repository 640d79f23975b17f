import { count, oneOf } from '../../base/options/option-checks.ts';
import { type OptionTable, readOptions } from '../../base/options/options.ts';
import type { CacheHint } from '../../protocol/results.ts';

export const CACHE_HINT: OptionTable<Partial<CacheHint>> = {
  ttlMs: count,
  cacheScope: oneOf('public', 'private'),
};

/**
 * Fills in the defaults of a cache hint: results may not be cached (CA-1).
 *
 * @throws RondoError `invalid_options`
 */
export function resolveCacheHint(
  hint: Partial<CacheHint> = {},
  scope: CacheHint['cacheScope'],
): CacheHint {
  const set = { of: 'cacheHint', table: CACHE_HINT };
  const { ttlMs = 0, cacheScope = scope } = readOptions(set, hint);
  return { ttlMs, cacheScope };
}
