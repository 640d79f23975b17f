import { canonicalJson } from './canonical.ts';
import { sha256 } from './crypto.ts';

/**
 * Digest of a request's raw arguments, before defaults and coercion; none is the same as `{}`.
 * `undefined` for arguments without a canonical form: nothing can be bound to them.
 */
export function argumentsDigest(args: unknown): string | undefined {
  const text = canonicalJson(args ?? {});
  return text === undefined ? undefined : sha256(text);
}
