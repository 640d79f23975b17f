/** Which command a command line is for, before its options are read: mistakes in them are its own. */
import type { Command } from 'commander';
import { meant } from './terminal/meant.ts';

export interface NamedCommand {
  /** The innermost one that is named. */
  readonly command: Command;
  /** Whether `help` stood before it. */
  readonly wantsHelp: boolean;
  /** A word where a command has to be, and there is none of that name. */
  readonly unknown: string | undefined;
}

export function namedCommand(program: Command, words: readonly string[]): NamedCommand {
  let command = program;
  let wantsHelp = false;
  for (const word of words) {
    if (command.commands.length === 0 || word.startsWith('-')) break;
    if (word === 'help') {
      wantsHelp = true;
      continue;
    }
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) return { command, wantsHelp, unknown: word };
    command = next;
  }
  return { command, wantsHelp, unknown: undefined };
}

/** As it is typed: `rondo task get`. */
export function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

export function unknownCommand({ commands }: Command, word: string): string {
  const names = commands.map((each) => each.name());
  return [`unknown command '${word}'`, meant(word, names)].filter(Boolean).join('. ');
}
