/** Sends requests: ids, what every request carries, deadlines, and what came of it. */
import { RondoError } from '../protocol/errors.ts';
import type { ClientCapabilities } from '../protocol/capabilities.ts';
import { type UnknownRecord, isRecord } from '../protocol/json.ts';
import type { JsonRpcNotification, JsonRpcRequest } from '../protocol/jsonrpc.ts';
import { MetaKey } from '../protocol/meta.ts';
import { Notification } from '../protocol/methods.ts';
import { InvalidResponseError } from '../protocol/response.ts';
import type { Implementation, LogLevel } from '../protocol/results.ts';
import { RpcError } from '../protocol/rpc-error.ts';
import type { Transport } from '../protocol/transport.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { TimeoutError } from './errors.ts';

/** What is said about a long piece of work. */
export interface Progress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

/** A log message of the server's. */
export interface LogMessage {
  readonly level: LogLevel;
  readonly logger?: string;
  readonly data: unknown;
}

/** What may be said about any request. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** How long the server may stay silent, in ms; progress starts it anew. Default 60,000. */
  readonly timeout?: number;
  /** How long one request may take whatever is reported, in ms. Default ten times the timeout. */
  readonly maxTimeout?: number;
  readonly onProgress?: (progress: Progress) => void;
  /** Log messages of this level and above. */
  readonly logLevel?: LogLevel;
  readonly onLog?: (message: LogMessage) => void;
  /** More members for `_meta`, such as `traceparent`. */
  readonly meta?: UnknownRecord;
}

/** A request, and what only this one needs. */
export interface Outgoing {
  readonly method: string;
  readonly params: UnknownRecord;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface CallerOptions {
  readonly transport: Transport;
  readonly clientInfo: Implementation;
  readonly capabilities: ClientCapabilities;
  readonly timeout: number;
}

export class Caller {
  readonly #options: CallerOptions;
  #lastId = 0;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /**
   * Sends a request under a fresh id, and resolves with its result.
   *
   * @throws RpcError what the server answered instead; TimeoutError; RondoError `cancelled`,
   * `transport_failed`, `invalid_response`
   */
  async call({ method, params, headers }: Outgoing, options: CallOptions): Promise<UnknownRecord> {
    const id = ++this.#lastId;
    const request = {
      jsonrpc: '2.0' as const,
      id,
      method,
      params: this.#params(id, params, options),
    };
    const { timeout = this.#options.timeout, signal } = options;
    const deadline = new Deadline(method, timeout, options.maxTimeout ?? timeout * 10, signal);
    try {
      deadline.signal.throwIfAborted();
      const response = await this.#options.transport.request(request as JsonRpcRequest, {
        signal: deadline.signal,
        ...(headers && { headers }),
        onNotification: (notification) => {
          deadline.restart();
          tell(notification, id, options);
        },
      });
      if ('error' in response) {
        const { code, message, data } = response.error;
        throw new RpcError(code, message, data);
      }
      if (response.id !== id) throw new InvalidResponseError('a response to another request');
      return response.result;
    } catch (error) {
      throw deadline.reason ?? error;
    } finally {
      deadline.stop();
    }
  }

  /** Checklist VM-1, VM-2, MC-11: everything anew for every attempt. */
  #params(id: number, params: UnknownRecord, options: CallOptions): UnknownRecord {
    const { clientInfo, capabilities } = this.#options;
    const _meta = {
      ...options.meta,
      [MetaKey.protocolVersion]: PROTOCOL_VERSION,
      [MetaKey.clientInfo]: clientInfo,
      [MetaKey.clientCapabilities]: capabilities,
      ...(options.onProgress && { progressToken: id }),
      ...((options.logLevel ?? options.onLog) && {
        [MetaKey.logLevel]: options.logLevel ?? 'info',
      }),
    };
    return { ...params, _meta };
  }
}

/** Ends a request that takes too long, or that nobody wants any more (checklist PG-6). */
class Deadline {
  readonly #abort = new AbortController();
  readonly #method: string;
  readonly #silence: number;
  readonly #hard: ReturnType<typeof setTimeout>;
  readonly #caller: AbortSignal | undefined;
  #soft: ReturnType<typeof setTimeout>;
  #reason: Error | undefined;

  constructor(method: string, silence: number, hard: number, caller: AbortSignal | undefined) {
    this.#method = method;
    this.#silence = silence;
    this.#caller = caller;
    this.#soft = setTimeout(this.#timedOut, silence, silence);
    this.#hard = setTimeout(this.#timedOut, hard, hard);
    if (caller?.aborted) this.#cancelled();
    else caller?.addEventListener('abort', this.#cancelled, { once: true });
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Why the request was ended, if it was. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  restart(): void {
    clearTimeout(this.#soft);
    this.#soft = setTimeout(this.#timedOut, this.#silence, this.#silence);
  }

  stop(): void {
    clearTimeout(this.#soft);
    clearTimeout(this.#hard);
    this.#caller?.removeEventListener('abort', this.#cancelled);
  }

  readonly #timedOut = (ms: number): void => this.#end(new TimeoutError(this.#method, ms));

  readonly #cancelled = (): void => {
    const cause: unknown = this.#caller!.reason;
    this.#end(new RondoError('cancelled', `${this.#method} was cancelled.`, { cause }));
  };

  #end(reason: Error): void {
    this.#reason ??= reason;
    this.#abort.abort(reason);
  }
}

function tell({ method, params }: JsonRpcNotification, id: number, options: CallOptions): void {
  if (!isRecord(params)) return;
  if (method === Notification.progress && params['progressToken'] === id) {
    options.onProgress?.(params as unknown as Progress);
  } else if (method === Notification.message) {
    options.onLog?.(params as unknown as LogMessage);
  }
}
