/** Requests to one server over HTTP, with the caller's headers and credentials, and what comes back. */
import { type EventSourceMessage, createParser } from 'eventsource-parser';
import { RondoError } from '../../base/errors.ts';
import { attempt, messageOf } from '../../base/thrown.ts';
import { InvalidResponseError } from '../../protocol/response.ts';
import { Authorization, Refusals } from './authorization.ts';
import { refusedBy } from './challenge.ts';
import { HttpError, refusalIn } from './http-error.ts';
import { LineEnds } from './line-ends.ts';
import { NodeSender } from './node-send.ts';
import type { HttpClientOptions } from './options.ts';
import { withOwnHeaders } from './own-headers.ts';
import { type HttpRequest, type HttpResponse, type Send, fetchSend } from './send.ts';
import { shownText } from '../../base/shown-text.ts';

/** A request without its URL: all go to the same one. */
export type Outgoing = Omit<HttpRequest, 'url'>;

/** What is called while a stream is read. */
export interface StreamListener {
  onEvent(event: EventSourceMessage): void;
  /** The server has said how long to wait before connecting again, in ms. */
  onRetry?(ms: number): void;
}

export class HttpConnection {
  readonly #url: string;
  /** The URL in error messages, without its query: that may contain secrets. */
  readonly #name: string;
  readonly #options: HttpClientOptions;
  readonly #node: NodeSender | undefined;
  readonly #transmit: Send;
  readonly #maxBytes: number;
  readonly #authorization: Authorization | undefined;

  constructor(url: URL, options: HttpClientOptions = {}) {
    this.#url = url.href;
    this.#name = url.origin + url.pathname;
    this.#options = options;
    this.#node = options.fetch === undefined ? NodeSender.for(url) : undefined;
    this.#transmit = this.#node?.send ?? fetchSend(options.fetch ?? globalThis.fetch);
    this.#maxBytes = options.maxMessageBytes ?? 16 * 1024 * 1024;
    this.#authorization = options.authorize && new Authorization(options.authorize);
  }

  /**
   * Sends a request; again, if it was refused and `authorize` has got other credentials.
   *
   * @throws RondoError `transport_failed`, `invalid_response`; what `headers` or `authorize` throws
   */
  async send(outgoing: Outgoing, signal: AbortSignal): Promise<HttpResponse> {
    const refusals = this.#authorization && new Refusals(this.#authorization);
    for (;;) {
      const sent = await this.#sendOnce(outgoing, signal);
      const { response } = sent;
      if (refusals === undefined || !isRefusal(response)) return response;
      if (!(await this.#isToBeSentAgain(sent, outgoing, refusals, signal))) return response;
      response.discard();
    }
  }

  close(): void {
    this.#node?.close();
  }

  async #sendOnce(outgoing: Outgoing, signal: AbortSignal): Promise<Sent> {
    const { headers: own } = this.#options;
    const extra = typeof own === 'function' ? await own({ url: this.#url }) : own;
    signal.throwIfAborted();
    const headers = withOwnHeaders(extra, outgoing.headers);
    let response: HttpResponse;
    try {
      response = await this.#transmit({ ...outgoing, url: this.#url, headers }, signal);
    } catch (error) {
      throw this.#failed('could not be reached', error);
    }
    // Following a redirect would send arguments and credentials to another address.
    const where = response.headers.get('location');
    if (response.status >= 300 && response.status < 400 && where !== null) {
      response.discard();
      const what = `it answered with a redirect to ${shownText(where)}, which is not followed`;
      throw new InvalidResponseError(what);
    }
    return { response, credentials: credentialsIn(headers) };
  }

  async #isToBeSentAgain(
    { response, credentials }: Sent,
    { body }: Outgoing,
    refusals: Refusals,
    signal: AbortSignal,
  ): Promise<boolean> {
    try {
      const refused = await refusedBy(response, this.#url, body, credentials);
      return await refusals.isToBeSentAgain(refused, signal);
    } catch (error) {
      response.discard();
      throw error;
    }
  }

  /** The whole body as text. @throws RondoError `transport_failed`, `invalid_response` */
  async readText(response: HttpResponse): Promise<string> {
    let text = '';
    for await (const chunk of this.#chunksOf(response)) {
      text += chunk;
      if (text.length > this.#maxBytes) throw this.#tooLarge();
    }
    return text;
  }

  /**
   * Reads an event stream: after each piece that has arrived and whose events the listener has got,
   * it yields. Leaving the iteration early closes the connection.
   *
   * @throws RondoError `transport_failed`, `invalid_response`
   */
  async *readStream(
    response: HttpResponse,
    { onEvent, onRetry }: StreamListener,
  ): AsyncGenerator<undefined> {
    let isTooLarge = false;
    const parser = createParser({
      onEvent,
      ...(onRetry && { onRetry }),
      onError: (error) => (isTooLarge ||= error.type === 'max-buffer-size-exceeded'),
      maxBufferSize: this.#maxBytes,
    });
    const lineEnds = new LineEnds();
    for await (const chunk of this.#chunksOf(response)) {
      parser.feed(lineEnds.toLf(chunk));
      if (isTooLarge) throw this.#tooLarge();
      yield;
    }
  }

  /** The error for a response that is no message. */
  noMessage(response: HttpResponse, type: string = mediaType(response)): RondoError {
    const { status, statusText } = response;
    if (isOk(response)) {
      const what = `it answered with HTTP ${status} and ${type || 'no content'}, not with a message`;
      return new InvalidResponseError(what);
    }
    const what = `HTTP ${status} ${shownText(statusText)}`.trim();
    return new HttpError(`${this.#name} answered with ${what}.`, refusalIn(response));
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

function isRefusal({ status }: HttpResponse): boolean {
  return status === 401 || status === 403;
}

function credentialsIn(headers: Readonly<Record<string, string>>): string {
  const name = Object.keys(headers).find((each) => each.toLowerCase() === 'authorization');
  return name === undefined ? '' : headers[name]!;
}

/** The media type without its parameters: text that is not UTF-8 is refused later. */
export function mediaType(response: HttpResponse): string {
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
  return type.trim().toLowerCase().slice(0, 100);
}

/** Whether the status says that all is well. */
export function isOk({ status }: HttpResponse): boolean {
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
