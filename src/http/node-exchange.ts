import type { ServerResponse } from 'node:http';
import type { Cancellable, Exchange, Reply } from '../protocol/dispatcher.ts';
import type { Principal } from '../protocol/principal.ts';
import type { NodeHead } from './node-head.ts';
import type { RequestHead } from './policy.ts';
import type { Accepted } from './screen.ts';
import { SSE_COMMENT, SSE_COMMENT_INTERVAL, SSE_HEADERS, SSE_MAX_UNREAD, sseEvent } from './sse.ts';

/** One request and its response, on node's own objects. */
export class NodeExchange implements Exchange {
  readonly request: RequestHead;
  readonly headers: RequestHead['headers'];
  readonly streams: boolean;
  readonly response: ServerResponse;
  principal: Principal | undefined;
  work: Cancellable | undefined;
  isCancelled = false;
  /** Whether it takes one of the places for requests being served. */
  isCounted = true;
  readonly #json: boolean;
  readonly #extraHeaders: Readonly<Record<string, string>> | undefined;
  #comments: NodeJS.Timeout | undefined;

  constructor(
    head: NodeHead,
    response: ServerResponse,
    accepted: Accepted,
    extraHeaders: Readonly<Record<string, string>> | undefined,
  ) {
    this.request = head;
    this.headers = head.headers;
    this.streams = accepted.stream;
    this.response = response;
    this.#json = accepted.json;
    this.#extraHeaders = extraHeaders;
  }

  notify(message: string): void {
    if (this.response.destroyed) return;
    this.#openStream();
    this.#send(sseEvent(message));
  }

  finish(reply: Reply): void {
    const { response } = this;
    if (response.destroyed) return;
    if (!this.#json && reply.body !== '') this.#openStream();
    if (response.headersSent) {
      clearInterval(this.#comments);
      response.end(sseEvent(reply.body));
    } else if (reply.body === '') {
      response.writeHead(reply.status, this.#extraHeaders).end();
    } else {
      response.writeHead(reply.status, {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(reply.body),
        ...this.#extraHeaders,
      });
      response.end(reply.body);
    }
  }

  /** The client has gone away, or the server has to: that cancels the request (HS-14). */
  cancel(reason: string): void {
    clearInterval(this.#comments);
    this.isCancelled = true;
    this.work?.cancel(reason);
    this.work = undefined;
  }

  #openStream(): void {
    if (this.response.headersSent) return;
    this.response.writeHead(200, { ...SSE_HEADERS, ...this.#extraHeaders });
    this.#comments = setInterval(() => this.#send(SSE_COMMENT), SSE_COMMENT_INTERVAL);
  }

  #send(text: string): void {
    this.response.write(text);
    if (this.response.writableLength > SSE_MAX_UNREAD) this.response.destroy();
  }
}
