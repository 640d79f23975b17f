import type { Store } from '../server/store.ts';
import { MemoryTasks, type Undo } from '../tasks/memory/memory-tasks.ts';
import { MemorySecret } from '../stored/secret-store.ts';
import { defineStore } from './define-store.ts';

/**
 * A store in the memory of this process, for tests and for trying things out: what is in it ends with
 * the process. Servers of one process can share it.
 */
export function memoryStore(): Store {
  return defineStore<Undo>({
    tasks: new MemoryTasks(),
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
