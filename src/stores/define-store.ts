/** Stores of one's own: `new McpServer(info, { store })`. */
import { invalidOptions } from '../base/errors.ts';
import { callable } from '../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../base/options/options.ts';
import { type Store, storeWith } from '../server/store.ts';
import type { TaskStore } from '../tasks/contract.ts';
import type { SecretStore } from '../tasks/secret-store.ts';

/** The parts of a store. What needs a part that is left out is not offered. */
export interface StoreParts<Transaction = unknown> {
  /** Stores flows that go on after their reply. No server uses it yet. */
  readonly tasks?: TaskStore<Transaction>;
  /** Stores which rounds have run, and their replies. No server uses it yet. */
  readonly guard?: object;
  /** Stores journals that are too large for a request state. No server uses it yet. */
  readonly spill?: object;
  /** Stores the secret that keys of look-ups are made with. No server uses it yet. */
  readonly secret?: SecretStore;
  /** Runs `work` in one transaction: all that is written with it is written, or nothing is. */
  readonly transaction: <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>;
  /** Lets go of connections and files. */
  readonly close: () => Promise<void>;
}

const part = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null ? undefined : 'must be an object';

const STORE_PARTS: OptionSet<StoreParts> = {
  of: 'defineStore()',
  table: {
    tasks: part,
    guard: part,
    spill: part,
    secret: part,
    transaction: callable,
    close: callable,
  },
};

/**
 * Makes a store of its parts.
 *
 * @throws RondoError `invalid_options`
 */
export function defineStore<Transaction>(parts: StoreParts<Transaction>): Store {
  const { transaction, close } = readOptions(STORE_PARTS, parts as unknown as StoreParts);
  if (transaction === undefined || close === undefined) {
    throw invalidOptions('A store needs transaction() and close().');
  }
  return storeWith([], close);
}
