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
