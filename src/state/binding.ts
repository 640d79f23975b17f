import type { Principal } from '../protocol/principal.ts';
import { sha256 } from './crypto.ts';

/** What a state is for. All of it must equal that of the request which brings the state. */
export interface Binding {
  readonly audience: string;
  readonly method: string;
  /** The tool's or prompt's name, or the resource's URI. */
  readonly target: string;
  /** Digest of the canonical arguments. */
  readonly argumentsDigest: string;
  /** From {@link principalTag}. */
  readonly principal: string;
  /** The handler's version. */
  readonly version: string;
}

/**
 * A digest of issuer, subject and `bind` of a principal: it stays equal for the same caller when
 * the token is renewed. Each part is written with its length, so that different parts never give
 * the same text.
 */
export function principalTag(principal: Principal | undefined): string {
  if (principal === undefined) return 'anonymous';
  const parts = [principal.issuer, principal.subject, ...(principal.bind ?? [])];
  return sha256(parts.map((part) => `${part.length}:${part}`).join(''));
}
