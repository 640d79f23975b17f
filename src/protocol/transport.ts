/** The contract between a client and whatever connects it to a server. */
import type { JsonRpcNotification, JsonRpcRequest, JsonRpcResponse } from './jsonrpc.ts';

/** What goes along with one request. */
export interface RequestOptions {
  /** Aborting it cancels the request, in whatever way the transport has for that. */
  readonly signal: AbortSignal;
  /** Headers beside the standard ones, where there are headers: `Mcp-Param-*`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Told of every notification that belongs to the request, before its response. */
  readonly onNotification?: (notification: JsonRpcNotification) => void;
}

/** A connection to one server. */
export interface Transport {
  /** Whether arguments are mirrored into headers on it (HC-6). */
  readonly hasHeaders: boolean;
  /**
   * Sends a request and resolves with its response, error responses included.
   *
   * @throws RondoError `transport_failed` or `invalid_response` when there is none
   */
  request(message: JsonRpcRequest, options: RequestOptions): Promise<JsonRpcResponse>;
  close(): Promise<void>;
}
