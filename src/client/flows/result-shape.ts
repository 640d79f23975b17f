import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { Method } from '../../protocol/names/methods.ts';
import { InvalidResponseError } from '../../protocol/response.ts';

/** Checks the members that a result of each method must have. */
const HOLDS: Readonly<Record<string, (result: UnknownRecord) => boolean>> = {
  [Method.callTool]: ({ content }) => Array.isArray(content) && content.every(isRecord),
  [Method.getPrompt]: ({ messages }) => Array.isArray(messages) && messages.every(isRecord),
  [Method.readResource]: ({ contents }) => Array.isArray(contents) && contents.every(isRecord),
  [Method.complete]: ({ completion }) =>
    isRecord(completion) && Array.isArray(completion['values']),
  [Method.discover]: ({ supportedVersions, capabilities }) =>
    Array.isArray(supportedVersions) && isRecord(capabilities),
};

/** Whether a result has what results of its method must have. */
export function hasShape(method: string, result: UnknownRecord): boolean {
  return HOLDS[method]?.(result) ?? true;
}

/** @throws InvalidResponseError whose cause is the result: what it says has happened all the same */
export function assertShape(method: string, result: UnknownRecord): void {
  if (hasShape(method, result)) return;
  throw new InvalidResponseError(`it sent a result of ${method} without its required members`, {
    cause: result,
  });
}
