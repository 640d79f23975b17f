/** How calls of old clients fail (L11): what they can act on, and no code that they do not know. */
import { isRecord } from '../../base/json/json.ts';
import { writeJson } from '../../base/json/well-formed-json.ts';
import { ErrorCode, OldErrorCode } from '../../protocol/names/codes.ts';
import type { Reply } from '../../protocol/dispatcher.ts';
import type { RequestId } from '../../protocol/types/jsonrpc.ts';
import type { OldReply } from '../../protocol/legacy-port.ts';
import { Method } from '../../protocol/names/methods.ts';
import { errorReply, resultReply } from '../../protocol/reply.ts';
import { ResourceNotFound, RpcError } from '../../protocol/rpc-error.ts';

/** Codes of this revision. */
const NEW_CODES: readonly number[] = [
  ErrorCode.HeaderMismatch,
  ErrorCode.MissingRequiredClientCapability,
  ErrorCode.UnsupportedProtocolVersion,
];

/** Statuses that are about the caller and not about the call; all others are 200 (L11). */
const KEPT_STATUSES = [401, 403, 503];

const START_OVER = 'This call cannot be continued. Call it again to start over.';
export const NOBODY_ANSWERED = 'Nobody answered the question in time. Call it again to start over.';
export const LOST =
  'The connection to this call was lost, and what it did is not known. It may have been done. Look before you call again.';
export const BUSY = 'The server is too busy to go on with this call. Call it again later.';
export const CLOSING = 'The server is closing. Call again to start over.';
export const TOO_MANY_QUESTIONS = 'Too many questions are open already. Try again later.';

/** Whether a reply says what the caller lacks: its credentials, or a scope of them (A9). */
export function isAboutCaller({ status }: Reply): boolean {
  return status === 401 || status === 403;
}

/** The reply to a request whose serving ended with an error. */
export function oldFailure(
  id: RequestId,
  method: string,
  error: RpcError,
  { status, headers }: Pick<Reply, 'status' | 'headers'>,
): OldReply {
  const reply = failureReply(id, method, error);
  return KEPT_STATUSES.includes(status) ? { ...reply, status, headers } : reply;
}

function failureReply(id: RequestId, method: string, error: RpcError): OldReply {
  if (isStateRefused(error)) return callFailure(id, method, START_OVER);
  if (NEW_CODES.includes(error.code)) return callFailure(id, method, error.message);
  if (!(error instanceof ResourceNotFound)) return errorReply(id, error, 200);
  const { message, data } = error;
  return errorReply(id, new RpcError(OldErrorCode.ResourceNotFound, message, data), 200);
}

/** The reply to a call that cannot go on, with a sentence that the model can act on. */
export function callFailure(id: RequestId, method: string, message: string): OldReply {
  if (method !== Method.callTool) {
    return errorReply(id, new RpcError(ErrorCode.InternalError, message), 200);
  }
  const content = [{ type: 'text', text: message }];
  return resultReply(id, writeJson({ content, isError: true }));
}

function isStateRefused({ data }: RpcError): boolean {
  return isRecord(data) && data['reason'] === 'request_state';
}
