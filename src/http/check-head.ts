/**
 * Checks a request before its body is read: method, Host, Origin, media types (HS-1 to HS-3, HC-2).
 */
import { lastResultOf } from '../base/last-result.ts';
import { parseUrl } from '../base/parse-url.ts';
import { isLoopback } from '../base/loopback.ts';
import { ErrorCode } from '../protocol/names/codes.ts';
import { errorReply } from '../protocol/reply.ts';
import { RpcError } from '../protocol/rpc-error.ts';
import { hostName } from './allowed-hosts.ts';
import type { HttpLog } from './http-log.ts';
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

/**
 * Whether a name, without its port and in lower case, is one that this machine calls itself by:
 * known where a server can be reached from this machine only, `undefined` elsewhere.
 */
export type IsOwnHost = ((name: string) => boolean) | undefined;

export function checkHead(
  head: RequestHead,
  policy: HttpPolicy,
  isOwnHost: IsOwnHost,
): Rejection | ResponseFormats {
  const { headers } = head;
  const refused = checkCaller(head, policy, isOwnHost);
  if (refused !== undefined) return refused;
  if (head.method !== 'POST') return notPost(head, policy, isOwnHost);
  if (!isJson(headers.get('content-type') ?? '')) {
    return reject(415, 'Content-Type must be application/json');
  }
  const accepted = readAccept(headers.get('accept') ?? '');
  if (!accepted.json && !accepted.stream) {
    return reject(406, 'Accept must list application/json and text/event-stream');
  }
  return accepted;
}

/** Whether a request comes to a name of this server, and not from a page that may not call. */
export function checkCaller(
  head: RequestHead,
  policy: HttpPolicy,
  isOwnHost: IsOwnHost,
): Rejection | undefined {
  const host = hostOf(head);
  if (!isHostAllowed(host, policy, isOwnHost)) {
    policy.log.hostRefused(host);
    return reject(403, 'Host not allowed');
  }
  const origin = head.headers.get('origin');
  if (origin === null || isOriginAllowed(origin, host, policy, isOwnHost)) return undefined;
  policy.log.originRefused(origin);
  return reject(403, 'Origin not allowed');
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

/** Whether a body is compressed. What is in front of the server may undo that, we do not. */
export function isEncoded(encoding: string | null | undefined): boolean {
  return encoding ? encoding.toLowerCase() !== 'identity' : false;
}

export function encoded(): Rejection {
  return reject(415, 'Content-Encoding is not supported', { 'Accept-Encoding': 'identity' });
}

/** @param advice for the log: how what has read the body can pass it on */
export function bodyTaken(log: HttpLog, advice: string): Rejection {
  log.bodyTaken(advice);
  return reject(500, 'A middleware read the body and did not pass it on');
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

/** The headers that a page may read beside the usual ones: how to sign in, and when to try again. */
const EXPOSED = 'WWW-Authenticate, Retry-After';

/** The CORS headers for a request from an allowed web page; none for other requests. */
export function corsHeaders(
  head: RequestHead,
  policy: HttpPolicy,
  isOwnHost: IsOwnHost,
): Readonly<Record<string, string>> | undefined {
  const origin = policy.cors ? head.headers.get('origin') : null;
  if (origin === null || !isOriginAllowed(origin, hostOf(head), policy, isOwnHost)) {
    return undefined;
  }
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': policy.servesOld ? `${EXPOSED}, Mcp-Session-Id` : EXPOSED,
    Vary: 'Origin',
  };
}

/** GET and DELETE are of earlier revisions. */
export function onlyPost(): Rejection {
  return reject(405, 'Only POST is served here', { Allow: 'POST' });
}

/** For what can only be read. */
export function onlyGet(headers: Readonly<Record<string, string>>): Rejection {
  return reject(405, 'Only GET is served here', { ...headers, Allow: 'GET, HEAD' });
}

function notPost(
  head: RequestHead,
  policy: HttpPolicy,
  isOwnHost: IsOwnHost,
): Rejection | ResponseFormats {
  if (policy.servesOld && (head.method === 'GET' || head.method === 'DELETE')) {
    return readAccept(head.headers.get('accept') ?? '');
  }
  const cors = head.method === 'OPTIONS' ? corsHeaders(head, policy, isOwnHost) : undefined;
  if (cors === undefined) return onlyPost();
  const asked = head.headers.get('access-control-request-headers') ?? '';
  const allowed = /^[\w\-, ]*$/.test(asked) ? asked : '';
  const headers = {
    ...cors,
    'Access-Control-Allow-Methods': policy.servesOld ? 'POST, GET, DELETE' : 'POST',
    'Access-Control-Allow-Headers': allowed,
    'Access-Control-Max-Age': '600',
  };
  return { status: 204, headers, body: '' };
}

/** Against DNS rebinding: an attacker's name that points to this machine is still in `Host`. */
function isHostAllowed(
  host: string | null,
  { allowedHosts }: HttpPolicy,
  isOwnHost: IsOwnHost,
): boolean {
  if (allowedHosts === undefined && isOwnHost === undefined) return true;
  if (!host) return false;
  return allowedHosts?.has(host) ?? isOwnHost!(hostName(host));
}

/** Pages on this machine may call this machine. Other origins must be listed. */
function isOriginAllowed(
  origin: string,
  host: string | null,
  { allowedOrigins }: HttpPolicy,
  isOwnHost: IsOwnHost = isLoopback,
): boolean {
  if (allowedOrigins.has(origin)) return true;
  if (!host || !isOwnHost(hostName(host))) return false;
  const url = parseUrl(origin);
  return url !== undefined && isLoopback(url.hostname);
}

/**
 * The Host header. A `Request` that was made in this process has none: then the host of its URL.
 */
function hostOf({ headers, url }: RequestHead): string | null {
  return headers.get('host') ?? parseUrl(url)?.host ?? null;
}

const isJson = lastResultOf((type: string) => /^application\/json\s*(?:;|$)/i.test(type));

const EVERYTHING: ResponseFormats = { json: true, stream: true };

const readAccept = lastResultOf((accept: string): ResponseFormats => {
  if (accept === '' || accept.includes('*/*')) return EVERYTHING;
  const types = accept.toLowerCase();
  return {
    json: types.includes('application/json') || types.includes('application/*'),
    stream: types.includes('text/event-stream') || types.includes('text/*'),
  };
});
