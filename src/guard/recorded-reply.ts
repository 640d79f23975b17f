/** The reply of a round, as it is recorded and sent again. */
import { exactJson } from '../base/json/exact-json.ts';
import { type JsonValue, parseJson } from '../base/json/json.ts';
import { missingCapabilities } from '../protocol/capabilities.ts';
import { capabilitiesFor } from '../protocol/input-request.ts';
import { RpcError, missingCapability } from '../protocol/rpc-error.ts';
import type { ExtendedCall, Finished } from '../server/extension.ts';
import type { InputRequests, InputRequiredResult, Result } from '../protocol/results.ts';

/** A larger one is sent, and not kept: in bytes. */
export const LONGEST_REPLY = 1_048_576;

/** As it was written, without the id of its request. */
export function writeReply(finished: Finished): JsonValue {
  if ('result' in finished) return { result: finished.result };
  const { error, status } = finished;
  const { code, message, data } = error;
  const sent = { code, message, ...(data !== undefined && { data: data as JsonValue }) };
  return { error: sent, ...(status !== undefined && { status }) };
}

/**
 * The reply to who sends the request again.
 *
 * @throws RpcError `-32021` if it asks what this client does not declare
 */
export function readReply(json: JsonValue, { meta }: ExtendedCall): Finished {
  const { result, error, status } = json as {
    result?: string;
    error?: { code: number; message: string; data?: unknown };
    status?: number;
  };
  if (result !== undefined) {
    for (const request of Object.values(questionsOf(result))) {
      const missing = missingCapabilities(capabilitiesFor(request), meta.capabilities);
      if (missing !== undefined) throw missingCapability(missing);
    }
    return { result };
  }
  const { code, message, data } = error!;
  return { error: new RpcError(code, message, data), ...(status !== undefined && { status }) };
}

/** The task that a reply names. */
export function taskIn(finished: Finished): string | undefined {
  if (!('result' in finished)) return undefined;
  const { resultType, taskId } = parseJson(finished.result) as Record<string, unknown>;
  return resultType === 'task' ? (taskId as string) : undefined;
}

/** The state with which a reply can be answered; nothing, for what is the end of a flow. */
export function stateOf(finished: Finished): string | undefined {
  return 'result' in finished ? askingOf(finished.result)?.requestState : undefined;
}

/** The same questions under another state. */
export function withState(finished: Finished, requestState: string): Finished {
  const asking = 'result' in finished && askingOf(finished.result);
  return asking ? { ...finished, result: exactJson({ ...asking, requestState }) } : finished;
}

function questionsOf(result: string): InputRequests {
  return askingOf(result)?.inputRequests ?? {};
}

function askingOf(result: string): InputRequiredResult | undefined {
  const read = parseJson(result) as unknown as Result;
  return read.resultType === 'input_required' ? (read as InputRequiredResult) : undefined;
}
