/** The caller that a token names (A6). */
import { ignore, isThenable } from '../../base/settled.ts';
import type { Principal } from '../../protocol/principal.ts';
import { isScope } from '../../protocol/scopes.ts';
import type { Claims } from './claims.ts';
import { InvalidTokenError } from './invalid-token-error.ts';

/** A caller with a token. The token itself is not in it. */
export interface TokenPrincipal extends Principal {
  readonly scopes: readonly string[];
  /** The client that the token was issued to. */
  readonly clientId?: string;
  /** When the token ends, in ms since the epoch. */
  readonly expiresAt?: number;
}

/** What {@link TokenPrincipal} binds flows to beside issuer and subject. */
export type Bind = (claims: Claims) => readonly string[];

/** Marks a client that acts for itself: its id must not be taken for that of a user. */
const OF_A_CLIENT = 'client';

/** @param claims checked by `assertClaims` @throws InvalidTokenError */
export function principalOf(claims: Claims, bind: Bind | undefined): TokenPrincipal {
  const { iss, sub, exp } = claims;
  const clientId = clientIdOf(claims);
  const subject = sub ?? clientId;
  if (typeof subject !== 'string' || subject === '') {
    throw new InvalidTokenError('it names neither a subject nor a client');
  }
  const bound = [...(sub === undefined ? [OF_A_CLIENT] : []), ...boundBy(bind, claims)];
  return {
    issuer: iss!,
    subject,
    scopes: Object.freeze(scopesIn(claims)),
    ...(clientId !== undefined && { clientId }),
    ...(exp !== undefined && { expiresAt: exp * 1000 }),
    ...(bound.length > 0 && { bind: bound }),
  };
}

/** `client_id` by RFC 9068 and RFC 7662; the others are what some issuers call it. */
function clientIdOf({ client_id, cid, azp }: Claims): string | undefined {
  return [client_id, cid, azp].find((id) => typeof id === 'string' && id !== '') as
    string | undefined;
}

/** `scope` is a text with spaces (RFC 9068); `scp` a text or a list, as some issuers write it. */
export function scopesIn({ scope, scp }: Claims): readonly string[] {
  const given = scope ?? scp;
  const all: unknown[] = typeof given === 'string' ? given.split(' ') : toArray(given);
  return [...new Set(all.filter(isScope))];
}

function toArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function boundBy(bind: Bind | undefined, claims: Claims): readonly string[] {
  const parts: unknown = bind?.(claims) ?? [];
  if (Array.isArray(parts) && parts.every((part) => typeof part === 'string')) return parts;
  if (isThenable(parts)) {
    ignore(parts);
    throw new TypeError('bind returned a promise, and not an array of strings');
  }
  throw new InvalidTokenError('bind returned something else than an array of strings');
}
