import { isRecord } from '../../base/json/json.ts';
import { StepError } from '../../flow/journal/errors.ts';

/**
 * Code and meaning of an error of the operating system, such as `ENOENT: no such file or directory`,
 * without the path, host and port that its message has; `undefined` for other errors. Throws if the
 * error's getters throw.
 */
export function systemMessage(error: unknown): string | undefined {
  const code = systemCode(error instanceof StepError ? error.cause : error);
  if (code === undefined) return undefined;
  const meaning = meanings().get(code);
  return meaning === undefined ? code : `${code}: ${meaning}`;
}

/** The code, also of the errors for all addresses of one host (an AggregateError). */
function systemCode(error: unknown): string | undefined {
  if (!isRecord(error)) return undefined;
  const { code, syscall, errors } = error;
  if (typeof code !== 'string' || !/^E[A-Z0-9_]+$/.test(code)) return undefined;
  const isOfOne = typeof syscall === 'string';
  const isOfAll = Array.isArray(errors) && errors.some((each) => systemCode(each) !== undefined);
  return isOfOne || isOfAll ? code : undefined;
}

/** From code to meaning, where the platform knows them. */
function meanings(): ReadonlyMap<string, string> {
  const known = globalThis.process?.getBuiltinModule?.('node:util').getSystemErrorMap?.();
  return new Map(known?.values());
}
