import { callable, flag, listOf, positive } from '../base/option-checks.ts';
import type { OptionTable } from '../base/options.ts';
import type { Principal } from '../protocol/principal.ts';

/** As much of a request as can be judged before its body is read; a web `Request` is one. */
export interface RequestHead {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
}

/** Finds out who is calling: a principal, or the response to send instead. Throwing denies. */
export type Authenticate = (
  request: RequestHead,
) => Principal | Response | Promise<Principal | Response>;

/** How a server is served over HTTP, on whatever platform. */
export interface HttpOptions {
  /**
   * Origins of web pages that may call, as browsers send them: `https://app.example`. Requests
   * without an Origin pass; pages on this machine may call a server on this machine.
   */
  readonly allowedOrigins?: readonly string[];
  /** Host names, without port, that requests may be for. Default: on loopback its own names. */
  readonly allowedHosts?: readonly string[];
  /** Whether preflights of allowed origins are answered. Default false. */
  readonly cors?: boolean;
  readonly authenticate?: Authenticate;
  /** Bytes of a request's body. Default 4 MiB. */
  readonly maxBodyBytes?: number;
  /** Requests served at once; more get 503. Listen streams do not count. Default 1,000. */
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

/** {@link HttpOptions}, complete. */
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

/** As browsers write it: without a path, and without the port that goes without saying. */
function isOrigin(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value;
}

/** As clients write it in `Host`: international names in their ASCII form. */
function isHostName(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(`http://${value}`)) return false;
  return new URL(`http://${value}`).hostname === value.toLowerCase() && !value.includes('*');
}
