/** Carries one session of the old protocol over HTTP: POST, GET and DELETE on one URL. */
import type { Logger } from '../../../base/logging/logger.ts';
import { writeJson } from '../../../base/json/well-formed-json.ts';
import { type HttpConnection, isOk, mediaType } from '../../../http/client/http-connection.ts';
import { refusalIn } from '../../../http/client/http-error.ts';
import type { HttpResponse } from '../../../http/client/send.ts';
import type { JsonRpcRequest, JsonRpcResponse } from '../../../protocol/types/jsonrpc.ts';
import { Notification } from '../../../protocol/names/methods.ts';
import { InvalidResponseError, parseFromOldServer } from '../../../protocol/response.ts';
import type { Received } from '../../../protocol/transport.ts';
import { BackgroundStream } from './background-stream.ts';
import { ResumableStream } from './resumable-stream.ts';
import { type OldWire, SessionLost, type WireListener, type WireOptions } from './wire.ts';

const SESSION = 'mcp-session-id';

/** How long the server may take to hear that a request is cancelled, or the session over, in ms. */
const LAST_WORDS = 2_000;

/** A request without a body, as far as it differs. */
interface Bodyless {
  readonly method: 'GET' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
}

export class HttpWire implements OldWire {
  readonly #connection: HttpConnection;
  readonly #background: BackgroundStream;
  readonly #closing = new AbortController();
  #session: string | undefined;
  #version: string | undefined;
  #isOver = false;

  constructor(connection: HttpConnection, listener: WireListener, logger: Logger) {
    this.#connection = connection;
    this.#background = new BackgroundStream({
      connection,
      open: (headers, signal) => this.#get(headers, signal),
      listener,
      logger,
      signal: this.#closing.signal,
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  async request(message: JsonRpcRequest, options: WireOptions): Promise<Received> {
    const { signal } = options;
    const cancel = (): void => this.#cancel(message);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const response = await this.#post(message, signal);
      this.#session ??= response.headers.get(SESSION) ?? undefined;
      return assertAnswers(message, await this.#read(response, options));
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  async send(message: object, signal: AbortSignal): Promise<void> {
    const response = await this.#post(message, signal);
    response.discard();
    if (!isOk(response)) throw this.#connection.noMessage(response);
  }

  agreed(version: string): void {
    this.#version = version;
  }

  listen(): Promise<boolean> {
    return this.#background.open();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#session === undefined || this.#isOver) return;
    this.#isOver = true;
    const request = { method: 'DELETE', headers: {} } as const;
    await this.#exchange(request, AbortSignal.timeout(LAST_WORDS)).then(
      (response) => response.discard(),
      () => {},
    );
  }

  async #read(response: HttpResponse, options: WireOptions): Promise<Received> {
    const type = mediaType(response);
    const refusal = isOk(response) ? undefined : { refusal: refusalIn(response) };
    try {
      if (type === 'application/json') return { ...(await this.#readJson(response)), ...refusal };
      if (type === 'text/event-stream' && isOk(response)) {
        return await this.#readStream(response, options);
      }
    } catch (error) {
      // An error status with another body comes from a proxy: report the status.
      if (isOk(response) || !(error instanceof InvalidResponseError)) throw error;
    }
    response.discard();
    throw this.#connection.noMessage(response);
  }

  async #readJson(response: HttpResponse): Promise<JsonRpcResponse> {
    const text = await this.#connection.readText(response);
    if (text === '') throw this.#connection.noMessage(response, '');
    const message = parseFromOldServer(text);
    if (message.type === 'response') return message.response;
    throw new InvalidResponseError(`it sent a ${message.type} instead of the response`);
  }

  async #readStream(response: HttpResponse, { signal, onMessage }: WireOptions): Promise<Received> {
    const stream = new ResumableStream({
      connection: this.#connection,
      open: (headers) => this.#get(headers, signal),
      signal,
    });
    for await (const text of stream.messages(response)) {
      const message = parseFromOldServer(text);
      if (message.type === 'response') return message.response;
      onMessage(message);
    }
    throw new InvalidResponseError('it ended its stream without a response');
  }

  #post(message: object, signal: AbortSignal): Promise<HttpResponse> {
    const headers = {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
    };
    return this.#exchange({ method: 'POST', headers, body: writeJson(message) }, signal);
  }

  #get(headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpResponse> {
    return this.#exchange(
      { method: 'GET', headers: { Accept: 'text/event-stream', ...headers } },
      signal,
    );
  }

  /** @throws SessionLost for 404, which means in a session that there is none (L18) */
  async #exchange(
    request: Bodyless | (Omit<Bodyless, 'method'> & { method: 'POST'; body: string }),
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const headers = {
      ...request.headers,
      ...(this.#session !== undefined && { 'Mcp-Session-Id': this.#session }),
      ...(this.#version !== undefined && { 'MCP-Protocol-Version': this.#version }),
    };
    const response = await this.#connection.send({ ...request, headers }, signal);
    if (response.status !== 404 || this.#session === undefined) return response;
    response.discard();
    this.#isOver = true;
    throw new SessionLost();
  }

  #cancel({ id, method }: JsonRpcRequest): void {
    if (method === 'initialize' || this.#closing.signal.aborted) return;
    const params = { requestId: id, reason: 'the caller cancelled it' };
    const message = { jsonrpc: '2.0', method: Notification.cancelled, params };
    this.send(message, AbortSignal.timeout(LAST_WORDS)).catch(() => {});
  }
}

/** An error has no id if the server could not read that of the request. */
function assertAnswers({ id }: JsonRpcRequest, response: Received): Received {
  if (response.id === id || ('error' in response && response.id === undefined)) return response;
  throw new InvalidResponseError('it sent a response to another request');
}
