/** The stores in SQL, held to the checks that the package exports for every store. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { openEmbedded } from '../../src/stores/embedded/open-embedded.ts';
import { loadPglite } from '../../src/stores/embedded/open-pglite.ts';
import { PgliteExecutor } from '../../src/stores/embedded/pglite-executor.ts';
import type { Executor } from '../../src/stores/sql/executor.ts';
import { migrateTables } from '../../src/stores/sql/schema/migrate.ts';
import { SqlGuard } from '../../src/stores/sql/sql-guard.ts';
import { SqlSecret } from '../../src/stores/sql/sql-secret.ts';
import { SqlSpill } from '../../src/stores/sql/sql-spill.ts';
import { SqlTasks } from '../../src/stores/sql/sql-tasks.ts';
import { MemoryWakeUps } from '../../src/tasks/stored/memory-wake-ups.ts';
import { guardChecks } from '../../src/testing/store-checks/guard-checks.ts';
import { spillChecks } from '../../src/testing/store-checks/spill-checks.ts';
import { storeChecks } from '../../src/testing/store-checks/index.ts';

/** Refuses what would wait for ever where there is one connection: a statement beside a transaction. */
function withOneHandle(executor: Executor): Executor {
  const within = new AsyncLocalStorage<true>();
  const alone = <T>(use: () => Promise<T>): Promise<T> => {
    if (within.getStore()) throw new Error('a statement beside the transaction that it is in');
    return use();
  };
  return {
    query: (text, values) => alone(() => executor.query(text, values)),
    transaction: (work) =>
      alone(() => executor.transaction((query) => within.run(true, () => work(query)))),
    close: () => executor.close(),
  };
}

function partsOn(given: Executor) {
  const executor = withOneHandle(given);
  return {
    tasks: new SqlTasks(executor, new MemoryWakeUps()),
    guard: new SqlGuard(executor),
    spill: new SqlSpill(executor),
    secret: new SqlSecret(executor),
    // The check's own work is no statement of the store.
    transaction: given.transaction.bind(given),
  };
}

describe('a store in an embedded database (K2)', async () => {
  const PGlite = await loadPglite();
  const executor = new PgliteExecutor(() => PGlite.create());
  await migrateTables(executor, { schema: 'rondo', migrate: true });
  afterAll(() => executor.close());
  const store = partsOn(executor);
  for (const { name, run } of storeChecks) it(name, () => run(store));
  for (const { name, run } of guardChecks) it(`guard: ${name}`, () => run(store));
  for (const { name, run } of spillChecks) it(`spill: ${name}`, () => run(store));
});

describe('an embedded store in a directory (K2)', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rondo-store-'));
  const { value, close } = await openEmbedded(directory);
  afterAll(async () => {
    await close();
    await rm(directory, { recursive: true });
  });
  const store = partsOn(value.executor);
  for (const { name, run } of storeChecks) it(name, () => run(store));
  for (const { name, run } of guardChecks) it(`guard: ${name}`, () => run(store));
  for (const { name, run } of spillChecks) it(`spill: ${name}`, () => run(store));
});
