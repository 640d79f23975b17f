/**
 * Finds out whether a program speaks this revision before it gets anything that has an effect: some
 * older servers run whatever they are sent first (IO-9).
 */
import { RondoError } from '../base/errors.ts';
import { isRecord } from '../base/json.ts';
import { ErrorCode } from '../protocol/codes.ts';
import type { JsonRpcRequest, JsonRpcResponse } from '../protocol/jsonrpc.ts';
import { MetaKey } from '../protocol/meta.ts';
import { Method } from '../protocol/methods.ts';
import { RpcError } from '../protocol/rpc-error.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';

/** Errors that only servers of this revision or later answer with. */
const MODERN: readonly number[] = [
  ErrorCode.HeaderMismatch,
  ErrorCode.MissingRequiredClientCapability,
  ErrorCode.UnsupportedProtocolVersion,
];

/** A request without an effect, of the client that sends `first`. */
export function discoveryBefore(first: JsonRpcRequest): JsonRpcRequest {
  const meta = isRecord(first.params?.['_meta']) ? first.params['_meta'] : {};
  const kept = [MetaKey.protocolVersion, MetaKey.clientInfo, MetaKey.clientCapabilities];
  const _meta = Object.fromEntries(kept.map((key) => [key, meta[key]]));
  return { jsonrpc: '2.0', id: 'discovery', method: Method.discover, params: { _meta } };
}

/** @throws RondoError `unsupported_version` for what a server of this revision does not answer */
export function assertModern(response: JsonRpcResponse): void {
  if ('error' in response) {
    const { code, message, data } = response.error;
    if (MODERN.includes(code)) return;
    throw olderServer(`error ${code}`, new RpcError(code, message, data));
  }
  if (!Array.isArray(response.result['supportedVersions'])) throw olderServer('another result');
}

function olderServer(answer: string, cause?: RpcError): RondoError<'unsupported_version'> {
  return new RondoError(
    'unsupported_version',
    `The server does not speak revision ${PROTOCOL_VERSION} of the protocol: it answered ` +
      `${Method.discover} with ${answer}. It may be of an older one, which needs a client of that time.`,
    { cause },
  );
}
