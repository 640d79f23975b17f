/** The client's side of stdio: a server started as a child process (IO-1 to IO-8). */
import { writeJson } from '../base/well-formed-json.ts';
import { RondoError } from '../base/errors.ts';
import type {
  JsonRpcNotification,
  JsonRpcRequest,
  JsonRpcResponse,
  RequestId,
} from '../protocol/jsonrpc.ts';
import { Notification } from '../protocol/methods.ts';
import type { Logger } from '../base/logger.ts';
import { messageOf } from '../base/thrown.ts';
import { type Backoff, pauseAfter } from '../base/backoff.ts';
import { pause } from '../base/pause.ts';
import type { RequestOptions, Transport } from '../protocol/transport.ts';
import type { Line } from './lines.ts';
import { ChildProcess } from './child-process.ts';
import { type ServerCommand, readCommand } from './server-command.ts';
import { assertModern, discoveryBefore } from './discovery.ts';
import { NOBODYS, NO_MESSAGE, Noise } from './noise.ts';
import { Pending, requestNamedIn } from './pending.ts';
import { readServerLine } from './server-line.ts';
import { type Spawn, loadSpawn } from './spawn.ts';

const BEFORE_RESTART: Backoff = { first: 100, longest: 5_000 };
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** Most cancelled requests whose late responses are expected. */
const MAX_CANCELLED = 1_000;

/**
 * Starts the server at the first request, asks it first what it speaks, and starts it again at the first request after it has ended. When
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
  /** Whether the server speaks this revision, once the first request has asked. */
  #discovery: Promise<void> | undefined;
  #failures = 0;
  readonly #closing = new AbortController();

  /** @throws RondoError `invalid_options` */
  constructor(command: ServerCommand, logger: Logger) {
    this.#command = readCommand(command);
    this.#logger = logger;
    this.#noise = new Noise(logger);
  }

  async request(message: JsonRpcRequest, options: RequestOptions): Promise<JsonRpcResponse> {
    this.#discovery ??= this.#discover(message);
    await this.#discovery;
    return this.#send(message, options);
  }

  async close(): Promise<void> {
    this.#closing.abort(failed('was closed'));
    this.#failAll('was closed');
    await this.#process?.close();
  }

  /** Finds out, before the first request is sent, whether the server speaks this revision. */
  async #discover(first: JsonRpcRequest): Promise<void> {
    try {
      const { signal } = this.#closing;
      assertModern(await this.#send(discoveryBefore(first), { signal }));
    } catch (error) {
      this.#discovery = undefined;
      throw error;
    }
  }

  async #send(message: JsonRpcRequest, options: RequestOptions): Promise<JsonRpcResponse> {
    const { signal } = options;
    if (this.#process === undefined && this.#failures > 0) {
      await pause(pauseAfter(this.#failures, BEFORE_RESTART), signal);
    }
    const spawn = await loadSpawn();
    signal.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    const text = writeJson(message);
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
        return this.#notify(read.notification);
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

function failed(why: string): RondoError<'transport_failed'> {
  return new RondoError('transport_failed', `The server ${why}.`);
}
