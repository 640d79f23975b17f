/** `mcp-rondo/stdio`: serving one client over standard streams (IO-1 to IO-7). */
import type { Readable, Writable } from 'node:stream';
import { having, positive, delay } from '../base/options/option-checks.ts';
import { type OptionSet, type OptionTable, orFalse, readOptions } from '../base/options/options.ts';
import { ErrorCode } from '../protocol/names/codes.ts';
import {
  type Dispatcher,
  type Reply,
  type Working,
  assertDispatcher,
} from '../protocol/dispatcher.ts';
import { isRecord } from '../base/json/json.ts';
import type { JsonRpcNotification, JsonRpcRequest, RequestId } from '../protocol/types/jsonrpc.ts';
import { MetaKey } from '../protocol/names/meta.ts';
import { Method, Notification } from '../protocol/names/methods.ts';
import { parseIncoming } from '../protocol/parse.ts';
import { type Principal, principalProblem, toPrincipal } from '../protocol/principal.ts';
import { errorReply, writeNotification } from '../protocol/reply.ts';
import { RpcError, internalError, invalidRequest } from '../protocol/rpc-error.ts';
import { WORKER_OPTIONS, type WorkerOptions } from '../protocol/worker-options.ts';
import { StdioExchange } from './exchange.ts';
import { OldPipe, type Running } from './old-pipe.ts';
import { type Line, LineSplitter, type UnreadableLine } from './lines.ts';
import { StdioOutput } from './output.ts';
import { visibleId } from './visible-members.ts';

export type { Dispatcher } from '../protocol/dispatcher.ts';
export type { Principal } from '../protocol/principal.ts';
export type { WorkerOptions } from '../protocol/worker-options.ts';

/** How a server is served over standard streams. */
export interface ServeStdioOptions {
  /** Where messages are read. Default: the standard input of the process. */
  readonly input?: Readable;
  /** Where messages, and nothing else, are written. Default: the standard output of the process. */
  readonly output?: Writable;
  /**
   * The caller. Over stdio the environment says who it is, not the protocol. Default: anonymous.
   */
  readonly principal?: Principal;
  /** Largest message, in bytes. Default 4 MiB. */
  readonly maxMessageBytes?: number;
  /**
   * Whether it works tasks too, and how many at once, for a server with a store that has tasks;
   * `false` for one whose tasks others work. Default `{ concurrency: 10 }`.
   */
  readonly worker?: false | WorkerOptions;
  /**
   * How long requests in flight, and tasks that run, may go on after the input has ended, in ms. Default
   * 1,000.
   */
  readonly grace?: number;
}

const SERVE_STDIO_OPTIONS: OptionSet<ServeStdioOptions> = {
  of: 'serveStdio()',
  table: {
    input: having('on', 'once', 'pause'),
    output: having('on', 'once', 'write'),
    principal: principalProblem,
    maxMessageBytes: positive,
    worker: orFalse(WORKER_OPTIONS.table) as OptionTable<ServeStdioOptions>['worker'],
    grace: delay,
  },
};

/** A server that is being served over stdio. */
export interface ServingStdio {
  /**
   * Resolves when the input has ended, and requests have ended too or were cancelled after `grace`.
   * Tasks that have not ended by then are left to others.
   */
  readonly closed: Promise<void>;
  /**
   * Stops reading, ends this client's listen streams with their results, waits up to `grace` ms for
   * its requests and tasks, and up to `grace` ms for the client to read, and cancels what is left.
   */
  close(): Promise<void>;
}

/**
 * Serves a server to the process that started this one. With the process's own streams, `console`
 * writes to stderr from then on, and the process exits when its input has ended.
 *
 * @example
 * ```ts
 * import { McpServer } from 'mcp-rondo';
 * import { serveStdio } from 'mcp-rondo/stdio';
 *
 * const server = new McpServer({ name: 'clock', version: '1.0.0' });
 * server.registerTool('now', { description: 'The current time' }, () => new Date().toISOString());
 *
 * serveStdio(server);
 * ```
 *
 * @throws RondoError `invalid_options`
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/stdio
 */
export function serveStdio(dispatcher: Dispatcher, options: ServeStdioOptions = {}): ServingStdio {
  assertDispatcher('serveStdio()', dispatcher);
  const given = readOptions(SERVE_STDIO_OPTIONS, options);
  const isOwnProcess = given.input === undefined && given.output === undefined;
  if (isOwnProcess) keepOffStdout();
  const serving = new StdioConnection(dispatcher, given);
  if (isOwnProcess) void serving.closed.then(() => process.exit());
  return serving;
}

class StdioConnection implements ServingStdio {
  readonly closed: Promise<void>;
  readonly #dispatcher: Dispatcher;
  readonly #principal: Principal | undefined;
  readonly #output: StdioOutput;
  readonly #grace: number;
  readonly #maxBytes: number;
  readonly #running = new Map<RequestId, Running>();
  readonly #old: OldPipe | undefined;
  readonly #working: Working | undefined;
  readonly #serving = new Set<Promise<void>>();
  #settled!: () => void;
  #closing: Promise<void> | undefined;

  constructor(dispatcher: Dispatcher, options: ServeStdioOptions) {
    const { input = process.stdin, output = process.stdout } = options;
    this.#dispatcher = dispatcher;
    this.#principal = toPrincipal(options.principal);
    this.#output = new StdioOutput(output, input);
    this.#grace = options.grace ?? 1_000;
    this.closed = new Promise((resolve) => (this.#settled = resolve));
    const { legacy } = dispatcher;
    this.#old = legacy && new OldPipe(legacy, this.#principal, this.#output, this.#running);
    const { worker = {} } = options;
    this.#working = worker === false ? undefined : dispatcher.work?.(worker.concurrency ?? 10);
    this.#maxBytes = options.maxMessageBytes ?? 4 * 1024 * 1024;
    const lines = new LineSplitter(this.#maxBytes, (line) => this.#receive(line));
    input.on('data', (chunk: Buffer) => lines.push(chunk));
    input.once('end', () => void this.close());
    input.once('error', () => void this.close());
    output.on('error', () => void this.close());
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#output.stopReading();
    this.#old?.close();
    for (const { inFlight } of this.#running.values()) inFlight.conclude();
    // What it begins no more, it still does not leave to others before its grace is over.
    const worked = this.#working?.close(this.#grace).catch(() => undefined);
    await within(this.#grace, Promise.all([...this.#serving, worked]));
    // Do not wait longer for requests that are still running: they may never end.
    for (const { inFlight } of this.#running.values()) {
      inFlight.cancel('the connection was closed');
    }
    this.#old?.cut();
    await within(this.#grace, Promise.all([this.#output.flushed(), worked]));
    this.#settled();
  }

  #receive(line: Line): void {
    if ('problem' in line) {
      return this.#output.write(errorReply(visibleId(line), this.#errorOf(line)).body);
    }
    const incoming = parseIncoming(line.text);
    if (this.#old?.takes(incoming)) {
      // A request can be of either revision, and a cancellation does not say of which.
      if (incoming.type === 'notification') this.#notified(incoming.notification);
      return this.#track(this.#old.receive(incoming));
    }
    if (incoming.type === 'request') this.#start(incoming.request);
    else if (incoming.type === 'notification') this.#notified(incoming.notification);
    else this.#output.write(errorReply(incoming.id, incoming.error).body);
  }

  #errorOf({ problem }: UnreadableLine): RpcError {
    return problem === 'too long'
      ? invalidRequest(`The message is longer than ${this.#maxBytes} bytes`)
      : new RpcError(ErrorCode.ParseError, 'The message is not UTF-8');
  }

  #start(request: JsonRpcRequest): void {
    if (this.#running.has(request.id)) {
      const error = invalidRequest('Another request with this id is being served');
      return this.#output.write(errorReply(request.id, error).body);
    }
    this.#track(this.#serve(request));
  }

  #track(served: Promise<void>): void {
    const serving = served.finally(() => this.#serving.delete(serving));
    this.#serving.add(serving);
  }

  async #serve(request: JsonRpcRequest): Promise<void> {
    const { id, method } = request;
    const exchange = new StdioExchange(this.#principal, this.#output, method === Method.listen);
    this.#running.set(id, exchange);
    const reply = await this.#dispatch(request, exchange);
    this.#running.delete(id);
    // Nothing is sent for a cancelled request, not even its response (IO-5).
    if (!exchange.inFlight.isCancelled) this.#finish(request, reply);
  }

  async #dispatch(request: JsonRpcRequest, exchange: StdioExchange): Promise<Reply> {
    try {
      return await this.#dispatcher.dispatch(request, exchange);
    } catch {
      // `dispatch` never rejects; if it does, one request must not end the process for all.
      return errorReply(request.id, internalError());
    }
  }

  #finish(request: JsonRpcRequest, { body, error }: Reply): void {
    if (request.method === Method.listen && error === undefined) {
      // All share one channel: when the server ends a listen stream, it cancels it first (T23).
      const _meta = { [MetaKey.subscriptionId]: request.id };
      this.#output.write(
        writeNotification(Notification.cancelled, { _meta, requestId: request.id }),
      );
    }
    this.#output.write(body);
  }

  /** Unknown, finished and malformed cancellations are ignored (PG-5). */
  #notified({ method, params }: JsonRpcNotification): void {
    if (method !== Notification.cancelled || !isRecord(params)) return;
    this.#running.get(params['requestId'] as RequestId)?.inFlight.cancel('the client cancelled it');
  }
}

/** Waits for `settled`, but no longer than `ms`. */
function within(ms: number, settled: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  return Promise.race([settled.then(() => {}), late]).finally(() => clearTimeout(timer));
}

/** Sends what authors print to stderr: standard output is for messages only (IO-2). */
function keepOffStdout(): void {
  for (const method of ['log', 'info', 'debug', 'dir', 'dirxml', 'table'] as const) {
    console[method] = (...values: unknown[]) => console.error(...values);
  }
}
