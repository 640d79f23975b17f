import { isRecord } from '../base/json/json.ts';
import { isWellFormed } from '../base/json/well-formed.ts';

/** The verified caller. Never what a client says of itself. */
export interface Principal {
  /** Who vouches for the caller: the token's `iss`. */
  readonly issuer: string;
  /** The caller, as the issuer names it: the token's `sub`. */
  readonly subject: string;
  /**
   * What else must stay the same during a flow: a tenant, a client id. Never the token, which is
   * renewed. Default: none.
   */
  readonly bind?: readonly string[];
  /** What the caller may do: see `scopes` of a registration. Default: nothing. */
  readonly scopes?: readonly string[];
  /** When the credentials end, in ms since the epoch. Default: not known. */
  readonly expiresAt?: number;
  /**
   * Anything else that the application needs in `ctx.principal`. A task has it as JSON: what has no such
   * form, and what is called a token, a secret or an authorization, is not there.
   */
  readonly [detail: string]: unknown;
}

/**
 * What is wrong with `value` as a principal, in words that follow its name; `undefined`: nothing.
 */
export function principalProblem(value: unknown): string | undefined {
  if (!isRecord(value)) return 'must be an object with an issuer and a subject';
  const { issuer, subject, bind = [] } = value;
  if (!isName(issuer) || !isName(subject)) {
    return 'must have an issuer and a subject, both well-formed strings that are not empty: who vouches for the caller, and who the caller is';
  }
  const isBound = Array.isArray(bind) && bind.every((part) => isText(part));
  return isBound ? undefined : 'must have an array of strings as its bind, or none';
}

/**
 * A frozen copy of `value` if it names a caller, else `undefined`. What is checked is the copy, so
 * that nothing which is changed later is trusted. Details are kept as they are.
 */
export function toPrincipal(value: unknown): Principal | undefined {
  if (!isRecord(value)) return undefined;
  const copy = { ...value, issuer: value['issuer'], subject: value['subject'] };
  const { bind } = value;
  const parts: unknown = Array.isArray(bind) ? Object.freeze([...(bind as unknown[])]) : bind;
  if (parts !== undefined) Object.assign(copy, { bind: parts });
  return principalProblem(copy) === undefined ? (Object.freeze(copy) as Principal) : undefined;
}

function isName(value: unknown): boolean {
  return isText(value) && value !== '';
}

/** Text of which no other text has the same hash. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && isWellFormed(value);
}
