/** What every request has to have before it is served (T13). */
import { isRecord } from '../../base/json/json.ts';
import {
  matchRequestHeaders,
  matchVersionHeader,
  requireVersionHeader,
} from '../../http/request-headers.ts';
import type { Exchange } from '../../protocol/dispatcher.ts';
import type { JsonRpcRequest } from '../../protocol/types/jsonrpc.ts';
import { MetaKey } from '../../protocol/names/meta.ts';
import { invalidParams, unsupportedVersion } from '../../protocol/rpc-error.ts';
import { PROTOCOL_VERSION } from '../../protocol/names/version.ts';

/** @throws RpcError */
export function assertAdmitted(request: JsonRpcRequest, { headers }: Exchange): void {
  if (headers !== undefined) requireVersionHeader(headers);
  const meta = request.params?.['_meta'];
  if (!isRecord(meta)) throw invalidParams('The request has no params._meta');
  const version = meta[MetaKey.protocolVersion];
  if (typeof version !== 'string' || !isRecord(meta[MetaKey.clientCapabilities])) {
    throw invalidParams('params._meta lacks the protocol version or the capabilities');
  }
  if (headers !== undefined) matchVersionHeader(headers, version);
  if (version !== PROTOCOL_VERSION) throw unsupportedVersion(version);
  if (headers !== undefined) matchRequestHeaders(headers, request);
}
