import { MemoryWakeUps } from '../../tasks/stored/memory-wake-ups.ts';
import { migrateTables } from '../sql/schema/migrate.ts';
import { SqlGuard } from '../sql/sql-guard.ts';
import { SqlSecret } from '../sql/sql-secret.ts';
import { SqlSpill } from '../sql/sql-spill.ts';
import { SqlTasks } from '../sql/sql-tasks.ts';
import { lockDirectory } from './directory-lock.ts';
import { openPglite } from './open-pglite.ts';
import { PgliteExecutor } from './pglite-executor.ts';
import type { Shared } from './shared.ts';
import { keepVacuumed } from './vacuum.ts';

/** The parts of a store, as they are shared. */
export interface Embedded {
  readonly executor: PgliteExecutor;
  readonly tasks: SqlTasks;
  readonly guard: SqlGuard;
  readonly spill: SqlSpill;
  readonly secret: SqlSecret;
}

/** Whoever held a task is gone: a directory has one process. It counts as a lapsed lease (K14). */
const LAPSE = 'update rondo.lease set due = rondo.now_ms() where is_held';

/** @param path of a directory that exists, as it really is */
export async function openEmbedded(path: string): Promise<Shared<Embedded>> {
  const lock = await lockDirectory(path);
  const executor = new PgliteExecutor(() => openPglite(path));
  let stopVacuum: (() => void) | undefined;
  const close = async (): Promise<void> => {
    stopVacuum?.();
    await executor.close();
    await lock.release();
  };
  try {
    await executor.opened();
    await migrateTables(executor, { schema: 'rondo', migrate: true });
    await executor.query(LAPSE);
    stopVacuum = keepVacuumed(executor.query);
  } catch (error) {
    await close();
    throw error;
  }
  const tasks = new SqlTasks(executor, new MemoryWakeUps());
  const value = {
    executor,
    tasks,
    guard: new SqlGuard(executor),
    spill: new SqlSpill(executor),
    secret: new SqlSecret(executor),
  };
  return { value, close };
}
