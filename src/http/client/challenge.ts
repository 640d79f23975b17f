/** What a server says that refuses a request, and what is known of the request that it refuses. */
import { encodeBase64 } from '../../base/base64.ts';
import { type UnknownRecord, isRecord, parseJson } from '../../base/json/json.ts';
import type { HttpResponse } from './send.ts';

/** A 401 or 403: its status and headers, such as `WWW-Authenticate`, and what was refused. */
export interface Challenge {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** The URL of the server. */
  readonly url: string;
  /** The address that was connected to; absent if it is not known. */
  readonly address?: string | undefined;
  /** The digest of the `Authorization` header that was refused ({@link digestOf}); absent for none. */
  readonly sent?: string | undefined;
  /** What was refused, as in `tools/call deploy`; empty for a request that is no message. */
  readonly operation: string;
  /** Aborts when no request waits for `authorize` any more. */
  readonly signal: AbortSignal;
  /** Runs what a person is waited for in: deadlines of the client's requests stand still. */
  withoutDeadline<T>(work: () => Promise<T>): Promise<T>;
}

/** What a connection knows of a refusal. */
export type Refused = Omit<Challenge, 'signal' | 'withoutDeadline'>;

/** A digest of credentials, by which they can be compared without being shown: SHA-256, base64url. */
export async function digestOf(credentials: string): Promise<string> {
  const bytes = new TextEncoder().encode(credentials);
  const digest = await globalThis.crypto.subtle.digest('SHA-256', bytes);
  return encodeBase64(new Uint8Array(digest), 'base64url');
}

export async function refusedBy(
  response: HttpResponse,
  url: string,
  body: string | undefined,
  credentials: string,
): Promise<Refused> {
  const { status, headers, address } = response;
  const sent = credentials === '' ? undefined : await digestOf(credentials);
  return { status, headers, url, address, sent, operation: operationIn(body) };
}

/** The method of a message, and what it names. */
function operationIn(body: string | undefined): string {
  const message = body === undefined ? undefined : parseJson(body);
  if (!isRecord(message)) return '';
  const params: UnknownRecord = isRecord(message['params']) ? message['params'] : {};
  const named = params['name'] ?? params['uri'] ?? params['taskId'];
  const { method } = message;
  return [method, named].filter((part) => typeof part === 'string').join(' ');
}
