import { invalidOptions } from '../base/errors.ts';
import type { Logger } from '../base/logging/logger.ts';
import { madeFor } from '../base/options/made-functions.ts';
import { flag, listOf, positive, timer } from '../base/options/option-checks.ts';
import type { OptionTable } from '../base/options/options.ts';
import type { Principal } from '../protocol/principal.ts';
import { AllowedHosts, isListableHost } from './allowed-hosts.ts';
import { AllowedOrigins, isListable } from './allowed-origins.ts';
import { HttpLog } from './http-log.ts';

/** A request without its body. A web `Request` is one. */
export interface RequestHead {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
}

/**
 * Verifies the caller of a request: returns a principal, or the response to send instead, such as a
 * 401. If it throws, or returns anything else, the caller gets a 401 and the reason is logged.
 */
export type Authenticate = (
  request: RequestHead,
) => Principal | Response | Promise<Principal | Response>;

/**
 * How a server is served over HTTP, on every platform.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http
 */
export interface HttpOptions {
  /**
   * Origins of web pages that may call, as browsers send them: `https://app.example`,
   * `chrome-extension://<id>`; `vscode-webview://*` for all pages of an application. `'*'` lets every
   * page call; it needs `authenticate` or `allowedHosts`, and a server that others can reach.
   * Requests without an Origin always pass. Default: only pages on this machine may call, and only a
   * server on this machine.
   */
  readonly allowedOrigins?: readonly string[] | '*';
  /**
   * Host names that `Host` may have; one with a port allows that port only. Name here the hosts by
   * which a proxy in front passes requests on. Default: a server on this machine allows only names
   * of this machine, other servers allow every name.
   */
  readonly allowedHosts?: readonly string[];
  /** Whether CORS preflights of allowed origins are answered. Default `false`. */
  readonly cors?: boolean;
  /** Verifies the caller of each request. Default: every caller is anonymous. */
  readonly authenticate?: Authenticate;
  /** Largest body of a request, in bytes; larger ones get a 413. Default 4 MiB. */
  readonly maxBodyBytes?: number;
  /**
   * How many requests are served at once; others get a 503. Listen streams do not count. Default
   * 1,000.
   */
  readonly maxConcurrentRequests?: number;
  /**
   * How many bytes the bodies of all requests that are served at once may have; others get a 503.
   * What is parsed takes many times as much memory. At least `maxBodyBytes`. Default 16 times
   * `maxBodyBytes`.
   */
  readonly maxBytesInFlight?: number;
  /**
   * After how long a call that is not answered yet gets the head of a stream, in ms, so that nothing
   * between client and server takes it for dead. From then on errors have the status 200. Only for
   * clients that accept streams. Default: never, an answer without notifications is JSON.
   */
  readonly openStreamAfter?: number;
}

const areOrigins = listOf(
  "origins such as https://app.example or vscode-webview://*, or '*'",
  isListable,
);

export const HTTP_OPTIONS: OptionTable<HttpOptions> = {
  allowedOrigins: (value) => (value === '*' ? undefined : areOrigins(value)),
  allowedHosts: listOf('host names, written as mcp.example or mcp.example:8443', isListableHost),
  cors: flag,
  authenticate: madeFor("'http.authenticate'"),
  maxBodyBytes: positive,
  maxConcurrentRequests: positive,
  maxBytesInFlight: positive,
  openStreamAfter: timer,
};

/** {@link HttpOptions} with all defaults filled in. */
export interface HttpPolicy {
  readonly log: HttpLog;
  readonly allowedOrigins: AllowedOrigins;
  readonly allowedHosts: AllowedHosts | undefined;
  readonly cors: boolean;
  readonly authenticate: Authenticate | undefined;
  readonly maxBodyBytes: number;
  readonly maxConcurrentRequests: number;
  readonly maxBytesInFlight: number;
  readonly openStreamAfter: number | undefined;
  /** Whether GET and DELETE, which clients of earlier revisions send, are let through. */
  readonly servesOld: boolean;
}

/**
 * @param options checked by {@link HTTP_OPTIONS}
 * @throws RondoError `invalid_options` for options that exclude each other
 */
export function resolveHttpPolicy(
  logger: Logger,
  options: HttpOptions = {},
  servesOld = false,
): HttpPolicy {
  const { allowedOrigins = [], allowedHosts, cors = false, authenticate } = options;
  const { maxBodyBytes = 4 * 1024 * 1024, maxConcurrentRequests = 1_000 } = options;
  const { maxBytesInFlight = 16 * maxBodyBytes, openStreamAfter } = options;
  if (maxBytesInFlight < maxBodyBytes) {
    throw invalidOptions('http.maxBytesInFlight must be at least http.maxBodyBytes.');
  }
  if (allowedOrigins === '*' && !authenticate && !allowedHosts) {
    throw invalidOptions(
      "http.allowedOrigins: '*' lets every web page call. It needs http.authenticate or " +
        'http.allowedHosts beside it.',
    );
  }
  return {
    log: new HttpLog(logger),
    allowedOrigins: new AllowedOrigins(allowedOrigins),
    allowedHosts: allowedHosts && new AllowedHosts(allowedHosts),
    cors,
    authenticate,
    maxBodyBytes,
    maxConcurrentRequests,
    maxBytesInFlight,
    openStreamAfter,
    servesOld,
  };
}

/**
 * @throws RondoError `invalid_options` for a policy under which any page that a user visits could
 *   call a server on the user's machine
 */
export function assertServableOnLoopback({ allowedOrigins }: HttpPolicy): void {
  if (!allowedOrigins.isEverything) return;
  throw invalidOptions(
    "http.allowedOrigins: '*' on a server on this machine would let every web page call it. List " +
      'the pages that may.',
  );
}
