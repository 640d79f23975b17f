/**
 * Checks a request before its body is read: method, Host, Origin, media types (HS-1 to HS-3, HC-2).
 */
import { parseUrl } from '../base/parse-url.ts';
import { isLoopback } from '../base/loopback.ts';
import { ErrorCode } from '../protocol/codes.ts';
import { errorReply } from '../protocol/reply.ts';
import { RpcError } from '../protocol/rpc-error.ts';
import type { HttpPolicy, RequestHead } from './policy.ts';

/** A response that is sent without calling the server. */
export interface Rejection {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The kinds of response that the client accepts. */
export interface ResponseFormats {
  readonly json: boolean;
  readonly stream: boolean;
}

const JSON_TYPE: Readonly<Record<string, string>> = { 'Content-Type': 'application/json' };

/** @param onLoopback whether the server can be reached from this machine only */
export function checkHead(
  head: RequestHead,
  policy: HttpPolicy,
  onLoopback: boolean,
): Rejection | ResponseFormats {
  const { headers } = head;
  const host = hostOf(head);
  if (!isHostAllowed(host, policy, onLoopback)) return reject(403, 'Host not allowed');
  const origin = headers.get('origin');
  if (!isOriginAllowed(origin, host, policy)) return reject(403, 'Origin not allowed');
  if (head.method !== 'POST') return notPost(head, policy);
  const type = headers.get('content-type');
  if (!type || !/^application\/json\s*(?:;|$)/i.test(type)) {
    return reject(415, 'Content-Type must be application/json');
  }
  const accepted = readAccept(headers.get('accept'));
  if (!accepted.json && !accepted.stream) {
    return reject(406, 'Accept must list application/json and text/event-stream');
  }
  return accepted;
}

export function isRejection(checked: Rejection | ResponseFormats): checked is Rejection {
  return 'status' in checked;
}

/** A rejection as a JSON-RPC error. It has no id, because the body has not been read (HS-2). */
export function reject(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Rejection {
  return rejectWith(status, new RpcError(ErrorCode.InvalidRequest, message), headers);
}

/** As {@link reject}, for an error with a code of its own. */
export function rejectWith(
  status: number,
  error: RpcError,
  headers: Readonly<Record<string, string>> = {},
): Rejection {
  const { body } = errorReply(undefined, error);
  return { status, headers: { ...JSON_TYPE, ...headers }, body };
}

export function tooMany(): Rejection {
  return reject(503, 'Too many requests', { 'Retry-After': '1' });
}

export function tooLarge(maxBytes: number): Rejection {
  return reject(413, `The body is larger than ${maxBytes} bytes`);
}

export function tooSlow(): Rejection {
  return reject(408, 'The body took too long');
}

/** @param more headers for every response */
export function toResponse(
  { status, headers, body }: Rejection,
  more: Readonly<Record<string, string>>,
): Response {
  return new Response(body === '' ? null : body, { status, headers: { ...headers, ...more } });
}

/** The CORS headers for a request from an allowed web page; none for other requests. */
export function corsHeaders(
  head: RequestHead,
  policy: HttpPolicy,
): Readonly<Record<string, string>> | undefined {
  const origin = policy.cors ? head.headers.get('origin') : null;
  if (origin === null || !isOriginAllowed(origin, hostOf(head), policy)) return undefined;
  return { 'Access-Control-Allow-Origin': origin, Vary: 'Origin' };
}

function notPost(head: RequestHead, policy: HttpPolicy): Rejection {
  const cors = head.method === 'OPTIONS' ? corsHeaders(head, policy) : undefined;
  if (cors === undefined) return reject(405, 'Only POST is served here', { Allow: 'POST' });
  const asked = head.headers.get('access-control-request-headers') ?? '';
  const allowed = /^[\w\-, ]*$/.test(asked) ? asked : '';
  const headers = {
    ...cors,
    'Access-Control-Allow-Methods': 'POST',
    'Access-Control-Allow-Headers': allowed,
    'Access-Control-Max-Age': '600',
  };
  return { status: 204, headers, body: '' };
}

/** Against DNS rebinding: an attacker's name that points to this machine is still in `Host`. */
function isHostAllowed(host: string | null, policy: HttpPolicy, onLoopback: boolean): boolean {
  const { allowedHosts } = policy;
  if (allowedHosts === undefined && !onLoopback) return true;
  if (!host) return false;
  const name = hostName(host);
  return allowedHosts?.has(name) ?? isLoopback(name);
}

/**
 * Requests without an Origin pass, and pages on this machine may call this machine. Other origins
 * must be listed.
 */
function isOriginAllowed(origin: string | null, host: string | null, policy: HttpPolicy): boolean {
  if (origin === null || policy.allowedOrigins.has(origin)) return true;
  if (!host || !isLoopback(hostName(host))) return false;
  const url = parseUrl(origin);
  return url !== undefined && isLoopback(url.hostname);
}

/**
 * The Host header. A `Request` that was made in this process has none: then the host of its URL.
 */
function hostOf({ headers, url }: RequestHead): string | null {
  return headers.get('host') ?? (URL.canParse(url) ? new URL(url).host : null);
}

/** Without the port, in lower case. */
function hostName(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

const EVERYTHING: ResponseFormats = { json: true, stream: true };

function readAccept(accept: string | null): ResponseFormats {
  if (!accept || accept.includes('*/*')) return EVERYTHING;
  const types = accept.toLowerCase();
  return {
    json: types.includes('application/json') || types.includes('application/*'),
    stream: types.includes('text/event-stream') || types.includes('text/*'),
  };
}
