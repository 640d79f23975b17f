/** `Request` in, `Response` out: for Bun, Deno, Workers, and any framework that speaks fetch. */
import type { Cancellable, Dispatcher, Exchange, Reply } from '../protocol/dispatcher.ts';
import type { Principal } from '../protocol/principal.ts';
import { Load } from './load.ts';
import type { HttpPolicy } from './policy.ts';
import { receive } from './receive.ts';
import {
  type Accepted,
  type Rejection,
  corsHeaders,
  isRejection,
  reject,
  screen,
} from './screen.ts';
import { SSE_COMMENT, SSE_COMMENT_INTERVAL, SSE_HEADERS, SSE_MAX_UNREAD, sseEvent } from './sse.ts';
import { INVALID_TEXT } from './text.ts';

/** What proxies call a request whose client did not wait. */
const CLIENT_GONE = 499;

/** How long a body may take to arrive, in ms. */
const BODY_TIMEOUT = 30_000;

/** A handler for web requests. It does not look at the path: mount it where it is to be served. */
export function fetchHandler(
  dispatcher: Dispatcher,
  policy: HttpPolicy,
): (request: Request) => Promise<Response> {
  const load = new Load(policy.maxConcurrentRequests);
  return async (request) => {
    const screened = screen(request, policy, false);
    if (isRejection(screened)) return toResponse(screened);
    if (!load.enter()) return toResponse(reject(503, 'Too many requests', { 'Retry-After': '1' }));
    let counted = true;
    const leave = (): void => {
      if (counted) load.leave();
      counted = false;
    };
    try {
      return await serve(request, screened, dispatcher, policy, leave);
    } catch (error) {
      leave();
      if (error instanceof BodyProblem) return toResponse(error.rejection);
      throw error;
    }
  };
}

async function serve(
  request: Request,
  accepted: Accepted,
  dispatcher: Dispatcher,
  policy: HttpPolicy,
  leave: () => void,
): Promise<Response> {
  const cors = corsHeaders(request, policy) ?? {};
  const principal = await authenticated(request, policy);
  if (principal instanceof Response) {
    leave();
    const headers = { ...Object.fromEntries(principal.headers), ...cors };
    return new Response(principal.body, { status: principal.status, headers });
  }
  const text = await readBody(request, policy.maxBodyBytes);
  const exchange = new FetchExchange(request, principal, accepted, cors);
  void Promise.resolve(receive(text, dispatcher, exchange, leave)).then((reply) => {
    exchange.finish(reply);
    leave();
  });
  return exchange.response;
}

async function authenticated(
  request: Request,
  { authenticate }: HttpPolicy,
): Promise<Principal | Response | undefined> {
  if (authenticate === undefined) return undefined;
  try {
    return await authenticate(request);
  } catch {
    return toResponse(reject(401, 'Not authenticated'));
  }
}

class FetchExchange implements Exchange {
  readonly headers: Headers;
  readonly principal: Principal | undefined;
  readonly request: Request;
  readonly streams: boolean;
  readonly response: Promise<Response>;
  work: Cancellable | undefined;
  isCancelled = false;
  readonly #json: boolean;
  readonly #cors: Readonly<Record<string, string>>;
  readonly #encoder = new TextEncoder();
  #respond!: (response: Response) => void;
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  #comments: ReturnType<typeof setInterval> | undefined;

  constructor(
    request: Request,
    principal: Principal | undefined,
    accepted: Accepted,
    cors: Readonly<Record<string, string>>,
  ) {
    this.request = request;
    this.headers = request.headers;
    this.principal = principal;
    this.streams = accepted.stream;
    this.#json = accepted.json;
    this.#cors = cors;
    this.response = new Promise((resolve) => (this.#respond = resolve));
    request.signal?.addEventListener('abort', () => this.#gone(), { once: true });
  }

  notify(message: string): void {
    if (this.isCancelled) return;
    this.#openStream();
    this.#send(sseEvent(message));
  }

  finish({ status, body }: Reply): void {
    if (this.isCancelled) return;
    if (!this.#json && body !== '') this.#openStream();
    if (this.#stream === undefined) {
      const headers = new Headers(this.#cors);
      if (body !== '') headers.set('Content-Type', 'application/json');
      this.#respond(new Response(body === '' ? null : body, { status, headers }));
      return;
    }
    this.#send(sseEvent(body));
    clearInterval(this.#comments);
    tryTo(() => this.#stream!.close());
  }

  #openStream(): void {
    if (this.#stream !== undefined) return;
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#stream = controller),
        cancel: () => this.#gone(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: SSE_MAX_UNREAD }),
    );
    this.#comments = setInterval(() => this.#send(SSE_COMMENT), SSE_COMMENT_INTERVAL);
    this.#respond(new Response(body, { headers: { ...SSE_HEADERS, ...this.#cors } }));
  }

  #send(text: string): void {
    const stream = this.#stream!;
    if ((stream.desiredSize ?? 0) > 0) {
      tryTo(() => stream.enqueue(this.#encoder.encode(text)));
      return;
    }
    tryTo(() => stream.error(new Error('The client does not read its stream')));
    this.#gone();
  }

  /** The client has gone away: that is how it cancels (checklist HS-14). */
  #gone(): void {
    if (this.isCancelled) return;
    clearInterval(this.#comments);
    this.isCancelled = true;
    // Nobody listens any more; the platform gets what it needs to be done with the request.
    this.#respond(new Response(null, { status: CLIENT_GONE }));
    tryTo(() => this.#stream?.close());
    this.work?.cancel('the client closed the connection');
    this.work = undefined;
  }
}

/** A body that cannot be had. */
class BodyProblem extends Error {
  readonly rejection: Rejection;

  constructor(status: number, message: string) {
    super(message);
    this.rejection = reject(status, message);
  }
}

async function readBody(request: Request, maxBytes: number): Promise<string> {
  if (Number(request.headers.get('content-length')) > maxBytes) throw tooLarge(maxBytes);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const reader = request.body?.getReader();
  let text = '';
  let size = 0;
  const timer = setTimeout(() => void reader?.cancel(), BODY_TIMEOUT);
  const started = Date.now();
  try {
    for (;;) {
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) break;
      size += chunk.value.byteLength;
      if (size > maxBytes) {
        void reader!.cancel();
        throw tooLarge(maxBytes);
      }
      text += decoder.decode(chunk.value, { stream: true });
    }
    if (Date.now() - started >= BODY_TIMEOUT) throw new BodyProblem(408, 'The body took too long');
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof BodyProblem) throw error;
    // Not UTF-8, or the client went away: nobody can tell the second from here.
    return INVALID_TEXT;
  } finally {
    clearTimeout(timer);
  }
}

function tooLarge(maxBytes: number): BodyProblem {
  return new BodyProblem(413, `The body is larger than ${maxBytes} bytes`);
}

function toResponse({ status, headers, body }: Rejection): Response {
  return new Response(body === '' ? null : body, { status, headers });
}

function tryTo(action: () => void): void {
  try {
    action();
  } catch {
    // The stream has been closed from the other side in the meantime.
  }
}
