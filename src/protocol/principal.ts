import { isRecord } from '../base/json.ts';

/** The verified caller. Never what a client says of itself. */
export interface Principal {
  /** Who vouches for the caller: the token's `iss`. */
  readonly issuer: string;
  /** The caller, as the issuer names it: the token's `sub`. */
  readonly subject: string;
  /** What else has to stay the same during a flow: a tenant, a client id. Never the token. */
  readonly bind?: readonly string[];
  /** Anything the application wants to find again in `ctx.principal`. */
  readonly [detail: string]: unknown;
}

/** What is wrong with `value` as a principal; words that follow its name. */
export function principalProblem(value: unknown): string | undefined {
  if (!isRecord(value)) return 'must be an object with an issuer and a subject';
  const { issuer, subject, bind = [] } = value;
  if (!isName(issuer) || !isName(subject)) {
    return 'must have an issuer and a subject, both text that is not empty: who vouches for the caller, and who it is';
  }
  const isBound = Array.isArray(bind) && bind.every((part) => typeof part === 'string');
  return isBound ? undefined : 'must have an array of texts as its bind, or none';
}

/** Whether `value` names a caller; nothing that does not can be one. */
export function isPrincipal(value: unknown): value is Principal {
  return principalProblem(value) === undefined;
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
