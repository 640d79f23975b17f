/** Serves requests of `node:http` directly, without building a `Request` or a `Response`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from '../../protocol/dispatcher.ts';
import { HttpExchange } from '../exchange.ts';
import type { Given } from '../handle-options.ts';
import { identify } from '../identify.ts';
import { ConcurrencyLimit } from '../concurrency-limit.ts';
import { NodeBodies, textOfParsed } from './body.ts';
import { NodeHead } from './head.ts';
import { NodeResponseWriter } from './response-writer.ts';
import { Pipelines } from './pipelines.ts';
import type { Authenticate, HttpPolicy } from '../policy.ts';
import { type Rejection, corsHeaders, isRejection, checkHead, tooMany } from '../check-head.ts';

/** A server that can be reached over HTTP: an `McpServer`. */
export interface HttpService extends Dispatcher {
  /** @internal */
  readonly httpPolicy: HttpPolicy;
  fetch(request: Request): Promise<Response>;
}

export class NodeHandler {
  readonly #service: HttpService;
  readonly #policy: HttpPolicy;
  readonly #onLoopback: boolean;
  readonly #concurrency: ConcurrencyLimit;
  readonly #bodies: NodeBodies;
  readonly #pipelines = new Pipelines();
  readonly #listening = new Set<HttpExchange>();
  #active = 0;
  #onFree: (() => void) | undefined;
  #onIdle: (() => void) | undefined;

  /** @param onLoopback whether the server is bound to this machine only */
  constructor(service: HttpService, onLoopback: boolean) {
    this.#service = service;
    this.#policy = service.httpPolicy;
    this.#onLoopback = onLoopback;
    this.#concurrency = new ConcurrencyLimit(this.#policy.maxConcurrentRequests);
    this.#bodies = new NodeBodies(this.#policy.maxBodyBytes);
  }

  /**
   * From now on connections are closed after their response. Listen streams end with their results.
   *
   * @param onFree called each time a response has been sent
   */
  startClosing(onFree: () => void): void {
    this.#onFree = onFree;
    for (const exchange of this.#listening) exchange.inFlight.conclude();
  }

  /** Resolves when no request is being served, those of lost connections included. */
  idle(): Promise<void> {
    if (this.#active === 0) return Promise.resolve();
    return new Promise((resolve) => (this.#onIdle = resolve));
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
    const checked = checkHead(head, this.#policy, this.#onLoopback);
    if (isRejection(checked)) return writer.reject(checked);
    if (rejection !== undefined) return writer.reject(rejection);
    const slot = this.#concurrency.acquire();
    if (slot === undefined) return writer.reject(tooMany());
    const exchange = new HttpExchange(head, checked, writer, slot);
    exchange.principal = principal;
    this.#track(exchange, request, response);
    const { authenticate } = this.#policy;
    if (authenticate === undefined) this.#read(request, exchange, body);
    else void this.#admit(authenticate, request, exchange, body);
  }

  /**
   * Counts the request as active until `close` of its response or of its socket, whichever is
   * first.
   */
  #track(exchange: HttpExchange, request: IncomingMessage, response: ServerResponse): void {
    this.#active++;
    if (response.socket !== null) {
      response.on('close', () => this.#closed(exchange, response));
      return;
    }
    const { socket } = request;
    let isClosed = false;
    const onClose = (): void => {
      if (isClosed) return;
      isClosed = true;
      this.#pipelines.remove(socket, onClose);
      this.#closed(exchange, response);
    };
    this.#pipelines.add(socket, onClose);
    response.on('close', onClose);
  }

  #closed(exchange: HttpExchange, response: ServerResponse): void {
    exchange.release();
    if (exchange.isListening) this.#listening.delete(exchange);
    // Node counts a connection as idle only after all events of its response.
    if (this.#onFree) setImmediate(this.#onFree);
    if (!response.writableFinished) exchange.cancel('the connection was closed');
    if (--this.#active === 0) this.#onIdle?.();
  }

  async #admit(
    authenticate: Authenticate,
    request: IncomingMessage,
    exchange: HttpExchange,
    body: unknown,
  ): Promise<void> {
    try {
      const { principal, rejection } = await identify(exchange.request, authenticate);
      if (rejection !== undefined) return exchange.reject(rejection);
      exchange.principal = principal;
      if (!exchange.inFlight.isCancelled) this.#read(request, exchange, body);
    } catch {
      exchange.fail();
    }
  }

  #read(request: IncomingMessage, exchange: HttpExchange, body: unknown): void {
    if (body !== undefined) this.#serve(textOfParsed(body), exchange);
    else this.#bodies.read(request, (read) => this.#serve(read, exchange));
  }

  #serve(body: string | Rejection, exchange: HttpExchange): void {
    if (typeof body !== 'string') return exchange.reject(body);
    if (exchange.inFlight.isCancelled) return;
    void exchange.serve(body, this.#service);
    if (exchange.isListening) this.#keep(exchange);
  }

  #keep(exchange: HttpExchange): void {
    this.#listening.add(exchange);
    if (this.#isClosing) exchange.inFlight.conclude();
  }

  #extraHeaders(head: NodeHead): Readonly<Record<string, string>> | undefined {
    if (!this.#isClosing && !this.#policy.cors) return undefined;
    const cors = corsHeaders(head, this.#policy);
    return this.#isClosing ? { ...cors, Connection: 'close' } : cors;
  }

  get #isClosing(): boolean {
    return this.#onFree !== undefined;
  }
}
