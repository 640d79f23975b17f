/** Whether a JWT is an access token, before its signature is looked at (RFC 9068, A3). */
import type { UnknownRecord } from '../../base/json/json.ts';
import type { Claims } from './claims.ts';
import { InvalidTokenError } from './invalid-token-error.ts';
import { scopesIn } from './token-principal.ts';

/** Signatures by a private key. Those by a shared secret would let the public key sign. */
export const ASYMMETRIC: readonly string[] =
  'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

/** `at+jwt` only, or any type of token that is not known to be something else. */
export type TokenType = 'at+jwt' | 'any';

/** @throws InvalidTokenError */
export function assertHeader(
  { alg, typ, crit, b64 }: UnknownRecord,
  algorithms: readonly string[],
  type: TokenType,
): void {
  if (!algorithms.includes(alg as string)) {
    throw new InvalidTokenError('its algorithm is not one of those that are accepted');
  }
  // None is known here; and a JWT is always encoded (RFC 7797 section 7).
  if (crit !== undefined || b64 !== undefined) {
    throw new InvalidTokenError('it has a critical header');
  }
  if (type === 'any' || isAccessToken(typ)) return;
  throw new InvalidTokenError(
    "its type is not at+jwt; for an issuer that makes no such tokens: jwt({ typ: 'any' })",
  );
}

function isAccessToken(typ: unknown): boolean {
  return typeof typ === 'string' && /^(?:application\/)?at\+jwt$/i.test(typ);
}

/** Claims of ID tokens, and of security events such as logout tokens. */
const OF_OTHERS = ['nonce', 'at_hash', 'c_hash', 'events'];

/** What some issuers say in the payload, and not in the header: `refresh`, or `refresh_token`. */
const OTHER_TYPES = /^(?:id|refresh|offline|logout)(?:[ _-]?token)?$/i;

/**
 * Whether a token is said to be another one than an access token. A refresh token can be for the same
 * audience, and is not made to be sent to a server such as this.
 */
export function saysItIsOther({ token_use, token_type, typ }: Claims): boolean {
  return [token_use, token_type, typ].some(
    (type) => typeof type === 'string' && OTHER_TYPES.test(type),
  );
}

/**
 * For tokens that do not say what they are.
 *
 * @throws InvalidTokenError for ID tokens, refresh tokens and the like
 */
export function assertNoOtherToken(claims: Claims): void {
  const { client_id, cid } = claims;
  const isOther = OF_OTHERS.some((name) => claims[name] !== undefined) || saysItIsOther(claims);
  if (isOther) throw new InvalidTokenError('it is an ID token, or another that is no access token');
  // `azp` does not count: ID tokens have it too.
  const isOfClient = [client_id, cid].some((id) => typeof id === 'string' && id !== '');
  if (!isOfClient && scopesIn(claims).length === 0) {
    throw new InvalidTokenError('it has neither a scope nor a client id, as access tokens have');
  }
}
