import { MemoryGuard } from '../guard/memory/memory-guard.ts';
import { flag, positive } from '../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../base/options/options.ts';
import type { Store } from '../server/store.ts';
import { MemorySpill } from '../spill/memory-spill.ts';
import { MemoryTasks, type Undo } from '../tasks/memory/memory-tasks.ts';
import { MemorySecret } from '../stored/secret-store.ts';
import { defineStore } from './define-store.ts';

export interface MemoryStoreOptions {
  /**
   * Whether all requests are served by this process, so that its memory is enough for
   * `replay: 'once'`. Default `false`: with keys in the server's options there may be others.
   */
  readonly singleProcess?: boolean;
  /** How long the reply of a round that runs once is kept, in ms. Default 10 minutes. */
  readonly replyTtl?: number;
}

const OPTIONS: OptionSet<MemoryStoreOptions> = {
  of: 'memoryStore()',
  table: { singleProcess: flag, replyTtl: positive },
};

/**
 * A store in the memory of this process, for tests and for trying things out: what is in it ends with
 * the process. Servers of one process can share it.
 *
 * @throws RondoError `invalid_options`
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  return defineStore<Undo>({
    ...readOptions(OPTIONS, options),
    tasks: new MemoryTasks(),
    guard: new MemoryGuard(),
    spill: new MemorySpill(),
    secret: new MemorySecret(),
    isVolatile: true,
    transaction: inMemory,
    close: async () => undefined,
  });
}

/** Takes back what `work` has written if it fails. */
export async function inMemory<T>(work: (undo: Undo) => Promise<T>): Promise<T> {
  const undo: Undo = [];
  try {
    return await work(undo);
  } catch (error) {
    for (const step of undo.toReversed()) step();
    throw error;
  }
}
