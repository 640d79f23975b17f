import { CommanderError } from 'commander';
import type { Invocation } from './commands/invocation.ts';
import { ExitCode, Reported } from './failure.ts';
import { createProgram } from './program.ts';
import { report, showError } from './report.ts';
import { rondo } from './command-name.ts';

/** Runs a command line and resolves with the exit code; errors have been printed by then. */
export async function run(words: readonly string[]): Promise<number> {
  const at = words.indexOf('--');
  const invocation: Invocation = {
    program: at === -1 ? undefined : words.slice(at + 1),
    exitCode: ExitCode.ok,
  };
  try {
    const own = at === -1 ? words : words.slice(0, at);
    await createProgram(invocation).parseAsync(own, { from: 'user' });
    return invocation.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return commanderExit(error);
    return error instanceof Reported ? error.exitCode : report(error);
  }
}

/** Commander throws for help and version too. Its messages are short, so --help is mentioned. */
function commanderExit({ exitCode, code, message }: CommanderError): number {
  if (exitCode === 0) return ExitCode.ok;
  const text = message.replace(/^error: /, '');
  if (code !== 'commander.help') showError(`${text}\nSee ${rondo} --help.`);
  return ExitCode.usage;
}
