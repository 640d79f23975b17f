import { type Command, CommanderError } from 'commander';
import type { Invocation } from './commands/invocation.ts';
import { AfterResult, CommandLineError, ExitCode, Reported } from './failure.ts';
import { type NamedCommand, namedCommand, pathOf, unknownCommand } from './named-command.ts';
import { createProgram } from './program.ts';
import { report } from './report.ts';

/** Runs a command line and resolves with the exit code; errors have been printed by then. */
export async function run(words: readonly string[]): Promise<number> {
  const at = words.indexOf('--');
  const invocation: Invocation = {
    program: at === -1 ? undefined : words.slice(at + 1),
    exitCode: ExitCode.ok,
  };
  const own = at === -1 ? words : words.slice(0, at);
  const program = createProgram(invocation);
  const named = namedCommand(program, own);
  try {
    await runNamed(program, named, own);
    return invocation.exitCode;
  } catch (error) {
    if (error instanceof Reported) return error.exitCode;
    if (error instanceof AfterResult) return report(error.cause);
    if (hasShownHelp(error)) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
    return report(withHelp(error, named.command), own.includes('--json'));
  }
}

async function runNamed(
  program: Command,
  { command, wantsHelp, unknown }: NamedCommand,
  words: readonly string[],
): Promise<void> {
  if (unknown !== undefined) throw new CommandLineError(unknownCommand(command, unknown));
  if (wantsHelp) command.help();
  await program.parseAsync(words, { from: 'user' });
}

/** Commander throws for help and version too. */
function hasShownHelp(error: unknown): error is CommanderError {
  return (
    error instanceof CommanderError && (error.exitCode === 0 || error.code === 'commander.help')
  );
}

/** Mistakes in the words are short: the command's help says more. */
function withHelp(error: unknown, command: Command): unknown {
  if (!(error instanceof CommanderError || error instanceof CommandLineError)) return error;
  const text = error.message.replace(/^error: /, '');
  return new CommandLineError(`${text}\nSee ${pathOf(command)} --help.`);
}
