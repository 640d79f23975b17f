import type { Command } from 'commander';
import { KEYS_VARIABLE, generateKey } from '../../state/key-ring.ts';
import { print } from '../output/print.ts';
import { rondo } from '../command-name.ts';

const EXAMPLES = `
Example:
  export ${KEYS_VARIABLE}="$(${rondo} keygen)"

All instances of a server share it. To rotate, separate keys by commas: the new
one in second place, then in first, then alone.
`;

export function addKeygen(program: Command): void {
  program
    .command('keygen')
    .summary('make a key for servers to seal their state with')
    .description(`Prints a new random key, for ${KEYS_VARIABLE}.`)
    .addHelpText('after', EXAMPLES)
    .action(() => print(generateKey()));
}
