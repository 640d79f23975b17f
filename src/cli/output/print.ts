/** Standard output: for results, and nothing else. */
import { OutputError } from '../failure.ts';

/**
 * Resolves once everything is written.
 *
 * @throws OutputError if it cannot be: the disk is full, or nobody reads it any more
 */
export function print(content: string | Uint8Array): Promise<void> {
  const isLine = typeof content === 'string' && content !== '' && !content.endsWith('\n');
  return new Promise((resolve, reject) => {
    process.stdout.write(isLine ? `${content}\n` : content, (error) => {
      if (error) reject(new OutputError(error));
      else resolve();
    });
  });
}

/**
 * A stream that fails does not end the program: of standard output {@link print} hears it, and without
 * standard error, as when the terminal is closed, the flow still has to be saved.
 */
export function tolerateFailedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
