import { invalidOptions } from '../base/errors.ts';
import {
  callable,
  either,
  listOf,
  nonEmptyText,
  oneOf,
  record,
} from '../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../base/options/options.ts';

/** A program that serves MCP on its standard streams. It is started directly, never by a shell. */
export interface ServerCommand {
  /** The program: a path, or a name that is looked up in `PATH`. */
  readonly command: string;
  /** The program's arguments. Default: none. */
  readonly args?: readonly string[];
  /**
   * Environment variables for the program. Of this process's own it only gets those that every
   * program needs (`PATH`, `HOME`, …). Default: none.
   */
  readonly env?: Readonly<Record<string, string>>;
  /** The program's working directory. Default: that of this process. */
  readonly cwd?: string;
  /**
   * Where the program's standard error goes: to that of this process (`inherit`), nowhere
   * (`ignore`), or to a function, line by line. Output there does not mean failure. Default
   * `inherit`.
   */
  readonly stderr?: 'inherit' | 'ignore' | ((line: string) => void);
}

const COMMAND: OptionSet<ServerCommand> = {
  of: 'a server command',
  table: {
    command: nonEmptyText,
    args: listOf('texts, which no shell splits', (arg) => typeof arg === 'string'),
    env: record,
    cwd: nonEmptyText,
    stderr: either("'inherit', 'ignore' or a function", oneOf('inherit', 'ignore'), callable),
  },
  notes: { shell: 'A program is started as it is, never by a shell.' },
};

/** @throws RondoError `invalid_options` for a command that cannot be started */
export function readCommand(given: ServerCommand): ServerCommand {
  const command = readOptions(COMMAND, given);
  if (command.command !== undefined) return command;
  throw invalidOptions('A server is started by a command: { command, args }.');
}
