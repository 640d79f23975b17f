import { attempt, isError } from '../../base/thrown.ts';

/** The result of checking a value: the schema's output, or the problems, one line each. */
export type Checked = { readonly ok: true; readonly value: unknown } | Unfit;

/** The result for a value that does not fit. */
export interface Unfit {
  readonly ok: false;
  readonly problems: readonly string[];
  /** What the schema's own code threw, if that is a bug: for the log, since no problem shows it. */
  readonly bug?: unknown;
}

/** At most this many problems are reported; a hostile value can have thousands. */
export const MAX_PROBLEMS = 10;

/** `path: message`, or only the message if the value as a whole is wrong. */
export function problem(path: string, message: string): string {
  return path === '' ? message : `${path}: ${message}`;
}

/** Errors that no value is meant to cause: their messages are about the code and not the value. */
const BUGS = [TypeError, ReferenceError, EvalError];

/**
 * The result for a value at which a schema's own code threw. The value is wrong, as far as anyone
 * can say: a transform of `JSON.parse` throws at a text that is not JSON.
 */
export function unfitSince(thrown: unknown): Unfit {
  const message = attempt(() => messageForPeers(thrown));
  if (message !== undefined) return { ok: false, problems: [message] };
  return { ok: false, problems: ['it cannot be checked'], bug: thrown };
}

function messageForPeers(thrown: unknown): string | undefined {
  if (!isError(thrown) || BUGS.some((bug) => thrown instanceof bug)) return undefined;
  return String(thrown.message) || undefined;
}
