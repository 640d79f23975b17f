import type { GuardStore } from '../guard/contract.ts';
import { guardCells } from '../guard/guard-seal.ts';
import type { SpillStore } from '../spill/contract.ts';
import { spillCells } from '../spill/spill-cells.ts';
import type { Sealer } from '../state/sealer.ts';
import { rewrap } from '../stored/rewrap.ts';
import type { SecretStore } from '../stored/secret-store.ts';
import { StoreSecret } from '../stored/store-secret.ts';
import type { TaskStore } from '../tasks/contract.ts';
import { taskCells } from '../tasks/stored/task-seal.ts';

/** What a store has that is sealed. */
export interface SealedParts {
  readonly tasks?: TaskStore;
  readonly guard?: GuardStore;
  readonly spill?: SpillStore;
  readonly secret?: SecretStore;
}

/** Makes what seals for one purpose. */
export type SealerFor = (purpose: 'task' | 'guard' | 'spill' | 'secret') => Sealer;

/**
 * Seals anew, under the first key of the ring, all that a store has under other keys (K13). Servers
 * may work with it meanwhile.
 *
 * @throws RondoError `unreadable_journal` in the end, for what no key of the ring opens
 */
export async function rewrapStore(parts: SealedParts, sealerFor: SealerFor): Promise<void> {
  const { tasks, guard, spill, secret } = parts;
  const failures: unknown[] = [];
  const tryTo = async (work: Promise<unknown>): Promise<void> => {
    await work.catch((error: unknown) => failures.push(error));
  };
  if (spill !== undefined) await tryTo(rewrap(spill, spillCells(sealerFor('spill'))));
  if (secret !== undefined) await tryTo(StoreSecret.rewrap(sealerFor('secret'), secret));
  if (tasks !== undefined) await tryTo(rewrap(tasks, taskCells(sealerFor('task'))));
  if (guard !== undefined) await tryTo(rewrap(guard, guardCells(sealerFor('guard'))));
  if (failures.length > 0) throw failures[0];
}
