/** Serves requests of `node:http` directly, without building a `Request` or a `Response`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from '../../protocol/dispatcher.ts';
import { isError } from '../../base/thrown.ts';
import { HttpExchange } from '../serving/exchange.ts';
import type { Given } from '../handle-options.ts';
import { identify } from '../identify.ts';
import { ConcurrencyLimit, type Slot } from '../concurrency-limit.ts';
import { ActiveResponses } from './active-responses.ts';
import { NodeBodies, textOfParsed } from './body.ts';
import { NodeHead } from './head.ts';
import { NodeResponseWriter } from './response-writer.ts';
import { protectionOf } from '../protection.ts';
import type { Authenticate, HttpPolicy } from '../policy.ts';
import { type IsOwnHost, corsHeaders, isRejection, checkHead, tooMany } from '../check-head.ts';

/** A server that can be reached over HTTP: an `McpServer`. */
export interface HttpService extends Dispatcher {
  /** @internal */
  readonly httpPolicy: HttpPolicy;
  /** @internal Whether it needs to know its callers. */
  readonly needsCallers?: boolean;
  fetch(request: Request): Promise<Response>;
}

export class NodeHandler {
  readonly #service: HttpService;
  readonly #policy: HttpPolicy;
  readonly #isOwnHost: IsOwnHost;
  readonly #concurrency: ConcurrencyLimit;
  readonly #bodies: NodeBodies;
  /** What has to be concluded when the server closes. */
  readonly #open = new Set<HttpExchange>();
  readonly active: ActiveResponses = new ActiveResponses();
  #onFree: (() => void) | undefined;

  constructor(service: HttpService, isOwnHost: IsOwnHost) {
    this.#service = service;
    this.#policy = service.httpPolicy;
    this.#isOwnHost = isOwnHost;
    this.#concurrency = new ConcurrencyLimit(this.#policy);
    this.#bodies = new NodeBodies(this.#policy);
  }

  /**
   * From now on connections are closed after their response. Listen streams end with their results.
   *
   * @param onFree called each time a response has been sent
   */
  startClosing(onFree: () => void): void {
    this.#onFree = onFree;
    for (const exchange of this.#open) exchange.inFlight.conclude();
  }

  /**
   * @param body the body, if a middleware has read and parsed it
   * @param given the caller, if a middleware has verified it
   */
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    body?: unknown,
    { principal, rejection }: Given = {},
  ): void {
    // While a middleware ran, the client may have disconnected, or the middleware may have
    // answered.
    if (request.socket.destroyed || response.headersSent) return;
    const head = new NodeHead(request);
    const writer = new NodeResponseWriter(request, response, this.#extraHeaders(head));
    const checked = checkHead(head, this.#policy, this.#isOwnHost);
    if (isRejection(checked)) return writer.reject(checked);
    if (rejection !== undefined) return writer.reject(rejection);
    const slot = this.#concurrency.acquire();
    if (slot === undefined) return writer.reject(tooMany());
    const exchange = new HttpExchange(head, checked, writer, slot);
    exchange.principal = principal;
    this.active.add(request, response, () => this.#closed(exchange, response));
    void this.#serve(request, head, exchange, slot, body);
  }

  #closed(exchange: HttpExchange, response: ServerResponse): void {
    exchange.release();
    this.#open.delete(exchange);
    // Node counts a connection as idle only after all events of its response.
    if (this.#onFree) setImmediate(this.#onFree);
    if (!response.writableFinished) exchange.cancel('the connection was closed');
  }

  /** Never rejects. What it awaits, it awaits in the async context of the request. */
  async #serve(
    request: IncomingMessage,
    head: NodeHead,
    exchange: HttpExchange,
    slot: Slot,
    body: unknown,
  ): Promise<void> {
    try {
      const { authenticate, openStreamAfter } = this.#policy;
      if (authenticate !== undefined && !(await this.#admit(authenticate, exchange, head))) return;
      if (request.method !== 'POST') return await this.#serveWithoutBody(exchange);
      const text =
        body === undefined ? await this.#bodies.read(request, slot) : textOfParsed(body, slot);
      if (typeof text !== 'string') return exchange.reject(text);
      if (exchange.inFlight.isCancelled) return;
      const reply = exchange.serve(text, this.#service);
      if (exchange.isListening || exchange.isOld) this.#keep(exchange);
      if (openStreamAfter !== undefined) exchange.openStreamAfter(openStreamAfter);
      exchange.finish(await reply);
    } catch (error) {
      this.#failed(error);
      exchange.fail();
    }
  }

  /** Frameworks answer for handlers that have returned, unless they are told not to. */
  #failed(error: unknown): void {
    const { log } = this.#policy;
    const isTaken = isError(error) && 'code' in error && error.code === 'ERR_HTTP_HEADERS_SENT';
    if (isTaken) log.responseTaken();
    else log.failed('Serving a request', error);
  }

  async #serveWithoutBody(exchange: HttpExchange): Promise<void> {
    const served = exchange.serveWithoutBody(this.#service);
    this.#keep(exchange);
    await served;
  }

  /** Whether the caller may be served, and is still there. */
  async #admit(
    authenticate: Authenticate,
    exchange: HttpExchange,
    head: NodeHead,
  ): Promise<boolean> {
    const { log } = this.#policy;
    const { principal, rejection, recheck } = await identify(head, authenticate, log);
    if (rejection !== undefined) exchange.reject(rejection);
    exchange.principal = principal;
    exchange.recheck = recheck;
    if (protectionOf(authenticate) !== undefined) head.hideCredentials();
    return rejection === undefined && !exchange.inFlight.isCancelled;
  }

  #keep(exchange: HttpExchange): void {
    this.#open.add(exchange);
    if (this.#isClosing) exchange.inFlight.conclude();
  }

  #extraHeaders(head: NodeHead): Readonly<Record<string, string>> | undefined {
    if (!this.#isClosing && !this.#policy.cors) return undefined;
    const cors = corsHeaders(head, this.#policy, this.#isOwnHost);
    return this.#isClosing ? { ...cors, Connection: 'close' } : cors;
  }

  get #isClosing(): boolean {
    return this.#onFree !== undefined;
  }
}
