/** The client's side of stdio: a server started as a child process (IO-1 to IO-8). */
import { writeJson } from '../base/json/well-formed-json.ts';
import { RondoError } from '../base/errors.ts';
import type {
  JsonRpcNotification,
  JsonRpcRequest,
  JsonRpcResponse,
  RequestId,
} from '../protocol/types/jsonrpc.ts';
import { Notification } from '../protocol/names/methods.ts';
import type { Logger } from '../base/logging/logger.ts';
import { messageOf } from '../base/thrown.ts';
import { type Backoff, pauseAfter } from '../base/timing/backoff.ts';
import { pause } from '../base/timing/pause.ts';
import { unasked } from '../protocol/response.ts';
import type { RequestOptions, Transport } from '../protocol/transport.ts';
import type { Line } from './lines.ts';
import { ChildProcess } from './child-process.ts';
import { type ServerCommand, readCommand } from './server-command.ts';
import { NOBODYS, NO_MESSAGE, Noise } from './noise.ts';
import { Pending, requestNamedIn } from './pending.ts';
import { readServerLine } from './server-line.ts';
import { type Spawn, loadSpawn } from './spawn.ts';

const BEFORE_RESTART: Backoff = { first: 100, longest: 5_000 };
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** Most cancelled requests whose late responses are expected. */
const MAX_CANCELLED = 1_000;

/** Gets what a server of an earlier revision sends beside its responses. */
export interface OldServerListener {
  onRequest(request: JsonRpcRequest): void;
  onNotification(notification: JsonRpcNotification): void;
  /** The program has ended. `why` completes "The server …". */
  onExit(why: string): void;
}

/**
 * Starts the server at the first request, and again at the first request after it has ended. When
 * it ends, requests in flight fail with `transport_failed` and may be sent again. If it ends
 * repeatedly without having answered, it is restarted after growing pauses.
 */
export class StdioTransport implements Transport {
  readonly hasHeaders = false;
  readonly #command: ServerCommand;
  readonly #logger: Logger;
  readonly #noise: Noise;
  readonly #pending = new Map<RequestId, Pending>();
  /** Requests that a server may still answer, although it should not. */
  readonly #cancelled = new Set<RequestId>();
  #process: ChildProcess | undefined;
  #oldServer: OldServerListener | undefined;
  #failures = 0;
  readonly #closing = new AbortController();

  /** @throws RondoError `invalid_options` */
  constructor(command: ServerCommand, logger: Logger) {
    this.#command = readCommand(command);
    this.#logger = logger;
    this.#noise = new Noise(logger);
  }

  /**
   * Whether the server counts, from now on, as one of an earlier revision, which sends requests as
   * well, and has to be begun with `initialize`.
   */
  serveOld(listener: OldServerListener | undefined): void {
    this.#oldServer = listener;
  }

  /** Sends a notification or a response, if the program runs. */
  write(message: object): void {
    this.#process?.writeLine(writeJson(message));
  }

  /** Ends the program. The next request starts it again. */
  async stop(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    this.#failAll('was stopped');
    await process?.close();
  }

  async close(): Promise<void> {
    this.#closing.abort(failed('was closed'));
    this.#failAll('was closed');
    await this.#process?.close();
  }

  async request(message: JsonRpcRequest, options: RequestOptions): Promise<JsonRpcResponse> {
    const { signal } = options;
    if (this.#process === undefined && this.#failures > 0) {
      await pause(pauseAfter(this.#failures, BEFORE_RESTART), signal);
    }
    const spawn = await loadSpawn();
    signal.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    const text = writeJson(message);
    if (this.#process === undefined && this.#oldServer !== undefined) assertBeginning(message);
    const process = this.#running(spawn);
    return new Promise((resolve, reject) => {
      const cancel = (): void => this.#cancel(message.id);
      this.#pending.set(message.id, new Pending(message, options, resolve, reject, cancel));
      process.writeLine(text);
    });
  }

  #running(spawn: Spawn): ChildProcess {
    if (this.#process !== undefined) return this.#process;
    const process: ChildProcess = new ChildProcess(spawn, this.#command, MAX_MESSAGE_BYTES, {
      onLine: (line) => this.#receive(line),
      onStderrFailed: (error) => this.#logger.warn(`stderr failed: ${messageOf(error)}`),
      onExit: (why) => {
        if (this.#process !== process) return;
        this.#process = undefined;
        this.#cancelled.clear();
        this.#failures++;
        this.#failAll(why);
        this.#oldServer?.onExit(why);
      },
    });
    this.#process = process;
    return process;
  }

  #receive(line: Line): void {
    const read = readServerLine(line);
    switch (read.type) {
      case 'response':
        return this.#settle(read.response);
      case 'notification':
        return this.#oldServer === undefined
          ? this.#notify(read.notification)
          : this.#oldServer.onNotification(read.notification);
      case 'request':
        return this.#oldServer === undefined
          ? this.#takeAnswered(undefined)?.reject(unasked(read.request))
          : this.#oldServer.onRequest(read.request);
      case 'broken':
        return this.#takeAnswered(read.id)?.reject(read.error);
      case 'noise':
        return this.#noise.drop(NO_MESSAGE);
    }
  }

  #settle(response: JsonRpcResponse): void {
    this.#failures = 0;
    const { id } = response;
    if (id == null && 'result' in response) return this.#noise.drop(NOBODYS);
    this.#takeAnswered(id)?.resolve(response);
  }

  /**
   * The request that a message answers, which is no longer pending. Where the server could not read
   * the id, or we cannot, it is the only one in flight: with several nobody knows whose it is (EN-3).
   * Answers to requests that were cancelled, or never made, are dropped (PG-5).
   */
  #takeAnswered(id: RequestId | undefined): Pending | undefined {
    const [only, ...others] = this.#pending.values();
    const unnamed = others.length === 0 ? only : undefined;
    const pending = id === undefined ? unnamed : this.#pending.get(id);
    if (pending !== undefined) this.#pending.delete(pending.id);
    else if (id === undefined || !this.#cancelled.delete(id)) this.#noise.drop(NOBODYS);
    return pending;
  }

  #notify(notification: JsonRpcNotification): void {
    const meant = [...this.#pending.values()].filter((pending) => pending.isMeant(notification));
    const named = requestNamedIn(notification)?.id as RequestId;
    if (meant.length === 0 && !this.#cancelled.has(named)) this.#noise.drop(NOBODYS);
    for (const pending of meant) {
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
    this.#cancelled.add(requestId);
    const [oldest] = this.#cancelled;
    if (this.#cancelled.size > MAX_CANCELLED) this.#cancelled.delete(oldest!);
    const params = { requestId, reason: 'the caller cancelled it' };
    const message = { jsonrpc: '2.0', method: Notification.cancelled, params };
    this.#process?.writeLine(writeJson(message));
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

/** Programs of earlier revisions begin with `initialize`, each time that they are started. */
function assertBeginning({ method }: JsonRpcRequest): void {
  if (method !== 'initialize') throw failed('has ended');
}

function failed(why: string): RondoError<'transport_failed'> {
  return new RondoError('transport_failed', `The server ${why}.`);
}
