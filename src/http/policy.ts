import { callable, flag, listOf, positive } from '../base/option-checks.ts';
import type { OptionTable } from '../base/options.ts';
import type { Principal } from '../protocol/principal.ts';

/** A request without its body. A web `Request` is one. */
export interface RequestHead {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
}

/**
 * Verifies the caller of a request: returns a principal, or the response to send instead, such as a
 * 401. If it throws, the caller gets a 401.
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
   * Origins of web pages that may call, as browsers send them: `https://app.example`. Requests
   * without an Origin always pass. Default: only pages on this machine may call, and only a server
   * on this machine.
   */
  readonly allowedOrigins?: readonly string[];
  /**
   * Host names, without port, that `Host` may have. Default: a server on this machine allows only
   * names of this machine, other servers allow every name.
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
}

export const HTTP_OPTIONS: OptionTable<HttpOptions> = {
  allowedOrigins: listOf('origins, written as https://app.example', isOrigin),
  allowedHosts: listOf('host names without a port', isHostName),
  cors: flag,
  authenticate: callable,
  maxBodyBytes: positive,
  maxConcurrentRequests: positive,
};

/** {@link HttpOptions} with all defaults filled in. */
export interface HttpPolicy {
  readonly allowedOrigins: ReadonlySet<string>;
  readonly allowedHosts: ReadonlySet<string> | undefined;
  readonly cors: boolean;
  readonly authenticate: Authenticate | undefined;
  readonly maxBodyBytes: number;
  readonly maxConcurrentRequests: number;
}

/** @param options checked by {@link HTTP_OPTIONS} */
export function resolveHttpPolicy(options: HttpOptions = {}): HttpPolicy {
  const { allowedOrigins = [], allowedHosts, cors = false, authenticate } = options;
  const { maxBodyBytes = 4 * 1024 * 1024, maxConcurrentRequests = 1_000 } = options;
  return {
    allowedOrigins: new Set(allowedOrigins),
    allowedHosts: allowedHosts && new Set(allowedHosts.map((host) => host.toLowerCase())),
    cors,
    authenticate,
    maxBodyBytes,
    maxConcurrentRequests,
  };
}

/** Whether it is written as in browsers: without a path, and without the scheme's default port. */
function isOrigin(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value;
}

/** Whether it is written as in `Host`, where international names have their ASCII form. */
function isHostName(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(`http://${value}`)) return false;
  return new URL(`http://${value}`).hostname === value.toLowerCase() && !value.includes('*');
}
