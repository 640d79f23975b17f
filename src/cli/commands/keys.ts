import type { Command } from 'commander';
import { KEYS_VARIABLE, KeyRing, parseKeys } from '../../state/key-ring.ts';
import { Sealer } from '../../state/sealer.ts';
import { rewrapStore } from '../../stores/rewrap-store.ts';
import { countSealed } from '../../stores/sql/count-sealed.ts';
import { Failure, UsageError } from '../failure.ts';
import { print } from '../output/print.ts';
import { type KeyStatus, keyStatuses, renderStatuses } from '../stores/sealed-table.ts';
import { type StoreAccess, type StoreOptions, withStore } from '../stores/store-access.ts';
import { cleanLine } from '../terminal/clean.ts';
import { addStoreOptions } from './options.ts';
import { rondo } from '../command-name.ts';

interface KeysOptions extends StoreOptions {
  readonly json?: boolean;
}

const EXAMPLES = `
To replace a key: the new one second in ${KEYS_VARIABLE} of all servers, then
first, then
  ${rondo} keys rewrap --postgres
  ${rondo} keys status --postgres
and drop the old one where the status shows nothing but zeros.

The keys come from ${KEYS_VARIABLE}, and the address of PostgreSQL from
RONDO_DATABASE_URL. A directory is held by its server: close that first, or
call store.rewrap() in it.
`;

export function addKeys(program: Command): void {
  const keys = program
    .command('keys')
    .summary('count what a store has under which key, and seal it anew')
    .description('Shows which keys a store still needs, and seals what it has under a new one.')
    .usage('<status or rewrap> [options]');
  addStoreOptions(keys.command('status'))
    .description('Counts what is sealed in a store, by the ids of the keys.')
    .option('--json', 'print it as JSON')
    .addHelpText('after', EXAMPLES)
    .action((options: KeysOptions) =>
      withStore(options, AS_IT_IS, (store) => show(store, options)),
    );
  addStoreOptions(keys.command('rewrap'))
    .description('Seals anew, under the first key, what is sealed under others.')
    .option('--json', 'print how it is then as JSON')
    .addHelpText('after', EXAMPLES)
    .action((options: KeysOptions) =>
      withStore(options, AS_IT_IS, async (store) => {
        await rewrap(store);
        await show(store, options);
      }),
    );
}

const AS_IT_IS = { mayCreate: false };

async function show(store: StoreAccess, { json }: KeysOptions): Promise<void> {
  const statuses = await statusesOf(store, ringOf(keysGiven()));
  await print(json ? JSON.stringify(statuses, null, 2) : renderStatuses(statuses));
}

async function rewrap(store: StoreAccess): Promise<void> {
  const keys = keysGiven();
  if (keys.length === 0) {
    throw new UsageError(`The server's keys are needed: set ${KEYS_VARIABLE} to them.`);
  }
  const ring = new KeyRing(keys);
  const missing = (await statusesOf(store, ringOf(keys))).filter(({ use }) => use === 'unknown');
  if (missing.length > 0) {
    const ids = missing.map(({ keyId }) => cleanLine(keyId)).join(', ');
    throw new Failure(`What is sealed under ${ids} cannot be opened: ${KEYS_VARIABLE} lacks it.`);
  }
  await rewrapStore(store, (purpose) => new Sealer(ring, purpose));
}

async function statusesOf(
  store: StoreAccess,
  ring: readonly string[],
): Promise<readonly KeyStatus[]> {
  return keyStatuses(ring, await store.transaction(countSealed));
}

function ringOf(keys: readonly string[]): readonly string[] {
  return keys.length === 0 ? [] : new Sealer(new KeyRing(keys), 'task').keyIds;
}

function keysGiven(): readonly string[] {
  const variable = process.env[KEYS_VARIABLE];
  return variable === undefined || variable === '' ? [] : parseKeys(variable);
}
