/**
 * Finds out whether a server speaks this revision before it gets anything that has an effect: some
 * older servers run whatever they are sent first (IO-9, L17).
 */
import { RondoError } from '../../../base/errors.ts';
import { isRecord } from '../../../base/json/json.ts';
import { ErrorCode } from '../../../protocol/names/codes.ts';
import type { JsonRpcRequest, JsonRpcResponse } from '../../../protocol/types/jsonrpc.ts';
import { MetaKey } from '../../../protocol/names/meta.ts';
import { Method } from '../../../protocol/names/methods.ts';
import { RpcError } from '../../../protocol/rpc-error.ts';
import { PROTOCOL_VERSION } from '../../../protocol/names/version.ts';

/** Errors that only servers of this revision or later answer with. */
const MODERN: readonly number[] = [
  ErrorCode.HeaderMismatch,
  ErrorCode.MissingRequiredClientCapability,
  ErrorCode.UnsupportedProtocolVersion,
];

/** A request without an effect, of the client that sends `first`; `first` itself, if it is one. */
export function discoveryBefore(first: JsonRpcRequest): JsonRpcRequest {
  if (first.method === Method.discover) return first;
  const meta = isRecord(first.params?.['_meta']) ? first.params['_meta'] : {};
  const kept = [MetaKey.protocolVersion, MetaKey.clientInfo, MetaKey.clientCapabilities];
  const _meta = Object.fromEntries(kept.map((key) => [key, meta[key]]));
  return { jsonrpc: '2.0', id: 'discovery', method: Method.discover, params: { _meta } };
}

/** Whether a response to the discovery is one of a server of this revision. */
export function isModern(response: JsonRpcResponse): boolean {
  if ('error' in response) return MODERN.includes(response.error.code);
  const { supportedVersions, capabilities } = response.result;
  return Array.isArray(supportedVersions) && isRecord(capabilities);
}

/** The error for a server that is of an earlier revision, where none is to be used. */
export function olderServer(response: JsonRpcResponse): RondoError<'unsupported_version'> {
  const answer = 'error' in response ? `error ${response.error.code}` : 'another result';
  const cause =
    'error' in response
      ? new RpcError(response.error.code, response.error.message, response.error.data)
      : undefined;
  return new RondoError(
    'unsupported_version',
    `The server does not speak revision ${PROTOCOL_VERSION} of the protocol: it answered ` +
      `${Method.discover} with ${answer}. It may be of an older one; the option legacy: 'auto' ` +
      'lets the client speak that.',
    { cause },
  );
}
