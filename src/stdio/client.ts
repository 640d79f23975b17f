/** The client's side of stdio: a server started as a child process (IO-1 to IO-8). */
import { RondoError } from '../base/errors.ts';
import { isRecord } from '../base/json.ts';
import type {
  JsonRpcNotification,
  JsonRpcRequest,
  JsonRpcResponse,
  RequestId,
} from '../protocol/jsonrpc.ts';
import { MetaKey } from '../protocol/meta.ts';
import { Method, Notification } from '../protocol/methods.ts';
import type { Logger } from '../base/logger.ts';
import { messageOf } from '../base/thrown.ts';
import { type Backoff, pauseAfter } from '../base/backoff.ts';
import { pause } from '../base/pause.ts';
import { parseFromServer } from '../protocol/response.ts';
import type { RequestOptions, Transport } from '../protocol/transport.ts';
import type { Line } from './lines.ts';
import { type ServerCommand, ChildProcess, readCommand } from './child-process.ts';

const BEFORE_RESTART: Backoff = { first: 100, longest: 5_000 };
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/**
 * Starts the server at the first request, and again at the first request after it has ended. When
 * it ends, requests in flight fail with `transport_failed` and may be sent again. If it ends
 * repeatedly without having answered, it is restarted after growing pauses.
 */
export class StdioTransport implements Transport {
  readonly hasHeaders = false;
  readonly #command: ServerCommand;
  readonly #logger: Logger;
  readonly #pending = new Map<RequestId, Pending>();
  #process: ChildProcess | undefined;
  #failures = 0;
  #isClosed = false;

  /** @throws RondoError `invalid_options` */
  constructor(command: ServerCommand, logger: Logger) {
    this.#command = readCommand(command);
    this.#logger = logger;
  }

  async request(message: JsonRpcRequest, options: RequestOptions): Promise<JsonRpcResponse> {
    if (this.#process === undefined && this.#failures > 0) {
      await pause(pauseAfter(this.#failures, BEFORE_RESTART), options.signal);
    }
    options.signal.throwIfAborted();
    if (this.#isClosed) throw failed('was closed');
    return new Promise((resolve, reject) => {
      const pending = new Pending(message, options, resolve, reject, () =>
        this.#cancel(message.id),
      );
      this.#pending.set(message.id, pending);
      this.#running().writeLine(JSON.stringify(message));
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#failAll('was closed');
    await this.#process?.close();
  }

  #running(): ChildProcess {
    if (this.#process !== undefined) return this.#process;
    const process: ChildProcess = new ChildProcess(this.#command, MAX_MESSAGE_BYTES, {
      onLine: (line) => this.#receive(line),
      onStderrFailed: (error) => this.#logger.warn(`stderr failed: ${messageOf(error)}`),
      onExit: (why) => {
        if (this.#process !== process) return;
        this.#process = undefined;
        this.#failures++;
        this.#failAll(why);
      },
    });
    this.#process = process;
    return process;
  }

  #receive(line: Line): void {
    if ('problem' in line) return this.#failAll(`sent a message that is ${line.problem}`);
    if (!line.text.trimStart().startsWith('{')) {
      return this.#logger.warn(
        'The server wrote something that is not a message to its standard output. ' +
          'It should log to its standard error.',
      );
    }
    try {
      const message = parseFromServer(line.text);
      if (message.type === 'notification') this.#notify(message.notification);
      else this.#settle(message.response);
    } catch (error) {
      // The request that it answers is unknown, so all fail.
      for (const pending of this.#take()) pending.reject(error);
    }
  }

  /** Responses to requests that were cancelled, or never made, are ignored (PG-5). */
  #settle(response: JsonRpcResponse): void {
    const pending = this.#pending.get(response.id!);
    this.#failures = 0;
    if (pending !== undefined) {
      this.#pending.delete(response.id!);
      pending.resolve(response);
    } else if (response.id == null && 'error' in response && this.#pending.size === 1) {
      // The server could not read the id. If one request is in flight, it must be that one.
      for (const only of this.#take()) only.resolve(response);
    }
  }

  #notify(notification: JsonRpcNotification): void {
    for (const pending of this.#pending.values()) {
      if (!pending.isMeant(notification)) continue;
      try {
        pending.onNotification(notification);
      } catch (error) {
        // The caller's listener has thrown: this ends its call, and no other.
        this.#cancel(pending.id);
        pending.reject(error);
      }
    }
  }

  #cancel(requestId: RequestId): void {
    if (!this.#pending.delete(requestId)) return;
    const params = { requestId, reason: 'the caller cancelled it' };
    const message = { jsonrpc: '2.0', method: Notification.cancelled, params };
    this.#process?.writeLine(JSON.stringify(message));
  }

  #failAll(why: string): void {
    for (const pending of this.#take()) pending.reject(failed(why));
  }

  #take(): Pending[] {
    const all = [...this.#pending.values()];
    this.#pending.clear();
    return all;
  }
}

/** A request that has no response yet. */
class Pending {
  readonly #message: JsonRpcRequest;
  readonly #options: RequestOptions;
  readonly #resolve: (response: JsonRpcResponse) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #onAbort: () => void;

  constructor(
    message: JsonRpcRequest,
    options: RequestOptions,
    resolve: (response: JsonRpcResponse) => void,
    reject: (reason: unknown) => void,
    cancel: () => void,
  ) {
    this.#message = message;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#onAbort = () => {
      cancel();
      reject(options.signal.reason);
    };
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  get id(): RequestId {
    return this.#message.id;
  }

  resolve(response: JsonRpcResponse): void {
    this.#done();
    this.#resolve(response);
  }

  reject(reason: unknown): void {
    this.#done();
    this.#reject(reason);
  }

  /**
   * Whether a notification may belong to this request. All requests share one channel: progress and
   * subscriptions name their request, logs do not (IO-6).
   */
  isMeant({ method, params }: JsonRpcNotification): boolean {
    const { id } = this.#message;
    const meta = isRecord(params?.['_meta']) ? params['_meta'] : {};
    const subscription = meta[MetaKey.subscriptionId];
    if (method === Notification.cancelled) return params?.['requestId'] === id;
    if (subscription !== undefined) return subscription === id;
    if (this.#message.method === Method.listen) return false;
    return method !== Notification.progress || params?.['progressToken'] === id;
  }

  onNotification(notification: JsonRpcNotification): void {
    this.#options.onNotification?.(notification);
  }

  #done(): void {
    this.#options.signal.removeEventListener('abort', this.#onAbort);
  }
}

function failed(why: string): RondoError<'transport_failed'> {
  return new RondoError('transport_failed', `The server ${why}.`);
}
