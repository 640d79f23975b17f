import { isRecord } from '../base/json.ts';

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
  /** Anything else that the application needs in `ctx.principal`. */
  readonly [detail: string]: unknown;
}

/**
 * What is wrong with `value` as a principal, in words that follow its name; `undefined`: nothing.
 */
export function principalProblem(value: unknown): string | undefined {
  if (!isRecord(value)) return 'must be an object with an issuer and a subject';
  const { issuer, subject, bind = [] } = value;
  if (!isName(issuer) || !isName(subject)) {
    return 'must have an issuer and a subject, both strings that are not empty: who vouches for the caller, and who the caller is';
  }
  const isBound = Array.isArray(bind) && bind.every((part) => typeof part === 'string');
  return isBound ? undefined : 'must have an array of strings as its bind, or none';
}

/** Whether `value` names a caller. */
export function isPrincipal(value: unknown): value is Principal {
  return principalProblem(value) === undefined;
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
