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
  /**
   * Told of a 401 or 403 before it becomes an error; when it resolves to true, the request is sent
   * once more, with headers asked for anew. `WWW-Authenticate` is in the response.
   */
  readonly authorize?: (response: Response) => boolean | Promise<boolean>;
  /** Bytes of one response or event. Default 16 MiB. */
  readonly maxMessageBytes?: number;
}

export class HttpTransport implements Transport {
  readonly hasHeaders = true;
  readonly #url: string;
  /** For errors: the query may hold what is nobody's business. */
  readonly #name: string;
  readonly #options: HttpClientOptions;
  readonly #maxBytes: number;

  constructor(url: URL, options: HttpClientOptions = {}) {
    this.#url = url.href;
    this.#name = url.origin + url.pathname;
    this.#options = options;
    this.#maxBytes = options.maxMessageBytes ?? 16 * 1024 * 1024;
  }

  async request(message: JsonRpcRequest, options: RequestOptions): Promise<JsonRpcResponse> {
    const response = await this.#authorized(message, options);
    const type = mediaType(response);
    try {
      if (type === 'application/json') return await this.#readJson(response);
      if (type === 'text/event-stream') return await this.#readStream(response, options);
    } catch (error) {
      // Proxies and guards answer for the server, in words of their own.
      if (response.ok || !(error instanceof InvalidResponseError)) throw error;
    }
    discard(response);
    throw this.#noMessage(response, type);
  }

  async close(): Promise<void> {
    // Nothing is open between requests.
  }

  async #authorized(message: JsonRpcRequest, options: RequestOptions): Promise<Response> {
    const response = await this.#post(message, options);
    const { authorize } = this.#options;
    const isDenied = response.status === 401 || response.status === 403;
    if (!isDenied || authorize === undefined || !(await authorize(response))) return response;
    discard(response);
    return this.#post(message, options);
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
      throw this.#failed('could not be reached', error);
    }
    // Following one would send the arguments, and the credentials, to somewhere else.
    const where = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && where !== null) {
      discard(response);
      const what = `it answered with a redirect to ${where.slice(0, 200)}, which is not followed`;
      throw new InvalidResponseError(what);
    }
    return response;
  }

  async #readJson(response: Response): Promise<JsonRpcResponse> {
    let text = '';
    for await (const chunk of this.#chunksOf(response)) {
      text += chunk;
      if (text.length > this.#maxBytes) throw this.#tooLarge();
    }
    if (text === '') throw this.#noMessage(response, '');
    const message = parseFromServer(text);
    if (message.type === 'response') return message.response;
    throw new InvalidResponseError('it sent a notification where the response was due');
  }

  async #readStream(response: Response, options: RequestOptions): Promise<JsonRpcResponse> {
    const events: string[] = [];
    let isTooLarge = false;
    const parser = createParser({
      // Others are not meant for readers of messages, and empty ones hold none.
      onEvent: ({ event = 'message', data }) => {
        if (event === 'message' && data !== '') events.push(data);
      },
      onError: (error) => (isTooLarge ||= error.type === 'max-buffer-size-exceeded'),
      maxBufferSize: this.#maxBytes,
    });
    for await (const chunk of this.#chunksOf(response)) {
      parser.feed(chunk);
      if (isTooLarge) throw this.#tooLarge();
      for (const data of events.splice(0)) {
        const message = parseFromServer(data);
        if (message.type === 'response') return message.response;
        options.onNotification?.(message.notification);
      }
    }
    throw new InvalidResponseError('it ended its stream without a response');
  }

  /** A body as text; ends early without leaving anything open. */
  async *#chunksOf(response: Response): AsyncGenerator<string> {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const reader = response.body?.getReader();
    try {
      for (;;) {
        const chunk = await reader?.read();
        if (chunk === undefined || chunk.done) break;
        yield decode(decoder, chunk.value);
      }
      decode(decoder);
    } catch (error) {
      throw this.#failed('broke off its response', error);
    } finally {
      reader?.cancel().catch(() => {});
    }
  }

  #noMessage({ ok, status, statusText }: Response, type: string): RondoError {
    if (ok) {
      const what = `it answered with HTTP ${status} and ${type || 'no content'}, not with a message`;
      return new InvalidResponseError(what);
    }
    const what = `HTTP ${status} ${statusText.slice(0, 100)}`.trim();
    return new RondoError('transport_failed', `${this.#name} answered with ${what}.`);
  }

  #tooLarge(): InvalidResponseError {
    return new InvalidResponseError(`it sent a message of more than ${this.#maxBytes} bytes`);
  }

  #failed(what: string, error: unknown): unknown {
    if (error instanceof RondoError) return error;
    const { message, cause } = error as Error & { cause?: { message?: string } };
    const detail = cause?.message ? `${message}: ${cause.message}` : message;
    return new RondoError('transport_failed', `${this.#name} ${what}: ${detail}.`, {
      cause: error,
    });
  }
}

/** Without its parameters: what is not UTF-8 is refused in any case. */
function mediaType(response: Response): string {
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
  return type.trim().toLowerCase().slice(0, 100);
}

/** Ends the connection rather than wait for a body that nobody reads. */
function discard({ body }: Response): void {
  if (body?.locked === false) body.cancel().catch(() => {});
}

/** @throws InvalidResponseError */
function decode(decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch {
    throw new InvalidResponseError('it sent bytes that are no UTF-8');
  }
}
