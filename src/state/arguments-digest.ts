import { canonicalJson } from './canonical.ts';
import { sha256 } from './crypto.ts';

/**
 * Digest of a request's arguments as they were sent, before defaults and coercion. Absent arguments
 * count as `{}`. `undefined` for arguments without a canonical form: no state can be bound to them.
 */
export function argumentsDigest(args: unknown): string | undefined {
  const text = canonicalJson(args ?? {});
  return text === undefined ? undefined : sha256(text);
}
