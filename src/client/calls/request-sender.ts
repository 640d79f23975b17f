/** Sends requests: adds ids, the members of `_meta` and deadlines, and reads the responses. */
import { notifyListener } from '../../base/listener.ts';
import type { Logger } from '../../base/logging/logger.ts';
import { messageOf } from '../../base/thrown.ts';
import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import type {
  JsonRpcNotification,
  JsonRpcRequest,
  RequestId,
} from '../../protocol/types/jsonrpc.ts';
import { MetaKey } from '../../protocol/names/meta.ts';
import { Notification } from '../../protocol/names/methods.ts';
import { InvalidResponseError } from '../../protocol/response.ts';
import type { Implementation } from '../../protocol/results.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import type { RequestOptions, Transport } from '../../protocol/transport.ts';
import { PROTOCOL_VERSION } from '../../protocol/names/version.ts';
import type { CallOptions, LogMessage, Progress } from './call-options.ts';
import { HttpRpcError } from './errors.ts';
import { Deadlines } from './deadlines.ts';
import { sendable } from './sendable.ts';
import { type ClientTracing, type Network, traceRequest } from './tracing.ts';
import { abortable } from '../../base/abortable.ts';

/** A request to send. */
export interface Outgoing {
  readonly method: string;
  readonly params: UnknownRecord;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A request that stays open. It has no deadline; its owner gets all of its notifications. */
export interface Stream extends Outgoing {
  readonly signal: AbortSignal;
  onNotification(notification: JsonRpcNotification, id: RequestId): void;
}

export interface RequestSenderOptions {
  readonly transport: Transport;
  readonly clientInfo: Implementation;
  readonly capabilities: ClientCapabilities;
  readonly timeout: number;
  /** Default: its own. */
  readonly deadlines?: Deadlines;
  readonly logger: Logger;
  /** Is called around each request. Default: nothing is. */
  readonly tracing?: ClientTracing | undefined;
  /** How the server is reached, for tracing. Default: not said. */
  readonly network?: Network;
}

export class RequestSender {
  readonly deadlines: Deadlines;
  readonly #options: RequestSenderOptions;
  #lastId = 0;

  constructor(options: RequestSenderOptions) {
    this.#options = options;
    this.deadlines = options.deadlines ?? new Deadlines();
  }

  /**
   * Sends a request with a new id, and resolves with its result.
   *
   * @throws RpcError the server's error response; TimeoutError; RondoError `cancelled`,
   *   `transport_failed`, `invalid_response`
   */
  send(outgoing: Outgoing, options: CallOptions): Promise<UnknownRecord> {
    const id = ++this.#lastId;
    const { tracing, network } = this.#options;
    if (tracing === undefined) return this.#send(id, outgoing, options);
    const { method, params } = outgoing;
    const request = { id, method, params, protocolVersion: PROTOCOL_VERSION, ...network };
    return traceRequest(tracing, request, (meta) =>
      this.#send(id, outgoing, { ...options, meta: { ...meta, ...options.meta } }),
    );
  }

  async #send(id: RequestId, outgoing: Outgoing, options: CallOptions): Promise<UnknownRecord> {
    const { timeout = this.#options.timeout, signal } = options;
    const limit = options.maxTimeout ?? timeout * 10;
    const deadline = this.deadlines.start(outgoing.method, timeout, limit, signal);
    try {
      deadline.signal.throwIfAborted();
      const response = this.#exchange(id, outgoing, requestMeta(id, options), {
        signal: deadline.signal,
        onNotification: (notification) => {
          deadline.restart();
          this.#deliver(notification, id, options);
        },
      });
      return await abortable(response, deadline.signal, () => deadline.reason);
    } catch (error) {
      throw deadline.reason ?? error;
    } finally {
      this.deadlines.stop(deadline);
    }
  }

  /** What a listener throws is logged; the call continues. */
  #deliver({ method, params }: JsonRpcNotification, id: RequestId, options: CallOptions): void {
    const failed = (listener: string) => (error: unknown) =>
      this.#options.logger.warn(`${listener} failed: ${messageOf(error)}`);
    if (!isRecord(params)) return;
    if (method === Notification.progress && params['progressToken'] === id) {
      if (typeof params['progress'] !== 'number') return;
      const progress = params as unknown as Progress;
      notifyListener(() => options.onProgress?.(progress), failed('onProgress'));
    } else if (method === Notification.message) {
      const message = params as unknown as LogMessage;
      notifyListener(() => options.onLog?.(message), failed('onLog'));
    }
  }

  /**
   * Sends a request that stays open until the server ends it, or its signal aborts.
   *
   * @throws as {@link send}
   */
  stream(stream: Stream): Promise<UnknownRecord> {
    const id = ++this.#lastId;
    const { signal } = stream;
    const onNotification = (notification: JsonRpcNotification): void =>
      stream.onNotification(notification, id);
    return this.#exchange(id, stream, {}, { signal, onNotification });
  }

  /** One attempt, with all members of `_meta` and all headers (VM-1, VM-2, MC-11). */
  async #exchange(
    id: RequestId,
    { method, params, headers }: Outgoing,
    more: UnknownRecord,
    options: RequestOptions,
  ): Promise<UnknownRecord> {
    const { transport, clientInfo, capabilities } = this.#options;
    const _meta = {
      ...more,
      [MetaKey.protocolVersion]: PROTOCOL_VERSION,
      [MetaKey.clientInfo]: clientInfo,
      [MetaKey.clientCapabilities]: capabilities,
    };
    const request = { jsonrpc: '2.0', id, method, params: { ...params, _meta } };
    const response = await transport.request(request as JsonRpcRequest, {
      ...options,
      ...(headers && { headers }),
    });
    // An error has no id if the server could not read that of the request (T15).
    const isForAnother = response.id !== id && !('error' in response && response.id == null);
    if (isForAnother) throw new InvalidResponseError('it sent a response to another request');
    if ('error' in response) {
      const { error, refusal } = response;
      if (refusal !== undefined) throw new HttpRpcError(error, refusal);
      throw new RpcError(error.code, error.message, error.data);
    }
    return response.result;
  }
}

function requestMeta(id: RequestId, options: CallOptions): UnknownRecord {
  const logLevel = options.logLevel ?? (options.onLog && 'info');
  return {
    ...sendable('The meta of a call', options.meta),
    ...(options.onProgress && { progressToken: id }),
    ...(logLevel && { [MetaKey.logLevel]: logLevel }),
  };
}
