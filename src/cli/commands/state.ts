import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { KEYS_VARIABLE, parseKeys } from '../../state/key-ring.ts';
import { print } from '../output/print.ts';
import { openState } from '../state/open-state.ts';
import { stateAsJson, stateAsText } from '../state/report.ts';
import { cleanJson } from '../terminal/clean.ts';
import { collect } from './options.ts';
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
    .argument('<state>', 'the string, or - to read it from standard input')
    .option('--key <key>', `a key; repeatable. Better: the variable ${KEYS_VARIABLE}`, collect)
    .option('--json', 'print it as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (given: string, options: StateOptions) => {
      const sealed = given === '-' ? readFileSync(0, 'utf8') : given;
      const state = openState(sealed.trim(), keysFrom(options));
      await print(options.json ? cleanJson(stateAsJson(state), 2) : stateAsText(state, Date.now()));
    });
}

function keysFrom({ key = [] }: StateOptions): readonly string[] {
  if (key.length > 0) return key.flatMap(parseKeys);
  const variable = process.env[KEYS_VARIABLE];
  return variable === undefined || variable === '' ? [] : parseKeys(variable);
}
