/** The client's side of Streamable HTTP: one POST a message (checklist HC-1, HC-2, HC-10). */
import { createParser } from 'eventsource-parser';
import { RondoError } from '../protocol/errors.ts';
import type { JsonRpcRequest, JsonRpcResponse } from '../protocol/jsonrpc.ts';
import { InvalidResponseError, parseFromServer } from '../protocol/response.ts';
import type { RequestOptions, Transport } from '../protocol/transport.ts';
import { standardHeaders } from './client-headers.ts';

/** How to reach a server over HTTP. */
export interface HttpClientOptions {
  /** Used instead of the global one: for proxies, tracing, authorization. */
  readonly fetch?: typeof globalThis.fetch;
  /** Sent with every request; a function is asked each time, so that tokens can be fresh. */
  readonly headers?:
    | Readonly<Record<string, string>>
    | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);
  /** Bytes of one response or event. Default 16 MiB. */
  readonly maxMessageBytes?: number;
}

export class HttpTransport implements Transport {
  readonly hasHeaders = true;
  readonly #url: string;
  readonly #options: HttpClientOptions;
  readonly #maxBytes: number;

  constructor(url: URL, options: HttpClientOptions = {}) {
    this.#url = url.href;
    this.#options = options;
    this.#maxBytes = options.maxMessageBytes ?? 16 * 1024 * 1024;
  }

  async request(message: JsonRpcRequest, options: RequestOptions): Promise<JsonRpcResponse> {
    const response = await this.#post(message, options);
    const type = response.headers.get('content-type') ?? '';
    try {
      if (/^application\/json\b/i.test(type)) return await this.#readJson(response);
      if (/^text\/event-stream\b/i.test(type)) return await this.#readStream(response, options);
    } catch (error) {
      throw this.#explain(error);
    }
    void response.body?.cancel();
    throw new InvalidResponseError(`HTTP ${response.status} with ${type || 'no content'}`);
  }

  async close(): Promise<void> {
    // Nothing is open between requests.
  }

  async #post(message: JsonRpcRequest, { signal, headers }: RequestOptions): Promise<Response> {
    const { fetch = globalThis.fetch, headers: own } = this.#options;
    const extra = typeof own === 'function' ? await own() : own;
    let response: Response;
    try {
      response = await fetch(this.#url, {
        method: 'POST',
        headers: { ...extra, ...standardHeaders(message), ...headers },
        body: JSON.stringify(message),
        redirect: 'manual',
        signal,
      });
    } catch (error) {
      throw this.#explain(error);
    }
    // Following one would send the arguments, and the credentials, to somewhere else.
    if (response.status >= 300 && response.status < 400) {
      const where = response.headers.get('location') ?? 'nowhere';
      throw new InvalidResponseError(`a redirect to ${where.slice(0, 200)}`);
    }
    return response;
  }

  async #readJson(response: Response): Promise<JsonRpcResponse> {
    let text = '';
    for await (const chunk of chunksOf(response)) {
      text += chunk;
      if (text.length > this.#maxBytes) throw new InvalidResponseError('a message without end');
    }
    const message = parseFromServer(text);
    if (message.type === 'response') return message.response;
    throw new InvalidResponseError('a notification where the response was due');
  }

  async #readStream(response: Response, options: RequestOptions): Promise<JsonRpcResponse> {
    const events: string[] = [];
    let isTooLarge = false;
    const parser = createParser({
      onEvent: (event) => events.push(event.data),
      onError: (error) => (isTooLarge ||= error.type === 'max-buffer-size-exceeded'),
      maxBufferSize: this.#maxBytes,
    });
    for await (const chunk of chunksOf(response)) {
      parser.feed(chunk);
      if (isTooLarge) throw new InvalidResponseError('a message without end');
      for (const data of events.splice(0)) {
        const message = parseFromServer(data);
        if (message.type === 'response') return message.response;
        options.onNotification?.(message.notification);
      }
    }
    throw new InvalidResponseError('the stream ended without a response');
  }

  #explain(error: unknown): unknown {
    if (error instanceof RondoError) return error;
    const { message, cause } = error as Error & { cause?: { message?: string } };
    const detail = cause?.message ? `${message}: ${cause.message}` : message;
    return new RondoError('transport_failed', `${this.#url} could not be reached: ${detail}.`, {
      cause: error,
    });
  }
}

/** A body as text; ends early without leaving anything open. */
async function* chunksOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) return;
      yield decoder.decode(chunk.value, { stream: true });
    }
  } finally {
    reader?.cancel().catch(() => {});
  }
}
