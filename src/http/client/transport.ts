/** The client's side of Streamable HTTP: one POST for each message (HC-1, HC-2, HC-10). */
import { writeJson } from '../../base/json/well-formed-json.ts';
import type { JsonRpcRequest, JsonRpcResponse } from '../../protocol/types/jsonrpc.ts';
import { InvalidResponseError, parseFromServer } from '../../protocol/response.ts';
import type { Received, RequestOptions, Transport } from '../../protocol/transport.ts';
import { standardHeaders } from './headers.ts';
import { type HttpConnection, isOk, mediaType } from './http-connection.ts';
import { refusalIn } from './http-error.ts';
import type { HttpResponse } from './send.ts';

export class HttpTransport implements Transport {
  readonly hasHeaders = true;
  readonly #connection: HttpConnection;

  constructor(connection: HttpConnection) {
    this.#connection = connection;
  }

  async request(message: JsonRpcRequest, options: RequestOptions): Promise<Received> {
    const headers = { ...standardHeaders(message), ...options.headers };
    const outgoing = { method: 'POST', headers, body: writeJson(message) } as const;
    const response = await this.#connection.send(outgoing, options.signal);
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
    throw this.#connection.noMessage(response);
  }

  async close(): Promise<void> {
    this.#connection.close();
  }

  async #readJson(response: HttpResponse): Promise<JsonRpcResponse> {
    const text = await this.#connection.readText(response);
    if (text === '') throw this.#connection.noMessage(response, '');
    const message = parseFromServer(text);
    if (message.type === 'response') return message.response;
    throw new InvalidResponseError('it sent a notification instead of the response');
  }

  async #readStream(response: HttpResponse, options: RequestOptions): Promise<JsonRpcResponse> {
    const events: string[] = [];
    const reading = this.#connection.readStream(response, {
      // Only `message` events carry JSON-RPC; events without data are ignored.
      onEvent: ({ event = 'message', data }) => {
        if (event === 'message' && data !== '') events.push(data);
      },
    });
    for await (const _ of reading) {
      for (const data of events.splice(0)) {
        const message = parseFromServer(data);
        if (message.type === 'response') return message.response;
        options.onNotification?.(message.notification);
      }
    }
    throw new InvalidResponseError('it ended its stream without a response');
  }
}
