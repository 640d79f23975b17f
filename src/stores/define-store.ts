/** Stores of one's own: `new McpServer(info, { store })`. */
import { invalidOptions } from '../base/errors.ts';
import { callable, flag } from '../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../base/options/options.ts';
import type { Extend, ExtendedServer } from '../server/extension.ts';
import { type Store, storeThat } from '../server/store.ts';
import type { SecretStore } from '../stored/secret-store.ts';
import { StoreSecret } from '../stored/store-secret.ts';
import type { TaskStore } from '../tasks/contract.ts';
import { tasksExtension } from '../tasks/extension.ts';
import { rewrapTasks } from '../tasks/stored/rewrap.ts';
import { TaskSeal } from '../tasks/stored/task-seal.ts';

/** The parts of a store. What needs a part that is left out is not offered. */
export interface StoreParts<Transaction = unknown> {
  /** Stores flows that go on after their reply. Needs `secret`. */
  readonly tasks?: TaskStore<Transaction>;
  /** Stores which rounds have run, and their replies. No server uses it yet. */
  readonly guard?: object;
  /** Stores journals that are too large for a request state. No server uses it yet. */
  readonly spill?: object;
  /** Stores the secret that keys of look-ups are made with. */
  readonly secret?: SecretStore;
  /** Whether all of it ends with the process: then nothing is sealed. Default `false`. */
  readonly isVolatile?: boolean;
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
    isVolatile: flag,
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
  const given = readOptions(STORE_PARTS, parts as unknown as StoreParts);
  const { tasks, secret, transaction, close, isVolatile = false } = given;
  if (transaction === undefined || close === undefined) {
    throw invalidOptions('A store needs transaction() and close().');
  }
  if (tasks === undefined) return storeThat(() => [], { rewrap: async () => undefined, close });
  if (secret === undefined) throw invalidOptions('A store with tasks needs a secret.');
  const taskParts = { tasks, secret, isVolatile };
  let serverOf: ExtendedServer | undefined;
  const extend: Extend = (server) => {
    serverOf = server;
    return [tasksExtension(taskParts, server)];
  };
  const rewrap = async (): Promise<void> => {
    if (serverOf === undefined || isVolatile) return;
    const loaded = await StoreSecret.load(serverOf.sealerFor('secret'), secret);
    await rewrapTasks(tasks, new TaskSeal(serverOf.sealerFor('task'), loaded));
  };
  return storeThat(extend, { rewrap, close });
}
