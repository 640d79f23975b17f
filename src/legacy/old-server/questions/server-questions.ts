/** Questions of old servers as those of this revision, and the answers to them (L19). */
import { type UnknownRecord, isRecord } from '../../../base/json/json.ts';
import { type ClientCapabilities, missingCapabilities } from '../../../protocol/capabilities.ts';
import { ErrorCode } from '../../../protocol/names/codes.ts';
import { capabilitiesFor } from '../../../protocol/input-request.ts';
import type { JsonRpcRequest } from '../../../protocol/types/jsonrpc.ts';
import { InputMethod } from '../../../protocol/names/methods.ts';
import type { InputRequest } from '../../../protocol/results.ts';
import { RpcError, invalidParams, methodNotFound } from '../../../protocol/rpc-error.ts';

/**
 * Whether its form can be filled in, and whatever else a client checks, is for the client to check.
 *
 * @throws RpcError for what cannot be asked, or not of this client
 */
export function readQuestion(
  { method, params }: JsonRpcRequest,
  declared: ClientCapabilities,
): InputRequest {
  const question = asInputRequest(method, params);
  const missing = missingCapabilities(capabilitiesFor(question), declared);
  if (missing !== undefined) throw methodNotFound(method);
  return question;
}

function asInputRequest(method: string, params: UnknownRecord | undefined): InputRequest {
  switch (method) {
    case InputMethod.listRoots:
      return { method };
    case InputMethod.sample:
      if (!Array.isArray(params?.['messages'])) throw invalidParams('There are no messages');
      return { method, params: withoutMeta(params) } as never;
    case InputMethod.elicit: {
      if (typeof params?.['message'] !== 'string') throw invalidParams('There is no message');
      const { elicitationId: _, ...question } = withoutMeta(params);
      const isReadable = params['mode'] === 'url' || isRecord(params['requestedSchema']);
      if (!isReadable) throw invalidParams('There is no form');
      return { method, params: question } as never;
    }
    default:
      throw methodNotFound(method);
  }
}

/** Without what is for the transport: a progress token, the id of a task. */
function withoutMeta(params: UnknownRecord): UnknownRecord {
  const { _meta: _, task: __, ...rest } = params;
  return rest;
}

/** An answer in a form that all revisions have: one block of a sampling message is no list of blocks. */
export function toOldAnswer(question: InputRequest, answer: object): object {
  if (question.method !== InputMethod.sample) return answer;
  const { content } = answer as UnknownRecord;
  return Array.isArray(content) && content.length === 1
    ? { ...answer, content: content[0] }
    : answer;
}

/** For a question that the user's handler has failed to answer: what went wrong stays here. */
export function unanswered(): RpcError {
  return new RpcError(ErrorCode.InternalError, 'The client could not answer');
}
