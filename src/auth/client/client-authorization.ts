import type { Authorize } from '../../http/client/authorization.ts';

/** The options `headers` and `authorize` of a client's `http`. */
export interface ClientAuthorization {
  readonly headers: (request: { readonly url: string }) => Promise<Record<string, string>>;
  readonly authorize: Authorize;
}
