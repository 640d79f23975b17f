import { type Explanation, explain } from './explain.ts';
import { print } from './output/print.ts';
import { clean, cleanJson } from './terminal/clean.ts';
import { hanging } from './terminal/wrap.ts';

/**
 * Prints what went wrong, to standard error. Returns the exit code.
 *
 * @param json whether it is printed to standard output too, as JSON, where the result would have been
 */
export function report(error: unknown, json = false): number {
  const explanation = explain(error);
  const { message, advice, exitCode } = explanation;
  if (json && message !== '') void printError(explanation);
  if (message !== '') showError(message);
  // Not broken into lines: there are commands in it, to be copied.
  if (advice !== '') process.stderr.write(`${clean(advice)}\n`);
  return exitCode;
}

/** @param message may repeat what was typed, and what a server has sent */
function showError(message: string): void {
  process.stderr.write(`${hanging(`rondo: ${clean(message)}`, process.stderr)}\n`);
}

/** What cannot be printed either has been said on standard error. */
async function printError({ advice, ...error }: Explanation): Promise<void> {
  const shown = { ...error, ...(advice !== '' && { advice }) };
  await print(cleanJson({ error: shown }, 2)).catch(() => undefined);
}
