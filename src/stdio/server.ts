/** `mcp-rondo/stdio`: serving one client over standard streams (checklist IO-1 to IO-7). */
import type { Readable, Writable } from 'node:stream';
import { ErrorCode } from '../protocol/codes.ts';
import type { Cancellable, Dispatcher, Exchange, Reply } from '../protocol/dispatcher.ts';
import { isRecord } from '../protocol/json.ts';
import type { JsonRpcNotification, JsonRpcRequest, RequestId } from '../protocol/jsonrpc.ts';
import { MetaKey } from '../protocol/meta.ts';
import { Method, Notification } from '../protocol/methods.ts';
import { parseIncoming } from '../protocol/parse.ts';
import type { Principal } from '../protocol/principal.ts';
import { errorReply, writeNotification } from '../protocol/reply.ts';
import { RpcError, invalidRequest } from '../protocol/rpc-error.ts';
import { type Line, LineSplitter } from './lines.ts';

export interface ServeStdioOptions {
  /** Default: the process's standard input. */
  readonly input?: Readable;
  /** Default: the process's standard output, to which nothing else may be written. */
  readonly output?: Writable;
  /** Who the client is taken to be; over stdio the environment says so, not the protocol. */
  readonly principal?: Principal;
  /** Bytes of one message. Default 4 MiB. */
  readonly maxMessageBytes?: number;
  /** How long requests may go on once the input has ended, in ms. Default 1,000. */
  readonly grace?: number;
}

/** A server that is being served over stdio. */
export interface ServingStdio {
  /** Resolves when the input has ended and everything is settled. */
  readonly closed: Promise<void>;
  /** Stops reading, ends listen streams with their results and cancels what is left. */
  close(): Promise<void>;
}

/**
 * Serves `dispatcher` to the process that started this one. With the process's own streams,
 * `console` writes to stderr from then on, and the process exits once the input has ended.
 */
export function serveStdio(dispatcher: Dispatcher, options: ServeStdioOptions = {}): ServingStdio {
  const isOwnProcess = options.input === undefined && options.output === undefined;
  if (isOwnProcess) keepOffStdout();
  const serving = new StdioConnection(dispatcher, options);
  if (isOwnProcess) void serving.closed.then(() => process.exit());
  return serving;
}

class StdioConnection implements ServingStdio {
  readonly closed: Promise<void>;
  readonly #dispatcher: Dispatcher;
  readonly #principal: Principal | undefined;
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #grace: number;
  readonly #running = new Map<RequestId, StdioExchange>();
  readonly #serving = new Set<Promise<void>>();
  #settled!: () => void;
  #closing: Promise<void> | undefined;

  constructor(dispatcher: Dispatcher, options: ServeStdioOptions) {
    const { input = process.stdin, output = process.stdout } = options;
    this.#dispatcher = dispatcher;
    this.#principal = options.principal;
    this.#input = input;
    this.#output = output;
    this.#grace = options.grace ?? 1_000;
    this.closed = new Promise((resolve) => (this.#settled = resolve));
    const lines = new LineSplitter(options.maxMessageBytes ?? 4 * 1024 * 1024, (line) =>
      this.#receive(line),
    );
    input.on('data', (chunk: Buffer) => lines.push(chunk));
    input.once('end', () => void this.close());
    input.once('error', () => void this.close());
    output.on('error', () => void this.close());
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#input.pause();
    this.#dispatcher.close();
    const timer = setTimeout(() => {
      for (const exchange of this.#running.values()) exchange.cancel('the connection was closed');
    }, this.#grace);
    await Promise.all(this.#serving);
    clearTimeout(timer);
    await new Promise((resolve) => this.#output.write('', resolve));
    this.#settled();
  }

  #receive(line: Line): void {
    if ('problem' in line) {
      const error = new RpcError(ErrorCode.ParseError, `The message is ${line.problem}`);
      return this.#write(errorReply(undefined, error).body);
    }
    const incoming = parseIncoming(line.text);
    if (incoming.type === 'request') this.#start(incoming.request);
    else if (incoming.type === 'notification') this.#notified(incoming.notification);
    else this.#write(errorReply(incoming.id, incoming.error).body);
  }

  #start(request: JsonRpcRequest): void {
    if (this.#running.has(request.id)) {
      const error = invalidRequest('Another request with this id is being served');
      return this.#write(errorReply(request.id, error).body);
    }
    const serving = this.#serve(request).finally(() => this.#serving.delete(serving));
    this.#serving.add(serving);
  }

  async #serve(request: JsonRpcRequest): Promise<void> {
    const { id } = request;
    const exchange = new StdioExchange(this.#principal, (message) => this.#write(message));
    this.#running.set(id, exchange);
    const reply = await this.#dispatcher.dispatch(request, exchange);
    this.#running.delete(id);
    // Nothing is sent for a cancelled request, not even its response (IO-5).
    if (!exchange.isCancelled) this.#finish(request, reply);
  }

  #finish(request: JsonRpcRequest, { body, isError }: Reply): void {
    if (request.method === Method.listen && !isError) {
      // Where all share one channel, a stream that the server ends is cancelled first (T23).
      const _meta = { [MetaKey.subscriptionId]: request.id };
      this.#write(writeNotification(Notification.cancelled, { _meta, requestId: request.id }));
    }
    this.#write(body);
  }

  /** Unknown, finished and malformed cancellations are ignored (checklist PG-5). */
  #notified({ method, params }: JsonRpcNotification): void {
    if (method !== Notification.cancelled || !isRecord(params)) return;
    this.#running.get(params['requestId'] as RequestId)?.cancel('the client cancelled it');
  }

  /** A client that does not read is not read from either. */
  #write(message: string): void {
    if (this.#output.destroyed || this.#output.write(`${message}\n`) || this.#closing) return;
    this.#input.pause();
    this.#output.once('drain', () => {
      if (!this.#closing) this.#input.resume();
    });
  }
}

class StdioExchange implements Exchange {
  readonly headers = undefined;
  readonly streams = true;
  readonly principal: Principal | undefined;
  work: Cancellable | undefined;
  isCancelled = false;
  readonly #write: (message: string) => void;

  constructor(principal: Principal | undefined, write: (message: string) => void) {
    this.principal = principal;
    this.#write = write;
  }

  notify(message: string): void {
    if (!this.isCancelled) this.#write(message);
  }

  cancel(reason: string): void {
    this.isCancelled = true;
    this.work?.cancel(reason);
    this.work = undefined;
  }
}

/** What an author prints must not land between the messages (checklist IO-2). */
function keepOffStdout(): void {
  for (const method of ['log', 'info', 'debug', 'dir', 'table'] as const) {
    console[method] = (...values: unknown[]) => console.error(...values);
  }
}
