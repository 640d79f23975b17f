/** How a task has ended, as it is stored and shown. */
import { type JsonObject, type JsonValue, parseJson } from '../../base/json/json.ts';
import { RpcError, internalError } from '../../protocol/rpc-error.ts';
import type { Finished } from '../../server/extension.ts';
import type { TaskStore } from '../contract.ts';
import { LIMITS } from '../stored/options.ts';
import type { TaskHost } from './task-host.ts';
import { tooLarge } from './task-journal.ts';

type TaskEnd = Parameters<TaskStore['finish']>[1];

interface Content {
  readonly status: TaskEnd['status'];
  readonly content: JsonValue;
}

/** How the task ends, sealed. */
export async function endOf(
  { seal, options }: Pick<TaskHost, 'seal' | 'options'>,
  taskId: string,
  finished: Finished,
): Promise<TaskEnd> {
  const { status, content } = contentOf(finished);
  const sealed = (await seal).seal({ taskId, column: 'end', key: '' }, content);
  return { status, content: sealed, retention: options.retention };
}

/** A JSON-RPC error fails a task, and nothing else does (TS-10). */
function contentOf(finished: Finished): Content {
  if ('error' in finished) return failedWith(errorJson(finished.error));
  const { result } = finished;
  if (isTooLarge(result)) {
    return failedWith(errorJson(tooLarge('its result is larger than 4 MiB')));
  }
  return { status: 'completed', content: parseJson(result) as JsonValue };
}

function failedWith(error: JsonObject): Content {
  if (!isTooLarge(JSON.stringify(error))) return { status: 'failed', content: error };
  const content = errorJson(tooLarge('its error is larger than 4 MiB'));
  return { status: 'failed', content };
}

/** Bytes are counted only where there may be too many: a character has at most three. */
function isTooLarge(text: string): boolean {
  return (
    text.length * 3 > LIMITS.result && new TextEncoder().encode(text).byteLength > LIMITS.result
  );
}

function errorJson({ code, message, data }: RpcError): JsonObject {
  return { code, message, ...(data !== undefined && { data: data as JsonValue }) };
}

/** The error of a task that had no time left (K11). */
export const OUT_OF_TIME: JsonObject = errorJson(
  new RpcError(internalError().code, 'The task ran out of time'),
);
