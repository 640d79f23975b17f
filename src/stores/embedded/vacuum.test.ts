import { afterAll, expect, it } from 'vitest';
import { migrateTables } from '../sql/schema/migrate.ts';
import { loadPglite } from './open-pglite.ts';
import { PgliteExecutor } from './pglite-executor.ts';
import { vacuum } from './vacuum.ts';

const PGlite = await loadPglite();
const executor = new PgliteExecutor(() => PGlite.create());
await migrateTables(executor, { schema: 'rondo', migrate: true });
afterAll(() => executor.close());

/** Writes and deletes rows. Returns how many bytes the table takes then. */
async function churn(): Promise<number> {
  await executor.query(
    `insert into rondo.spill (key, key_id, text, expires_at)
    select n::text, 'k', repeat('x', 500), 0 from generate_series(1, 1000) n`,
  );
  await executor.query('delete from rondo.spill');
  await vacuum(executor.query);
  const [size] = await executor.query<{ bytes: number }>(
    `select pg_relation_size('rondo.spill')::float8 as bytes`,
  );
  return size!.bytes;
}

it('tables of an embedded database do not grow with what was deleted', async () => {
  const sizes = [await churn(), await churn(), await churn(), await churn()];
  expect(sizes.at(-1)).toBeLessThanOrEqual(sizes[0]!);
});
