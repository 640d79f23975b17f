/** Parses messages from a server, and checks their envelopes. */
import { brand } from '../base/brand.ts';
import { RondoError } from '../base/errors.ts';
import { type UnknownRecord, isRecord } from '../base/json/json.ts';
import type {
  JsonRpcError,
  JsonRpcNotification,
  JsonRpcRequest,
  JsonRpcResponse,
  RequestId,
} from './types/jsonrpc.ts';
import { isRequestId, parseMessage } from './parse.ts';
import type { RpcError } from './rpc-error.ts';
import { quote } from '../base/quote.ts';

/** The server sent something that the protocol does not allow. Thrown by the client. */
export class InvalidResponseError extends RondoError<'invalid_response'> {
  override readonly name = 'InvalidResponseError';

  constructor(what: string, options?: ErrorOptions) {
    super('invalid_response', `The server broke the protocol: ${what}.`, options);
  }
}
brand(InvalidResponseError, 'InvalidResponseError');

/** What a server may send: servers send no requests (MS-1). */
export type FromServer =
  | { readonly type: 'response'; readonly response: JsonRpcResponse }
  | { readonly type: 'notification'; readonly notification: JsonRpcNotification };

/** Servers of earlier revisions send requests as well: their questions. */
export type FromOldServer = FromServer | { readonly type: 'request'; request: JsonRpcRequest };

/** @throws InvalidResponseError */
export function parseFromServer(text: string): FromServer {
  const message = parseFromOldServer(text);
  if (message.type === 'request') throw unasked(message.request);
  return message;
}

/** The error for a request of a server that may send none. */
export function unasked({ method }: JsonRpcRequest): InvalidResponseError {
  return new InvalidResponseError(`it sent a request, ${quote(method)}`);
}

/** @throws InvalidResponseError */
export function parseFromOldServer(text: string): FromOldServer {
  const { value, error: refusal } = parseMessage(text);
  if (refusal !== undefined) throw new InvalidResponseError(`it sent ${describe(refusal)}`);
  if (!isRecord(value) || value['jsonrpc'] !== '2.0') {
    throw new InvalidResponseError('it sent something that is not a JSON-RPC message');
  }
  return typeof value['method'] === 'string' ? incoming(value) : response(value);
}

function incoming(value: UnknownRecord): FromOldServer {
  const { id, params } = value;
  const what = 'id' in value ? 'request' : 'notification';
  if (params !== undefined && !isRecord(params)) {
    throw new InvalidResponseError(`it sent a ${what} whose params are not an object`);
  }
  if (what === 'notification') return { type: 'notification', notification: value as never };
  if (isRequestId(id)) return { type: 'request', request: value as never };
  throw new InvalidResponseError('it sent a request with an invalid id');
}

function response(value: UnknownRecord): FromServer {
  const { id } = value;
  const result = value['result'] ?? undefined;
  const error = value['error'] ?? undefined;
  if (id !== undefined && id !== null && !isRequestId(id)) {
    throw new InvalidResponseError('it sent a response with an invalid id');
  }
  const jsonrpc = '2.0';
  if (isRecord(result) && error === undefined) {
    return { type: 'response', response: { jsonrpc, id: id as RequestId, result } };
  }
  if (isError(error) && result === undefined) {
    return { type: 'response', response: { jsonrpc, ...(id != null && { id }), error } };
  }
  const isBoth = result !== undefined && error !== undefined;
  const what = isBoth ? 'both a result and an error' : 'neither a result nor an error';
  throw new InvalidResponseError(`it sent a response with ${what}`);
}

function isError(error: unknown): error is JsonRpcError {
  return isRecord(error) && Number.isInteger(error['code']) && typeof error['message'] === 'string';
}

function describe(error: RpcError): string {
  return error.message.replace(/^The message/, 'a message that');
}
