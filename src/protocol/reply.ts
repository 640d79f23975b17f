import { writeJson } from '../base/json/well-formed-json.ts';
import { ErrorCode } from './names/codes.ts';
import type { Reply } from './dispatcher.ts';
import type { JsonRpcNotification, RequestId } from './types/jsonrpc.ts';
import type { RpcError } from './rpc-error.ts';

/** The reply that carries a result, given as JSON text. */
export function resultReply(id: RequestId, result: string): Reply {
  const body = `{"jsonrpc":"2.0","id":${writeId(id)},"result":${result}}`;
  return { status: 200, body };
}

/**
 * The reply that carries an error. `id` is left out only if it could not be read (T15).
 *
 * @param status the HTTP status; by default the one the specification fixes for the code, or 200
 */
export function errorReply(
  id: RequestId | undefined,
  error: RpcError,
  status: number = statusFor(error.code),
): Reply {
  const { code, message, data } = error;
  const detail = writeJson({ code, message, ...(data !== undefined && { data }) });
  const prefix = id === undefined ? '' : `"id":${writeId(id)},`;
  return { status, body: `{"jsonrpc":"2.0",${prefix}"error":${detail}}`, error };
}

/** A notification as JSON text. */
export function writeNotification(method: string, params: object): string {
  const message: JsonRpcNotification = { jsonrpc: '2.0', method, params: { ...params } };
  return writeJson(message);
}

function writeId(id: RequestId): string {
  return typeof id === 'number' ? String(id) : JSON.stringify(id);
}

/** The HTTP status that the specification fixes for a code; 200 for all others (T10). */
function statusFor(code: number): number {
  switch (code) {
    case ErrorCode.MethodNotFound:
      return 404;
    case ErrorCode.ParseError:
    case ErrorCode.InvalidRequest:
    case ErrorCode.HeaderMismatch:
    case ErrorCode.MissingRequiredClientCapability:
    case ErrorCode.UnsupportedProtocolVersion:
      return 400;
    default:
      return 200;
  }
}
