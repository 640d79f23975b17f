/** Every store that the package has, held to the checks that it exports. */
import { describe, it } from 'vitest';
import { inMemory } from '../../src/stores/memory-store.ts';
import { MemoryGuard } from '../../src/guard/memory/memory-guard.ts';
import { MemorySpill } from '../../src/spill/memory-spill.ts';
import { MemoryTasks } from '../../src/tasks/memory/memory-tasks.ts';
import { MemorySecret } from '../../src/stored/secret-store.ts';
import { guardChecks } from '../../src/testing/store-checks/guard-checks.ts';
import { spillChecks } from '../../src/testing/store-checks/spill-checks.ts';
import { storeChecks } from '../../src/testing/store-checks/index.ts';

describe('a store in memory', () => {
  const store = { tasks: new MemoryTasks(), secret: new MemorySecret(), transaction: inMemory };
  for (const { name, run } of storeChecks) it.concurrent(name, () => run(store));
});

describe('a guard in memory', () => {
  const store = { guard: new MemoryGuard(), transaction: inMemory };
  for (const { name, run } of guardChecks) it.concurrent(name, () => run(store));
});

describe('a store of large journals in memory (S6)', () => {
  const store = { spill: new MemorySpill() };
  for (const { name, run } of spillChecks) it.concurrent(name, () => run(store));
});
