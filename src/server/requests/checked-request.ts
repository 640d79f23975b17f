import type { Exchange } from '../../protocol/dispatcher.ts';
import type { UnknownRecord } from '../../base/json.ts';
import type { JsonRpcRequest } from '../../protocol/jsonrpc.ts';
import type { RequestMeta } from './request-meta.ts';

/** A request whose envelope has been checked. */
export interface CheckedRequest {
  readonly message: JsonRpcRequest;
  readonly params: UnknownRecord;
  readonly meta: RequestMeta;
  readonly exchange: Exchange;
}

/** Serves one method: returns the result as JSON text, or throws the RpcError to send. */
export type Route = (incoming: CheckedRequest) => string | Promise<string>;
