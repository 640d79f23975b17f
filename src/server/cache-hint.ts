import { invalidOptions } from '../protocol/errors.ts';
import type { CacheHint } from '../protocol/results.ts';

/**
 * Completes a cache hint; without one, results are stale at once (checklist CA-1).
 *
 * @throws RondoError `invalid_options`
 */
export function resolveCacheHint(
  hint: Partial<CacheHint> | undefined,
  scope: CacheHint['cacheScope'],
): CacheHint {
  const { ttlMs = 0, cacheScope = scope } = hint ?? {};
  if (!Number.isInteger(ttlMs) || ttlMs < 0) {
    throw invalidOptions('ttlMs of a cache hint must be a whole number of ms, at least 0.');
  }
  if (cacheScope !== 'public' && cacheScope !== 'private') {
    throw invalidOptions("cacheScope of a cache hint must be 'public' or 'private'.");
  }
  return { ttlMs, cacheScope };
}
