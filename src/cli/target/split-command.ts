import { UsageError } from '../failure.ts';

const WORD = /(?:'[^']*'|"[^"]*"|[^\s'"])+/g;

/**
 * A command line as its words: split at white space, with single and double quotes around what
 * belongs together. No shell is involved, so nothing in it is expanded.
 *
 * @throws UsageError for a quote without its counterpart
 */
export function splitCommand(line: string): string[] {
  const rest = line.replace(WORD, '').trim();
  if (rest !== '') {
    throw new UsageError(`A quote is not closed in: ${line}`);
  }
  const words = line.match(WORD) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}
