import { CommanderError } from 'commander';
import type { Invocation } from './commands/invocation.ts';
import { explain } from './explain.ts';
import { ExitCode } from './failure.ts';
import { createProgram } from './program.ts';

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
    const { message, exitCode } = explain(error);
    process.stderr.write(`rondo: ${message}\n`);
    return exitCode;
  }
}

/** Commander throws for help and version too. Its messages are short, so --help is mentioned. */
function commanderExit({ exitCode, code, message }: CommanderError): number {
  if (exitCode === 0) return ExitCode.ok;
  const text = message.replace(/^error: /, '');
  process.stderr.write(code === 'commander.help' ? '' : `rondo: ${text}\nSee rondo --help.\n`);
  return ExitCode.usage;
}
