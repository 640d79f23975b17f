import type { JsonValue } from '../base/json/json.ts';
import { canonicalJson } from './canonical.ts';
import { sha256 } from './crypto.ts';

/**
 * Digest of a request's arguments as they were sent, before defaults and coercion. Absent arguments
 * count as `{}`.
 *
 * @param args parsed from JSON
 */
export function argumentsDigest(args: unknown): string {
  return sha256(canonicalJson((args ?? {}) as JsonValue));
}
