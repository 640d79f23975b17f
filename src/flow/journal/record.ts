import type { JsonValue } from '../../base/json/json.ts';
import { attempt, isError, messageOf } from '../../base/thrown.ts';
import { encode } from './codec.ts';
import type { Outcome, RecordedError } from './journal.ts';

/**
 * The outcome for a value. If the value cannot be recorded, the outcome is an error that says so
 * (F6).
 */
export function recordValue(value: unknown): Outcome {
  try {
    return { type: 'value', value: encode(value) };
  } catch (error) {
    return recordError(error);
  }
}

/** Why the outcome is not the value that the step returned: it could not be recorded. */
export function unrecordable(outcome: Outcome): string | undefined {
  if (outcome.type !== 'error' || !isUnrecordable(outcome.error)) return undefined;
  return outcome.error.message;
}

/** Whether it is the failure of a step whose value could not be recorded. */
export function isUnrecordable({ name, code }: Pick<RecordedError, 'name' | 'code'>): boolean {
  return name === 'RondoError' && code === 'unrecordable_value';
}

/** What is recorded of an object that is no `Error`: it may hold anything, as a response does. */
const NO_ERROR = { code: 'not_an_error' };

/** Whether it is the failure of a step that threw an object that is no `Error`. */
export function isNoError({ name, code }: Pick<RecordedError, 'name' | 'code'>): boolean {
  return name === 'Error' && code === NO_ERROR.code;
}

/** The outcome for what a step threw: name, message, code and data (F6). */
export function recordError(thrown: unknown): Outcome {
  return { type: 'error', error: describe(thrown) };
}

function describe(thrown: unknown): RecordedError {
  const message = messageOf(thrown);
  if (!isError(thrown)) return { name: 'Error', message, ...(isObject(thrown) && NO_ERROR) };
  const name = attempt(() => String(thrown.name)) ?? 'Error';
  const code = attempt(() => codeOf(thrown));
  const syscall = attempt(() => syscallOf(thrown));
  const data = attempt(() => dataOf(thrown));
  return {
    name,
    message,
    ...(code !== undefined && { code }),
    ...(syscall !== undefined && { syscall }),
    ...(data !== undefined && { data }),
  };
}

function isObject(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null;
}

function codeOf(error: Error): string | number | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' || Number.isFinite(code) ? (code as string | number) : undefined;
}

/** @throws RondoError if the error's data cannot be recorded. */
function dataOf(error: Error): JsonValue | undefined {
  const { data } = error as { data?: unknown };
  return data === undefined ? undefined : encode(data);
}

/** The call of the operating system that failed: then the message can name files and hosts. */
function syscallOf(error: Error): string | undefined {
  const { syscall } = error as { syscall?: unknown };
  return typeof syscall === 'string' ? syscall : undefined;
}
