// Imported, because the global of this name is a getter.
import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Rejection } from '../check-head.ts';
import type { ResponseWriter } from '../response-writer.ts';
import { SSE_HEADERS } from '../sse.ts';
import { refuse } from './refusal.ts';

type Headers = Readonly<Record<string, string>>;

/** The response to a request of `node:http`. */
export class NodeResponseWriter implements ResponseWriter {
  readonly canWait = true;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #extraHeaders: Headers | undefined;

  /** @param extraHeaders for every response */
  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    extraHeaders: Headers | undefined,
  ) {
    this.#request = request;
    this.#response = response;
    this.#extraHeaders = extraHeaders;
  }

  get unread(): number {
    return this.#response.writableLength;
  }

  send(status: number, body: string, own?: Readonly<Record<string, string>>): void {
    if (body === '') {
      // Without its length it would be sent as a stream of nothing.
      const headers = { 'Content-Length': 0, ...this.#extraHeaders, ...own };
      this.#response.writeHead(status, headers).end();
      return;
    }
    this.#response.writeHead(status, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      ...this.#extraHeaders,
      ...own,
    });
    this.#response.end(body);
  }

  /** Closes the connection if the body has not been read: no other request could use it. */
  reject({ status, headers, body }: Rejection): void {
    if (this.#response.headersSent) return this.abort();
    const all = { ...headers, ...this.#extraHeaders };
    refuse(this.#request, this.#response, { status, headers: all, body });
  }

  openStream(): void {
    this.#response.writeHead(200, { ...SSE_HEADERS, ...this.#extraHeaders });
  }

  write(text: string): void {
    this.#response.write(text);
  }

  flush(): void {
    // Node holds what is written back for what else may be, by corking the socket.
    this.#response.socket?.uncork();
  }

  end(text: string): void {
    this.#response.end(text);
  }

  /**
   * Closes the connection: the response may still be queued on it, and closing that does nothing.
   */
  abort(): void {
    this.#request.socket.destroy();
  }
}
