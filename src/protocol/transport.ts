/**
 * The contract between a client and its connection to a server. A new transport implements
 * `Transport` (as in http/client/ and stdio/client.ts) and is chosen in client/target.ts. The
 * server's side is in dispatcher.ts.
 */
import type { JsonRpcNotification, JsonRpcRequest, JsonRpcResponse } from './types/jsonrpc.ts';

/** How to send one request. */
export interface RequestOptions {
  /** When it aborts, the transport cancels the request in its own way. */
  readonly signal: AbortSignal;
  /** Additional headers, `Mcp-Param-*`; only for transports with headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Called for each notification of this request, before its response. It does not throw. */
  readonly onNotification?: (notification: JsonRpcNotification) => void;
}

/** What an HTTP error says beside its message. */
export interface HttpRefusal {
  readonly status: number;
  /** The time after which to try again, in ms; `undefined` if the server does not say. */
  readonly retryAfter: number | undefined;
}

/** A response, and over HTTP what the status of an error says. */
export type Received = JsonRpcResponse & { readonly refusal?: HttpRefusal };

/** A connection to one server. */
export interface Transport {
  /** Whether this transport mirrors arguments in headers (HC-6). */
  readonly hasHeaders: boolean;
  /**
   * The protocol revision that is spoken; `undefined` before the first request of a transport that
   * speaks several. Absent: this one.
   */
  readonly era?: string | undefined;
  /**
   * Sends a request and resolves with its response, error responses included.
   *
   * @throws RondoError `transport_failed` or `invalid_response` when there is no valid response
   */
  request(message: JsonRpcRequest, options: RequestOptions): Promise<Received>;
  /** A flow that has begun in this revision is to be continued. */
  recall?(): void;
  /** The call that a state stands for will not be continued. Absent: no server holds one open. */
  abandon?(requestState: string): void;
  close(): Promise<void>;
}
