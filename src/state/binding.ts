import type { Principal } from '../protocol/principal.ts';
import { sha256 } from './crypto.ts';

/** What a state was made for; all of it must be the same where it is presented. */
export interface Binding {
  readonly audience: string;
  readonly method: string;
  /** The tool's or prompt's name, or the resource's URI. */
  readonly target: string;
  /** Digest of the canonical arguments. */
  readonly argumentsDigest: string;
  /** Tag of the principal; see {@link principalTag}. */
  readonly principal: string;
  /** The handler's version. */
  readonly version: string;
}

/**
 * A tag for a principal: equal for the same caller, whatever its token is at the moment. The parts
 * are length-prefixed, so that no two lists of parts run together the same way.
 */
export function principalTag(principal: Principal | undefined): string {
  if (principal === undefined) return 'anonymous';
  const parts = [principal.issuer, principal.subject, ...(principal.bind ?? [])];
  return sha256(parts.map((part) => `${part.length}:${part}`).join(''));
}
