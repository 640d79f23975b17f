import { callable, either, positive, record } from '../../base/options/option-checks.ts';
import type { OptionTable } from '../../base/options/options.ts';
import type { Authorize } from './authorization.ts';
import type { OwnHeaders } from './own-headers.ts';

/** Gives the headers of a request to the server at `url`. */
export type HeadersFunction = (request: {
  readonly url: string;
}) => OwnHeaders | Promise<OwnHeaders>;

/**
 * How a client reaches a server over HTTP.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http
 */
export interface HttpClientOptions {
  /**
   * Sends the requests: for proxies, tracing, authorization. Default: on Node `node:http`, which is
   * faster than its `fetch`; elsewhere the global `fetch`.
   */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * Additional headers for every request, as an object or `Headers`. A function is called before each
   * request, so that tokens can be renewed. Default: none.
   */
  readonly headers?: OwnHeaders | HeadersFunction;
  /**
   * Called when the server answers 401 or 403: once for all requests that are refused alike with the
   * same `Authorization`, and at most twice for one request, as for a 401 and then a 403. If it resolves to `true`, `headers` is
   * called again and the requests are sent once more. Default: the response becomes an error.
   */
  readonly authorize?: Authorize;
  /** Largest response or event, in bytes. Default 16 MiB. */
  readonly maxMessageBytes?: number;
}

export const HTTP_CLIENT_OPTIONS: OptionTable<HttpClientOptions> = {
  fetch: callable,
  headers: either('an object or a function', record, callable),
  authorize: callable,
  maxMessageBytes: positive,
};
