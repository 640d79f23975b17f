import type { GuardStore } from '../guard/contract.ts';
import { GuardSeal } from '../guard/guard-seal.ts';
import { rewrapGuard } from '../guard/rewrap.ts';
import type { SpillStore } from '../spill/contract.ts';
import { rewrapSpill } from '../spill/rewrap.ts';
import type { Sealer } from '../state/sealer.ts';
import type { SecretStore } from '../stored/secret-store.ts';
import { StoreSecret } from '../stored/store-secret.ts';
import type { TaskStore } from '../tasks/contract.ts';
import { rewrapTasks } from '../tasks/stored/rewrap.ts';
import { TaskSeal } from '../tasks/stored/task-seal.ts';

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
 * may work with it meanwhile. The secret comes before what has
 * digests.
 *
 * @throws RondoError `unreadable_journal` for what no key of the ring opens
 */
export async function rewrapStore(parts: SealedParts, sealerFor: SealerFor): Promise<void> {
  const { tasks, guard, spill, secret } = parts;
  if (spill !== undefined) await rewrapSpill(spill, sealerFor('spill'));
  if (secret === undefined) return;
  const loaded = await StoreSecret.rewrap(sealerFor('secret'), secret);
  if (tasks !== undefined) await rewrapTasks(tasks, new TaskSeal(sealerFor('task'), loaded));
  if (guard !== undefined) await rewrapGuard(guard, new GuardSeal(sealerFor('guard'), loaded));
}
