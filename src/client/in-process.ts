import { writeJson } from '../base/json/well-formed-json.ts';
import type { Dispatcher, Exchange } from '../protocol/dispatcher.ts';
import { RondoError } from '../base/errors.ts';
import type { JsonRpcRequest, JsonRpcResponse } from '../protocol/types/jsonrpc.ts';
import { InvalidResponseError, parseFromServer } from '../protocol/response.ts';
import type { RequestOptions, Transport } from '../protocol/transport.ts';
import { InFlight } from '../protocol/in-flight.ts';

/** Calls a server in the same process. Messages are converted to JSON and back, as on a wire. */
export class InProcessTransport implements Transport {
  readonly hasHeaders = false;
  readonly #server: Dispatcher;

  constructor(server: Dispatcher) {
    this.#server = server;
  }

  async request(message: JsonRpcRequest, options: RequestOptions): Promise<JsonRpcResponse> {
    const request = JSON.parse(writeJson(message)) as JsonRpcRequest;
    const exchange = new InProcessExchange(options);
    const reply = await Promise.race([
      this.#server.dispatch(request, exchange),
      exchange.cancelled,
    ]).finally(() => exchange.end());
    const answer = parseFromServer(reply.body);
    if (answer.type === 'response') return answer.response;
    throw new InvalidResponseError('it sent a notification instead of the response');
  }

  async close(): Promise<void> {
    // Nothing to close: the server belongs to the caller.
  }
}

class InProcessExchange implements Exchange {
  readonly streams = true;
  readonly inFlight = new InFlight();
  /** Rejects when the caller cancels. */
  readonly cancelled: Promise<never>;
  readonly #options: RequestOptions;
  #reject!: (reason: unknown) => void;

  constructor(options: RequestOptions) {
    this.#options = options;
    this.cancelled = new Promise((_, reject) => (this.#reject = reject));
    if (options.signal.aborted) this.#cancel();
    else options.signal.addEventListener('abort', this.#cancel, { once: true });
  }

  notify(text: string): void {
    if (this.inFlight.isCancelled) return;
    const message = parseFromServer(text);
    if (message.type === 'notification') this.#options.onNotification?.(message.notification);
  }

  end(): void {
    this.#options.signal.removeEventListener('abort', this.#cancel);
  }

  readonly #cancel = (): void => {
    this.inFlight.cancel('the client cancelled it');
    this.#reject(new RondoError('cancelled', 'The request was cancelled.'));
  };
}
