import { explain } from './explain.ts';
import { clean } from './terminal/clean.ts';
import { hanging } from './terminal/wrap.ts';

/** Prints what went wrong, to standard error. Returns the exit code. */
export function report(error: unknown): number {
  const { message, advice, exitCode } = explain(error);
  if (message !== '') showError(message);
  // Not broken into lines: there are commands in it, to be copied.
  if (advice !== '') process.stderr.write(`${clean(advice)}\n`);
  return exitCode;
}

/** @param message may repeat what was typed, and what a server has sent */
export function showError(message: string): void {
  process.stderr.write(`${hanging(`rondo: ${clean(message)}`, process.stderr)}\n`);
}
