import type { Store } from '../../src/server/store.ts';
import { MemorySecret } from '../../src/stored/secret-store.ts';
import { defineStore } from '../../src/stores/define-store.ts';
import { inMemory } from '../../src/stores/memory-store.ts';
import type { MemoryTasks } from '../../src/tasks/memory/memory-tasks.ts';

/** A store in memory, with tasks of a test's own. */
export function storeOf(tasks: MemoryTasks): Store {
  return defineStore({
    tasks,
    secret: new MemorySecret(),
    isVolatile: true,
    transaction: inMemory,
    close: async () => undefined,
  });
}
