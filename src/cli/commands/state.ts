import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { KEYS_VARIABLE, parseKeys } from '../../state/key-ring.ts';
import { UsageError } from '../failure.ts';
import { print } from '../output/print.ts';
import { openState } from '../state/open-state.ts';
import { stateAsJson, stateAsText } from '../state/report.ts';
import { why } from '../system-words.ts';
import { cleanJson } from '../terminal/clean.ts';
import { collectGiven, given } from './options.ts';
import { rondo } from '../command-name.ts';

interface StateOptions {
  readonly key?: readonly string[];
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  ${KEYS_VARIABLE}=… ${rondo} state AYhK…
  jq -r .flow.requestState flow.json | ${rondo} state -

Every user of this machine can see keys on the command line, in the list of
processes. Set ${KEYS_VARIABLE} instead of --key where that matters.
`;

export function addState(program: Command): void {
  program
    .command('state')
    .summary('look into a state of your own server')
    .description('Shows what is sealed in a requestState. It needs the key.')
    .argument('<state>', 'the string, or - to read it from standard input', given)
    .option('--key <key>', `a key; repeatable. Better: the variable ${KEYS_VARIABLE}`, collectGiven)
    .option('--json', 'print it as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (words: string, options: StateOptions) => {
      const sealed = words === '-' ? await stateOfInput() : words;
      const state = openState(sealed.trim(), keysFrom(options));
      await print(options.json ? cleanJson(stateAsJson(state), 2) : stateAsText(state, Date.now()));
    });
}

/** @throws UsageError if there is none */
async function stateOfInput(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('Paste the state, and press Enter and Ctrl-D:\n');
  const sealed = await text(process.stdin).catch((error: unknown) => {
    throw new UsageError(`Standard input cannot be read: ${why(error)}.`);
  });
  if (sealed.trim() !== '') return sealed;
  throw new UsageError('There is no state on standard input: nothing came.');
}

function keysFrom({ key = [] }: StateOptions): readonly string[] {
  if (key.length > 0) return key.flatMap(parseKeys);
  const variable = process.env[KEYS_VARIABLE];
  return variable === undefined || variable === '' ? [] : parseKeys(variable);
}
