/** Stores of one's own: `new McpServer(info, { store })`. */
import { invalidOptions } from '../base/errors.ts';
import { callable, flag, having, positive } from '../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../base/options/options.ts';
import type { Extend, ExtendedServer } from '../server/extension.ts';
import { type Store, storeThat } from '../server/store.ts';
import type { GuardStore } from '../guard/contract.ts';
import { guardExtension } from '../guard/extension.ts';
import type { SpillStore } from '../spill/contract.ts';
import { spillExtension } from '../spill/extension.ts';
import type { SecretStore } from '../stored/secret-store.ts';
import type { ReplyRecorders } from '../stored/reply-recorder.ts';
import { StoreSecret } from '../stored/store-secret.ts';
import type { TaskStore } from '../tasks/contract.ts';
import { tasksExtension } from '../tasks/extension.ts';
import { rewrapStore } from './rewrap-store.ts';

/** How long a reply is kept, in ms. */
const REPLY_TTL = 600_000;

/** The parts of a store. What needs a part that is left out is not offered. */
export interface StoreParts<Transaction = unknown> {
  /** Stores flows that go on after their reply. Needs `secret`. */
  readonly tasks?: TaskStore<Transaction>;
  /** Stores which rounds have run, and their replies. Needs `secret`. */
  readonly guard?: GuardStore<Transaction>;
  /** Stores journals that are too large for a request state. */
  readonly spill?: SpillStore;
  /** Stores the secret that keys of look-ups are made with. */
  readonly secret?: SecretStore;
  /** Whether all of it ends with the process: then nothing is sealed. Default `false`. */
  readonly isVolatile?: boolean;
  /** Whether its servers are all in one process, so that `isVolatile` does no harm. Default `false`. */
  readonly singleProcess?: boolean;
  /** How long the reply of a round that runs once is kept, in ms. Default 10 minutes. */
  readonly replyTtl?: number;
  /** Runs `work` in one transaction: all that is written with it is written, or nothing is. */
  readonly transaction: <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>;
  /** Lets go of connections and files. */
  readonly close: () => Promise<void>;
}

const OF_KEYS = ['countKeys', 'sealedUnder', 'reseal'];

/** Methods of the parts: one that is missing would fail calls much later. */
const PARTS = {
  tasks: having(
    ...'create read find answer cancel claim load look renew append drop ask describe'.split(' '),
    ...'release finish expire remove unclaimable countDue claimMarks settleMark'.split(' '),
    ...OF_KEYS,
  ),
  guard: having(
    ...'claim read renew record finish open withdraw spend expire'.split(' '),
    ...OF_KEYS,
  ),
  spill: having('put', 'get', 'expire', ...OF_KEYS),
  secret: having('load', 'reseal'),
};

const STORE_PARTS: OptionSet<StoreParts> = {
  of: 'defineStore()',
  table: {
    ...PARTS,
    isVolatile: flag,
    singleProcess: flag,
    replyTtl: positive,
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
  const { tasks, guard, spill, secret, transaction, close, isVolatile = false } = given;
  if (transaction === undefined || close === undefined) {
    throw invalidOptions('A store needs transaction() and close().');
  }
  if (secret === undefined && (tasks ?? guard) !== undefined) {
    throw invalidOptions('A store with tasks or a guard needs a secret.');
  }
  const servers: ExtendedServer[] = [];
  const extend: Extend = (server) => {
    servers.push(server);
    const recorders: ReplyRecorders = new WeakMap();
    return [
      ...(guard === undefined || server.hasGuard ? [] : [guardOf(given, guard, server, recorders)]),
      ...(spill === undefined ? [] : [spillExtension({ spill, isVolatile }, server)]),
      ...(tasks === undefined ? [] : [tasksOf(given, tasks, server, recorders)]),
    ];
  };
  const rewrap = async (): Promise<void> => {
    const server = servers.at(-1);
    if (server === undefined || given.isVolatile) return;
    await rewrapStore(given, (purpose) => server.sealerFor(purpose));
  };
  return storeThat(extend, { rewrap, close });
}

function tasksOf(
  { secret, isVolatile = false }: StoreParts,
  tasks: TaskStore,
  server: ExtendedServer,
  recorders: ReplyRecorders,
) {
  return tasksExtension({ tasks, secret: secret!, isVolatile, recorders }, server);
}

function guardOf(
  parts: StoreParts,
  guard: GuardStore,
  server: ExtendedServer,
  recorders: ReplyRecorders,
) {
  const { isVolatile = false, singleProcess = false, replyTtl = REPLY_TTL } = parts;
  const { transaction, tasks } = parts;
  const loadSecret = (): Promise<StoreSecret> => secretOf(parts, server);
  const hasTask = async (id: string): Promise<boolean> => (await tasks!.read([id])).length > 0;
  const shared = { transaction, recorders, ...(tasks !== undefined && { hasTask }) };
  const all = { guard, loadSecret, isVolatile, singleProcess, replyTtl, shared };
  return guardExtension(all, server);
}

function secretOf(
  { secret, isVolatile }: StoreParts,
  server: ExtendedServer,
): Promise<StoreSecret> {
  return StoreSecret.load(isVolatile ? undefined : server.sealerFor('secret'), secret!);
}
