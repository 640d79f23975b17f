/** Asks servers that others have named: within reach, bounded in size and time, without redirects (A25). */
import { ByteBuffer } from '../../../base/byte-buffer.ts';
import { RondoError } from '../../../base/errors.ts';
import { type JsonValue, isRecord, parseJson } from '../../../base/json/json.ts';
import { AuthorizationError } from '../failures/authorization-error.ts';
import { shownWithoutSecrets } from '../failures/shown-without-secrets.ts';
import type { LibraryFetch } from '../library/load-oauth.ts';
import { isNodeUsable, nodeRequest } from './node-request.ts';
import { type Reach, isReachable, reachableUrl } from './reach.ts';
import type { Asked, Request } from './request.ts';

/** In ms. */
const TIMEOUT = 5_000;

const MAX_BYTES = 64 * 1024;

export interface JsonAnswer {
  readonly status: number;
  /** `undefined` if it is no JSON. */
  readonly body: JsonValue | undefined;
}

/** What is sent beside the URL. */
export interface RequestParts {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export class GuardedFetch {
  readonly reach: Reach;
  readonly #fetch: typeof globalThis.fetch | undefined;

  /** @param fetch asks instead: then the addresses that names resolve to cannot be judged */
  constructor(reach: Reach, fetch?: typeof globalThis.fetch) {
    this.reach = reach;
    this.#fetch = fetch;
  }

  /**
   * @param step what it is for, in errors
   * @throws AuthorizationError if there is no response, or a redirect
   */
  async json(url: string, step: string, parts: RequestParts = {}): Promise<JsonAnswer> {
    const checked = reachableUrl(url, this.reach, step);
    const { status, text } = await this.#ask(checked, step, parts);
    if (status >= 300 && status < 400) {
      throw new AuthorizationError(step, `${nameOf(checked)} answers with a redirect`);
    }
    return { status, body: parseJson(text) };
  }

  /** The `fetch` of the library: its responses are complete, and of JSON. */
  forLibrary(step: string): LibraryFetch {
    return async (url, { method, headers, body }) => {
      const text = body === undefined || body === null ? undefined : textOf(body);
      const answer = await this.json(url, step, { method, headers, body: text });
      if (answer.status >= 500) throw unavailable(url, step, `with status ${answer.status}`);
      return libraryResponse(answer);
    };
  }

  async #ask(url: URL, step: string, parts: RequestParts): Promise<Asked> {
    const { method = 'GET', headers = {}, body } = parts;
    const signal = AbortSignal.timeout(TIMEOUT);
    const accepted = { accept: 'application/json', ...headers };
    const request = { url, method, body, signal, maxBytes: MAX_BYTES };
    try {
      if (this.#fetch === undefined && isNodeUsable()) {
        const sent = { ...request, headers: withLength(accepted, body) };
        return await nodeRequest(sent, (each) => isReachable(each, url.hostname, this.reach));
      }
      return await plainRequest({ ...request, headers: accepted }, this.#fetch ?? fetch);
    } catch (error) {
      if (error instanceof RondoError) throw error;
      throw new AuthorizationError(step, `${nameOf(url)} cannot be asked: ${reasonOf(error)}`);
    }
  }
}

/** @throws AuthorizationError for a body that is none of the library's */
function textOf(body: unknown): string {
  return body instanceof URLSearchParams || typeof body === 'string' ? body.toString() : '';
}

function withLength(headers: Record<string, string>, body: string | undefined) {
  if (body === undefined) return headers;
  return { ...headers, 'content-length': String(new TextEncoder().encode(body).byteLength) };
}

/** ID tokens are not asked for; replies to registrations may say nothing of when a secret ends (A20). */
function libraryResponse({ status, body }: JsonAnswer): Response {
  if (!isRecord(body)) return new Response(null, { status });
  const { id_token: _, ...rest } = body;
  const hasEnd = !('client_secret' in rest) || 'client_secret_expires_at' in rest;
  return Response.json(hasEnd ? rest : { ...rest, client_secret_expires_at: 0 }, { status });
}

export function unavailable(url: string, step: string, how: string): AuthorizationError {
  return new AuthorizationError(step, `${nameOf(new URL(url))} answers ${how}; try again later`);
}

async function plainRequest(request: Request, fetch: typeof globalThis.fetch): Promise<Asked> {
  const { url, method, headers, body, signal, maxBytes } = request;
  const init = { method, headers, signal, redirect: 'manual' } as const;
  const response = await fetch(url, body === undefined ? init : { ...init, body });
  const buffer = new ByteBuffer();
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    if (buffer.size + chunk.byteLength > maxBytes) throw new RangeError('it is too large');
    buffer.push(chunk);
  }
  // A browser shows nothing of a redirect.
  const status = response.type === 'opaqueredirect' ? 302 : response.status;
  return { status, text: new TextDecoder().decode(buffer.bytes) };
}

/** Without its path and query: those can be secrets. */
function nameOf({ origin }: URL): string {
  return shownWithoutSecrets(origin, []);
}

/** A code of the system, or a text of ours: nothing that was received. */
function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return error.message;
  const { code, name, message, cause } = error as Error & { code?: unknown };
  const inner = isRecord(cause) ? cause['code'] : undefined;
  if (name === 'TimeoutError' || name === 'AbortError') return 'it takes too long';
  const known = [code, inner].find((each) => typeof each === 'string' && /^[A-Z_]+$/.test(each));
  if (typeof known === 'string') return known;
  return message === 'it is inside a network' ? message : 'there is no response';
}
