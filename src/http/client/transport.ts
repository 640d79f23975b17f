/** The client's side of Streamable HTTP: one POST for each message (HC-1, HC-2, HC-10). */
import { writeJson } from '../../base/well-formed-json.ts';
import { callable, either, positive, record } from '../../base/options/option-checks.ts';
import type { OptionTable } from '../../base/options/options.ts';
import { createParser } from 'eventsource-parser';
import { RondoError } from '../../base/errors.ts';
import { attempt, messageOf } from '../../base/thrown.ts';
import type { JsonRpcRequest, JsonRpcResponse } from '../../protocol/jsonrpc.ts';
import { InvalidResponseError, parseFromServer } from '../../protocol/response.ts';
import type { Received, RequestOptions, Transport } from '../../protocol/transport.ts';
import { Authorization, type Authorize, Refusals } from './authorization.ts';
import { HttpError, refusalIn } from './http-error.ts';
import { standardHeaders } from './headers.ts';
import { LineEnds } from './line-ends.ts';
import { NodePost } from './node-post.ts';
import { type OwnHeaders, withOwnHeaders } from './own-headers.ts';
import { type HttpResponse, type Post, fetchPost } from './post.ts';

/**
 * How a client reaches a server over HTTP.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http
 */
export interface HttpClientOptions {
  /**
   * Sends the requests: for proxies, tracing, authorization. Default: on Node `node:http`, which is
   * faster than its `fetch`; elsewhere the global `fetch`.
   */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * Additional headers for every request, as an object or `Headers`. A function is called before each
   * request, so that tokens can be renewed. Default: none.
   */
  readonly headers?: OwnHeaders | (() => OwnHeaders | Promise<OwnHeaders>);
  /**
   * Called when the server answers 401 or 403: once for all requests that are refused alike with the
   * same `Authorization`, and at most twice for one request. If it resolves to `true`, `headers` is
   * called again and the requests are sent once more. Default: the response becomes an error.
   */
  readonly authorize?: Authorize;
  /** Largest response or event, in bytes. Default 16 MiB. */
  readonly maxMessageBytes?: number;
}

export const HTTP_CLIENT_OPTIONS: OptionTable<HttpClientOptions> = {
  fetch: callable,
  headers: either('an object or a function', record, callable),
  authorize: callable,
  maxMessageBytes: positive,
};

export class HttpTransport implements Transport {
  readonly hasHeaders = true;
  readonly #url: string;
  /** The URL in error messages, without its query: that may contain secrets. */
  readonly #name: string;
  readonly #options: HttpClientOptions;
  readonly #node: NodePost | undefined;
  readonly #post: Post;
  readonly #maxBytes: number;
  readonly #authorization: Authorization | undefined;

  constructor(url: URL, options: HttpClientOptions = {}) {
    this.#url = url.href;
    this.#name = url.origin + url.pathname;
    this.#options = options;
    this.#node = options.fetch === undefined ? NodePost.for(url) : undefined;
    this.#post = this.#node?.post ?? fetchPost(options.fetch ?? globalThis.fetch);
    this.#maxBytes = options.maxMessageBytes ?? 16 * 1024 * 1024;
    this.#authorization = options.authorize && new Authorization(options.authorize);
  }

  async request(message: JsonRpcRequest, options: RequestOptions): Promise<Received> {
    const response = await this.#authorized(message, options);
    const type = mediaType(response);
    const refusal = isOk(response) ? undefined : { refusal: refusalIn(response) };
    try {
      if (type === 'application/json') return { ...(await this.#readJson(response)), ...refusal };
      if (type === 'text/event-stream') {
        return { ...(await this.#readStream(response, options)), ...refusal };
      }
    } catch (error) {
      // An error status with another body comes from a proxy: report the status.
      if (isOk(response) || !(error instanceof InvalidResponseError)) throw error;
    }
    response.discard();
    throw this.#noMessage(response, type);
  }

  async close(): Promise<void> {
    this.#node?.close();
  }

  async #authorized(message: JsonRpcRequest, options: RequestOptions): Promise<HttpResponse> {
    const refusals = this.#authorization && new Refusals(this.#authorization);
    for (;;) {
      const { response, credentials } = await this.#send(message, options);
      if (!(await isToBeSentAgain(response, credentials, refusals))) return response;
      response.discard();
    }
  }

  async #send(message: JsonRpcRequest, options: RequestOptions): Promise<Sent> {
    const { headers: own } = this.#options;
    const extra = typeof own === 'function' ? await own() : own;
    options.signal.throwIfAborted();
    const headers = withOwnHeaders(extra, { ...standardHeaders(message), ...options.headers });
    let response: HttpResponse;
    try {
      response = await this.#post(this.#url, headers, writeJson(message), options.signal);
    } catch (error) {
      throw this.#failed('could not be reached', error);
    }
    // Following a redirect would send arguments and credentials to another address.
    const where = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && where !== null) {
      response.discard();
      const what = `it answered with a redirect to ${where.slice(0, 200)}, which is not followed`;
      throw new InvalidResponseError(what);
    }
    return { response, credentials: credentialsIn(headers) };
  }

  async #readJson(response: HttpResponse): Promise<JsonRpcResponse> {
    let text = '';
    for await (const chunk of this.#chunksOf(response)) {
      text += chunk;
      if (text.length > this.#maxBytes) throw this.#tooLarge();
    }
    if (text === '') throw this.#noMessage(response, '');
    const message = parseFromServer(text);
    if (message.type === 'response') return message.response;
    throw new InvalidResponseError('it sent a notification instead of the response');
  }

  async #readStream(response: HttpResponse, options: RequestOptions): Promise<JsonRpcResponse> {
    const events: string[] = [];
    let isTooLarge = false;
    const parser = createParser({
      // Only `message` events carry JSON-RPC; events without data are ignored.
      onEvent: ({ event = 'message', data }) => {
        if (event === 'message' && data !== '') events.push(data);
      },
      onError: (error) => (isTooLarge ||= error.type === 'max-buffer-size-exceeded'),
      maxBufferSize: this.#maxBytes,
    });
    const lineEnds = new LineEnds();
    for await (const chunk of this.#chunksOf(response)) {
      parser.feed(lineEnds.toLf(chunk));
      if (isTooLarge) throw this.#tooLarge();
      for (const data of events.splice(0)) {
        const message = parseFromServer(data);
        if (message.type === 'response') return message.response;
        options.onNotification?.(message.notification);
      }
    }
    throw new InvalidResponseError('it ended its stream without a response');
  }

  /** A body as text. Leaving the iteration early closes the connection. */
  async *#chunksOf(response: HttpResponse): AsyncGenerator<string> {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    try {
      for await (const chunk of response.chunks()) yield decode(decoder, chunk);
      decode(decoder);
    } catch (error) {
      throw this.#failed('broke off its response', error);
    }
  }

  #noMessage(response: HttpResponse, type: string): RondoError {
    const { status, statusText } = response;
    if (isOk(response)) {
      const what = `it answered with HTTP ${status} and ${type || 'no content'}, not with a message`;
      return new InvalidResponseError(what);
    }
    const what = `HTTP ${status} ${statusText.slice(0, 100)}`.trim();
    return new HttpError(`${this.#name} answered with ${what}.`, refusalIn(response));
  }

  #tooLarge(): InvalidResponseError {
    return new InvalidResponseError(`it sent a message of more than ${this.#maxBytes} bytes`);
  }

  #failed(what: string, error: unknown): unknown {
    if (error instanceof RondoError) return error;
    const message = messageOf(error);
    const cause = attempt(() => (error as { cause?: { message?: string } }).cause?.message);
    const detail = cause ? `${message}: ${cause}` : message;
    return new RondoError('transport_failed', `${this.#name} ${what}: ${detail}.`, {
      cause: error,
    });
  }
}

/** A response, and the credentials that its request was sent with. */
interface Sent {
  readonly response: HttpResponse;
  readonly credentials: string;
}

async function isToBeSentAgain(
  response: HttpResponse,
  credentials: string,
  refusals: Refusals | undefined,
): Promise<boolean> {
  try {
    return (await refusals?.isToBeSentAgain(response, credentials)) ?? false;
  } catch (error) {
    response.discard();
    throw error;
  }
}

function credentialsIn(headers: Readonly<Record<string, string>>): string {
  const name = Object.keys(headers).find((each) => each.toLowerCase() === 'authorization');
  return name === undefined ? '' : headers[name]!;
}

/** The media type without its parameters: text that is not UTF-8 is refused later. */
function mediaType(response: HttpResponse): string {
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
  return type.trim().toLowerCase().slice(0, 100);
}

function isOk({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}

/** @throws InvalidResponseError */
function decode(decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch {
    throw new InvalidResponseError('it sent bytes that are not UTF-8');
  }
}
