/** Serves routes beside the endpoint: turns requests of `node:http` into web ones, and back. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseUrl } from '../../base/parse-url.ts';
import { type IsOwnHost, checkCaller, corsHeaders, reject, tooLarge } from '../check-head.ts';
import { isResponse } from '../identify.ts';
import type { HttpPolicy } from '../policy.ts';
import { type Route, Routes } from '../routes/routes.ts';
import type { ServeOptions } from '../serve-options.ts';
import type { ActiveResponses } from './active-responses.ts';
import { NodeHead } from './head.ts';
import { NodeResponseWriter } from './response-writer.ts';

/** Methods that a web `Request` cannot have. */
const NOT_FOR_THE_WEB = ['CONNECT', 'TRACE', 'TRACK'];

/** Headers that are the connection's, and not the handler's to set. */
const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade']);

export interface RouteServingOptions {
  readonly policy: HttpPolicy;
  readonly isOwnHost: IsOwnHost;
  /** Where the responses of routes are counted until they have been sent. */
  readonly active: ActiveResponses;
}

export class RouteServing {
  readonly #routes: Routes;
  readonly #policy: HttpPolicy;
  readonly #isOwnHost: IsOwnHost;
  readonly #active: ActiveResponses;

  /** @throws RondoError `invalid_options` for a route under the endpoint */
  constructor(
    routes: NonNullable<ServeOptions['routes']>,
    endpoint: string,
    { policy, isOwnHost, active }: RouteServingOptions,
  ) {
    this.#routes = new Routes(routes, endpoint);
    this.#policy = policy;
    this.#isOwnHost = isOwnHost;
    this.#active = active;
  }

  /** Serves a request, and returns whether there is a route for it. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const head = new NodeHead(request);
    const url = urlOf(head);
    const route = url && this.#routes.find(url.pathname);
    if (route === undefined) return false;
    const cors = corsHeaders(head, this.#policy, this.#isOwnHost);
    const rejection = checkCaller(head, this.#policy, this.#isOwnHost) ?? this.#unservable(request);
    if (rejection !== undefined) {
      new NodeResponseWriter(request, response, cors).reject(rejection);
      return true;
    }
    const left = new AbortController();
    this.#active.add(request, response, () => {
      if (!response.writableFinished) left.abort();
    });
    void this.#serve(route, request, response, { url: url!, cors, signal: left.signal });
    return true;
  }

  #unservable({ method = '', headers }: IncomingMessage): ReturnType<typeof reject> | undefined {
    const { maxBodyBytes } = this.#policy;
    if (NOT_FOR_THE_WEB.includes(method)) return reject(405, 'This method is not served here');
    return Number(headers['content-length']) > maxBodyBytes ? tooLarge(maxBodyBytes) : undefined;
  }

  /** Never rejects. */
  async #serve(
    { path, handler }: Route,
    request: IncomingMessage,
    response: ServerResponse,
    { url, cors, signal }: Asked,
  ): Promise<void> {
    try {
      const answer: unknown = await handler(
        webRequest(request, url, signal, this.#policy.maxBodyBytes),
      );
      if (!isResponse(answer)) throw new TypeError('The handler returned no Response');
      await send(answer, request, response, cors);
    } catch (error) {
      if (signal.aborted) return;
      this.#policy.log.failed(`Route '${path}'`, error);
      new NodeResponseWriter(request, response, cors).reject(reject(500, 'Internal error'));
    }
  }
}

interface Asked {
  readonly url: URL;
  readonly cors: Readonly<Record<string, string>> | undefined;
  readonly signal: AbortSignal;
}

function urlOf({ url: path, headers }: NodeHead): URL | undefined {
  const url = path.startsWith('/') ? parseUrl(`http://localhost${path}`) : undefined;
  // Whatever is more than a host is not taken from here.
  if (url !== undefined) url.host = headers.get('host') ?? '';
  return url;
}

function webRequest(
  request: IncomingMessage,
  url: URL,
  signal: AbortSignal,
  maxBytes: number,
): Request {
  const { method = 'GET' } = request;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(request.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers, signal });
  const body = Readable.toWeb(Readable.from(atMost(maxBytes, request)));
  return new Request(url, { method, headers, signal, body, duplex: 'half' } as RequestInit);
}

async function* atMost(maxBytes: number, request: IncomingMessage): AsyncIterable<Buffer> {
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new RangeError(`The body is larger than ${maxBytes} bytes`);
    yield chunk;
  }
}

async function send(
  answer: Response,
  request: IncomingMessage,
  response: ServerResponse,
  cors: Readonly<Record<string, string>> | undefined,
): Promise<void> {
  const headers: Record<string, string | string[]> = { ...cors };
  answer.headers.forEach((value, name) => {
    if (!OF_THE_CONNECTION.has(name)) headers[name] = value;
  });
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  response.writeHead(answer.status, headers);
  if (answer.body === null || request.method === 'HEAD') response.end();
  else await pipeline(Readable.fromWeb(answer.body as never), response);
}
