import { UsageError } from '../failure.ts';

/**
 * `name=value` pairs. The value is everything after the first `=`.
 *
 * @throws UsageError for text without a name and `=`, and for a name that is given twice
 */
export function parsePairs(given: readonly string[]): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const text of given) {
    const at = text.indexOf('=');
    if (at < 1) throw new UsageError(`--arg ${text}: it has to be name=value.`);
    const name = text.slice(0, at);
    if (pairs.has(name)) throw new UsageError(`--arg ${name} is given twice.`);
    pairs.set(name, text.slice(at + 1));
  }
  return pairs;
}
