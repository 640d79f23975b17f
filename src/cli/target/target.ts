/** Finds the server that a command is for. */
import { CommandLineError, UsageError } from '../failure.ts';
import { splitCommand } from './split-command.ts';

/** A server at a URL, or a program that serves on its standard streams. */
export type ServerAddress =
  | { readonly url: string }
  | { readonly command: string; readonly args: readonly string[]; readonly cwd: string };

/** The arguments of a command that are not options. */
export interface Given {
  readonly words: readonly string[];
  /** The words after `--`. */
  readonly program: readonly string[] | undefined;
}

/**
 * The server, and as many words as `names` has. The server is the first word, or the program after
 * `--`.
 *
 * @throws UsageError naming the word that is missing, or is one too many
 */
export function takeTarget(
  { words, program }: Given,
  names: readonly string[],
): { readonly address: ServerAddress; readonly words: string[] } {
  const rest = [...words];
  const first = program === undefined ? rest.shift() : undefined;
  if (program === undefined && first === undefined) {
    throw new CommandLineError(
      'Which server? Give its URL, or its command, or a program behind --.',
    );
  }
  const missing = names[rest.length];
  if (missing !== undefined) throw new CommandLineError(`The <${missing}> is missing.`);
  const empty = names.find((_, index) => rest[index] === '');
  if (empty !== undefined) throw new CommandLineError(`The <${empty}> is empty.`);
  const extra = rest[names.length];
  if (extra !== undefined) throw new CommandLineError(`What is '${extra}' for?`);
  return {
    address: program === undefined ? parseTarget(first!) : programAddress(program),
    words: rest,
  };
}

function parseTarget(text: string): ServerAddress {
  if (!/^https?:\/\//i.test(text)) return programAddress(splitCommand(text));
  if (!URL.canParse(text)) throw new UsageError(`'${text}' is not a URL.`);
  return { url: text };
}

function programAddress([command, ...args]: readonly string[]): ServerAddress {
  if (command === undefined || command === '') throw new UsageError('The command is empty.');
  // A saved flow can be continued from another directory.
  return { command, args, cwd: process.cwd() };
}

/** Describes the server for people, without query and credentials. */
export function describeAddress(address: ServerAddress): string {
  if (!('url' in address)) return [address.command, ...address.args].join(' ');
  const { origin, pathname } = new URL(address.url);
  return `${origin}${pathname}`;
}
