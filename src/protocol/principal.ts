import { isRecord } from './json.ts';

/** The verified caller. Never what a client says of itself (checklist AU-5). */
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

/** Whether `value` names a caller; nothing that does not can be one. */
export function isPrincipal(value: unknown): value is Principal {
  if (!isRecord(value)) return false;
  const { issuer, subject, bind = [] } = value;
  if (typeof issuer !== 'string' || typeof subject !== 'string') return false;
  return Array.isArray(bind) && bind.every((part) => typeof part === 'string');
}
