import type { UnknownRecord } from '../../base/json/json.ts';

/** A request's id: a string or an integer, never `null` (EN-1). */
export type RequestId = string | number;

/** A request whose envelope has been checked and whose params have not. */
export interface JsonRpcRequest {
  jsonrpc: '2.0';
  id: RequestId;
  method: string;
  params?: UnknownRecord;
}

/** A message without a response. */
export interface JsonRpcNotification {
  jsonrpc: '2.0';
  method: string;
  params?: UnknownRecord;
}

/** The error member of an error response. */
export interface JsonRpcError {
  code: number;
  message: string;
  data?: unknown;
}

/** A successful response. */
export interface JsonRpcResult {
  jsonrpc: '2.0';
  id: RequestId;
  result: UnknownRecord;
}

/** An error response; `id` is absent only when it could not be read (T15). */
export interface JsonRpcFailure {
  jsonrpc: '2.0';
  id?: RequestId;
  error: JsonRpcError;
}

/** Either kind of response. */
export type JsonRpcResponse = JsonRpcResult | JsonRpcFailure;
