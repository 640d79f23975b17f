/** What a token claims, and whether that makes it one for this server (A1). */
import { isRecord } from '../../base/json/json.ts';
import { InvalidTokenError } from './invalid-token-error.ts';

/** The claims of a token, as its issuer has made them (RFC 7519, RFC 7662). */
export interface Claims {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  /** Seconds since the epoch. */
  readonly exp?: number;
  /** Seconds since the epoch. */
  readonly nbf?: number;
  readonly [claim: string]: unknown;
}

export interface Expected {
  readonly issuer: string;
  readonly audiences: readonly string[];
}

/** How far clocks may be apart, in seconds. */
const LEEWAY = 60;

/** @param now in ms since the epoch @throws InvalidTokenError */
export function assertClaims(claims: Claims, { issuer, audiences }: Expected, now: number): void {
  if (!isRecord(claims)) throw new InvalidTokenError('it has no claims');
  const { iss, aud, exp, nbf, cnf } = claims;
  if (iss !== issuer) throw new InvalidTokenError('it is of another issuer');
  if (!isFor(aud, audiences)) throw new InvalidTokenError('it is for another audience');
  // Written so that what is no number fails.
  if (exp !== undefined && !(now / 1000 < (exp as number) + LEEWAY && isTime(exp))) {
    throw new InvalidTokenError('it has expired');
  }
  if (nbf !== undefined && !(now / 1000 >= (nbf as number) - LEEWAY && isTime(nbf))) {
    throw new InvalidTokenError('it is not valid yet');
  }
  // Whoever has such a token must prove that it is theirs, and that is not asked here.
  if (cnf !== undefined) throw new InvalidTokenError('it is bound to a key (cnf)');
}

/** One text, or a list of texts; compared to the character. */
function isFor(aud: unknown, audiences: readonly string[]): boolean {
  const all: unknown[] = Array.isArray(aud) ? aud : [aud];
  const areTexts = all.every((each) => typeof each === 'string');
  return areTexts && all.some((each) => audiences.includes(each as string));
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value);
}
