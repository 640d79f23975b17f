import { UsageError } from '../failure.ts';

const WORD = /(?:'[^']*'|"[^"]*"|[^\s'"])+/g;

/**
 * Splits a command line into words at white space. Single and double quotes keep words together. No
 * shell is involved, so nothing is expanded.
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
