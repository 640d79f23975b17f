import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { exportStore } from '../../stores/sql/export-store.ts';
import { importStore } from '../../stores/sql/import-store.ts';
import { print } from '../output/print.ts';
import { type StoreOptions, withStore } from '../stores/store-access.ts';
import { addStoreOptions } from './options.ts';
import { rondo } from '../command-name.ts';

const EXAMPLES = `
Examples:
  ${rondo} store migrate --postgres --schema rondo
  ${rondo} store export --directory ./tasks > tasks.jsonl
  ${rondo} store import --postgres < tasks.jsonl

The address of PostgreSQL comes from RONDO_DATABASE_URL. What is sealed stays
sealed, under the keys it has: the new servers need the same.
`;

export function addStore(program: Command): void {
  const store = program
    .command('store')
    .summary('make the tables of a store, and move what it has to another')
    .description('Makes the tables of a store, and moves what it has to another one.')
    .usage('<migrate, export or import> [options]');
  addStoreOptions(store.command('migrate'))
    .description('Makes the tables, or brings them up to date.')
    .addHelpText('after', EXAMPLES)
    .action((options: StoreOptions) => withStore(options, { mayCreate: true }, migrated));
  addStoreOptions(store.command('export'))
    .description('Prints all that the store has, as lines of JSON. Close its servers first.')
    .addHelpText('after', EXAMPLES)
    .action((options: StoreOptions) =>
      withStore(options, { mayCreate: false }, async ({ transaction }) =>
        say(`${await exportStore(transaction, print)} rows were exported.`),
      ),
    );
  addStoreOptions(store.command('import'))
    .description('Reads what `store export` has printed into a store that is empty.')
    .addHelpText('after', EXAMPLES)
    .action((options: StoreOptions) =>
      withStore(options, { mayCreate: true }, async ({ transaction }) => {
        if (process.stdin.isTTY)
          say('Reads what was exported from standard input, which is this terminal.');
        say(`${await importStore(transaction, linesOfInput())} rows were imported.`);
      }),
    );
}

/** Read from the moment on when somebody wants them: lines that come before would be lost. */
async function* linesOfInput(): AsyncGenerator<string> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  try {
    yield* lines;
  } finally {
    // What is left of it is not waited for.
    lines.close();
  }
}

async function migrated(): Promise<void> {
  say('The tables are up to date.');
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
