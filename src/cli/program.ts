import { Command } from 'commander';
import { addCall } from './commands/call.ts';
import type { Invocation } from './commands/invocation.ts';
import { addKeygen } from './commands/keygen.ts';
import { addKeys } from './commands/keys.ts';
import { addList } from './commands/list.ts';
import { addLogin } from './commands/login.ts';
import { addLogout } from './commands/logout.ts';
import { addPrompt } from './commands/prompt.ts';
import { addRead } from './commands/read.ts';
import { addResume } from './commands/resume.ts';
import { addState } from './commands/state.ts';
import { addStore } from './commands/store.ts';
import { addTask } from './commands/task.ts';
import { rondo } from './command-name.ts';
import { layOutHelp } from './help.ts';
import { version } from './version.ts';

const ABOUT = `
Exit codes:
  0    it worked
  1    the tool failed, or you declined or cancelled a question
  2    the command line is wrong, or there was no user to answer
  3    the server cannot be reached, or answers with an error
  130  interrupted; 143 if terminated

The result goes to standard output, everything else to standard error.
`;

/** The whole command line. Errors are thrown, not printed. */
export function createProgram(invocation: Invocation): Command {
  const program = new Command(rondo)
    .description(
      'Talks to servers of the Model Context Protocol 2026-07-28, and answers what they ask.',
    )
    .version(version)
    .exitOverride()
    .addHelpText('after', ABOUT);
  layOutHelp(program);
  const flows = [addCall, addResume, addTask];
  const offers = [addList, addRead, addPrompt];
  for (const add of [...flows, ...offers, addLogin, addLogout]) add(program, invocation);
  for (const add of [addKeygen, addState, addKeys, addStore]) add(program);
  return program;
}
