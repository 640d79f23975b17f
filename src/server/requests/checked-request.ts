import type { Exchange } from '../../protocol/dispatcher.ts';
import type { UnknownRecord } from '../../base/json/json.ts';
import type { JsonRpcRequest } from '../../protocol/types/jsonrpc.ts';
import type { Finished } from './finished.ts';
import type { RequestMeta } from './request-meta.ts';

/** A request whose envelope has been checked. */
export interface CheckedRequest {
  readonly message: JsonRpcRequest;
  readonly params: UnknownRecord;
  readonly meta: RequestMeta;
  readonly exchange: Exchange;
}

/** A result as JSON text, or a whole reply. */
export type Written = string | Finished;

/** Serves one method, or throws the RpcError to send. */
export type Route = (incoming: CheckedRequest) => Written | Promise<Written>;
