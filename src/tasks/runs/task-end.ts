/** How a task has ended, as it is stored and shown. */
import type { JsonObject, JsonValue } from '../../base/json/json.ts';
import { parseJson } from '../../base/json/json.ts';
import { RpcError, internalError } from '../../protocol/rpc-error.ts';
import type { Finished } from '../../server/extension.ts';
import { LIMITS } from '../stored/options.ts';
import { tooLarge } from './task-journal.ts';

/** A JSON-RPC error fails a task, and nothing else does (TS-10). */
export function endOf(finished: Finished): {
  readonly status: 'completed' | 'failed';
  readonly content: JsonValue;
} {
  if ('error' in finished) return failedWith(errorJson(finished.error));
  const { result } = finished;
  if (bytesOf(result) > LIMITS.result) {
    return failedWith(errorJson(tooLarge('its result is larger than 4 MiB')));
  }
  return { status: 'completed', content: parseJson(result) as JsonValue };
}

function failedWith(error: JsonObject): { status: 'failed'; content: JsonValue } {
  if (bytesOf(JSON.stringify(error)) <= LIMITS.result) return { status: 'failed', content: error };
  const content = errorJson(tooLarge('its error is larger than 4 MiB'));
  return { status: 'failed', content };
}

/** Only looked at closely where it may be too much: a character has at most three bytes. */
function bytesOf(text: string): number {
  if (text.length * 3 <= LIMITS.result) return text.length;
  return new TextEncoder().encode(text).byteLength;
}

function errorJson({ code, message, data }: RpcError): JsonObject {
  return { code, message, ...(data !== undefined && { data: data as JsonValue }) };
}

/** The error of a task that had no time left (K11). */
export const OUT_OF_TIME: JsonObject = errorJson(
  new RpcError(internalError().code, 'The task ran out of time'),
);
