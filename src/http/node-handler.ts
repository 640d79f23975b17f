/** Requests of `node:http`, without building a `Request` or a `Response`. */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from '../protocol/dispatcher.ts';
import type { Principal } from '../protocol/principal.ts';
import { Load } from './load.ts';
import { NodeExchange } from './node-exchange.ts';
import { NodeHead } from './node-head.ts';
import type { HttpPolicy } from './policy.ts';
import { receive } from './receive.ts';
import { type Rejection, corsHeaders, isRejection, reject, screen } from './screen.ts';
import { INVALID_TEXT } from './text.ts';

/** A server as far as HTTP needs to know it. `McpServer` is one. */
export interface HttpService extends Dispatcher {
  readonly httpPolicy: HttpPolicy;
}

export class NodeHandler {
  readonly #service: HttpService;
  readonly #policy: HttpPolicy;
  readonly #onLoopback: boolean;
  readonly #load: Load;
  #underWay = 0;
  #onFree: (() => void) | undefined;
  #onIdle: (() => void) | undefined;

  /** @param onLoopback whether the server is bound to this machine only */
  constructor(service: HttpService, onLoopback: boolean) {
    this.#service = service;
    this.#policy = service.httpPolicy;
    this.#onLoopback = onLoopback;
    this.#load = new Load(this.#policy.maxConcurrentRequests);
  }

  /**
   * From now on connections are closed after their response.
   *
   * @param onFree called when a response that was under way has been sent
   */
  startClosing(onFree: () => void): void {
    this.#onFree = onFree;
  }

  /** Resolves when nothing is being served, and whatever was cut off has been cancelled. */
  idle(): Promise<void> {
    if (this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => (this.#onIdle = resolve));
  }

  /** @param body the body, where something in front of this has read and parsed it */
  handle(request: IncomingMessage, response: ServerResponse, body?: unknown): void {
    const head = new NodeHead(request);
    const screened = screen(head, this.#policy, this.#onLoopback);
    if (isRejection(screened)) return this.#reject(request, response, screened);
    if (Number(request.headers['content-length']) > this.#policy.maxBodyBytes) {
      return this.#reject(request, response, this.#tooLarge());
    }
    if (!this.#load.enter()) {
      const busy = reject(503, 'Too many requests', { 'Retry-After': '1' });
      return this.#reject(request, response, busy);
    }
    const exchange = new NodeExchange(head, response, screened, this.#extraHeaders(head));
    this.#underWay++;
    response.on('close', () => this.#closed(exchange));
    if (this.#policy.authenticate === undefined) this.#read(request, exchange, body);
    else void this.#authenticate(request, exchange, body);
  }

  #read(request: IncomingMessage, exchange: NodeExchange, body: unknown): void {
    if (body !== undefined) return this.#serve(JSON.stringify(body), exchange);
    const { maxBodyBytes } = this.#policy;
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBodyBytes) chunks.push(chunk);
      else this.#reject(request, exchange.response, this.#tooLarge());
    });
    request.on('end', () => {
      if (size <= maxBodyBytes) this.#serve(decode(chunks), exchange);
    });
  }

  #serve(text: string, exchange: NodeExchange): void {
    const reply = receive(text, this.#service, exchange, () => this.#uncount(exchange));
    if (reply instanceof Promise) void reply.then((settled) => exchange.finish(settled));
    else exchange.finish(reply);
  }

  async #authenticate(
    request: IncomingMessage,
    exchange: NodeExchange,
    body: unknown,
  ): Promise<void> {
    let found: Principal | Response;
    try {
      found = await this.#policy.authenticate!(exchange.request);
    } catch {
      return this.#reject(request, exchange.response, reject(401, 'Not authenticated'));
    }
    if (!(found instanceof Response)) {
      exchange.principal = found;
      return this.#read(request, exchange, body);
    }
    const { status, headers } = found;
    const rejection = { status, headers: Object.fromEntries(headers), body: await found.text() };
    this.#reject(request, exchange.response, rejection);
  }

  /** Answers without having read the body; the connection cannot be used for another request. */
  #reject(request: IncomingMessage, response: ServerResponse, rejection: Rejection): void {
    if (response.destroyed || response.headersSent) return;
    const { status, headers, body } = rejection;
    const close = this.#isClosing || !request.complete;
    response.writeHead(status, {
      ...headers,
      ...corsHeaders(new NodeHead(request), this.#policy),
      ...(body !== '' && { 'Content-Length': Buffer.byteLength(body) }),
      ...(close && { Connection: 'close' }),
    });
    response.end(body);
    request.resume();
  }

  #closed(exchange: NodeExchange): void {
    this.#uncount(exchange);
    // A connection counts as idle only once the events of its response are over.
    if (this.#onFree) setImmediate(this.#onFree);
    if (!exchange.response.writableFinished) exchange.cancel('the connection was closed');
    if (--this.#underWay === 0) this.#onIdle?.();
  }

  #uncount(exchange: NodeExchange): void {
    if (exchange.isCounted) this.#load.leave();
    exchange.isCounted = false;
  }

  #extraHeaders(head: NodeHead): Readonly<Record<string, string>> | undefined {
    if (!this.#isClosing && !this.#policy.cors) return undefined;
    const cors = corsHeaders(head, this.#policy);
    return this.#isClosing ? { ...cors, Connection: 'close' } : cors;
  }

  get #isClosing(): boolean {
    return this.#onFree !== undefined;
  }

  #tooLarge(): Rejection {
    return reject(413, `The body is larger than ${this.#policy.maxBodyBytes} bytes`);
  }
}

function decode(chunks: readonly Buffer[]): string {
  const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  return isUtf8(bytes) ? bytes.toString('utf8') : INVALID_TEXT;
}
