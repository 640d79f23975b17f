import { invalidOptions } from '../protocol/errors.ts';
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

/** {@link HttpOptions}, checked and complete. */
export interface HttpPolicy {
  readonly allowedOrigins: ReadonlySet<string>;
  readonly allowedHosts: ReadonlySet<string> | undefined;
  readonly cors: boolean;
  readonly authenticate: Authenticate | undefined;
  readonly maxBodyBytes: number;
  readonly maxConcurrentRequests: number;
}

/** @throws RondoError `invalid_options` */
export function resolveHttpPolicy(options: HttpOptions = {}): HttpPolicy {
  const { maxBodyBytes = 4 * 1024 * 1024, maxConcurrentRequests = 1_000 } = options;
  if (!(maxBodyBytes > 0)) throw invalidOptions('http.maxBodyBytes must be a positive number.');
  if (!(maxConcurrentRequests > 0)) {
    throw invalidOptions('http.maxConcurrentRequests must be a positive number.');
  }
  const origins = (options.allowedOrigins ?? []).map((origin) => {
    if (URL.canParse(origin) && new URL(origin).origin === origin) return origin;
    throw invalidOptions(`'${origin}' is no origin; write it as https://app.example.`);
  });
  return {
    allowedOrigins: new Set(origins),
    allowedHosts: options.allowedHosts && new Set(options.allowedHosts.map(lowerCase)),
    cors: options.cors === true,
    authenticate: options.authenticate,
    maxBodyBytes,
    maxConcurrentRequests,
  };
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}
