/** What a database without statistics reads, beside few and beside many waiting tasks (K1). */
import { afterAll, expect, it } from 'vitest';
import { loadPglite } from '../../src/stores/embedded/open-pglite.ts';
import { PgliteExecutor } from '../../src/stores/embedded/pglite-executor.ts';
import type { Query } from '../../src/stores/sql/executor.ts';
import { migrateTables } from '../../src/stores/sql/migrate.ts';
import { CLAIM, EXPIRE } from '../../src/stores/sql/statements.ts';

const PGlite = await loadPglite();
const executor = new PgliteExecutor(() => PGlite.create());
await migrateTables(executor, { schema: 'rondo', migrate: true });
afterAll(() => executor.close());

const WORKER = ['a', ['work'], ['1'], ['k']];

/** Tasks of the principal `name`, as many as there have to be in all, all due in `ms`. */
async function put(name: string, count: number, ms: number): Promise<void> {
  await executor.query(
    `insert into rondo.task (task_id, flow_id, audience, target, version, principal, request,
      call_key_id, marks_end, created_at, updated_at, expires_at)
    select $1 || n, $1 || n, 'a', 'work', '1', $1, 'r', 'k', false, 0, 0, rondo.now_ms() + 1e9
    from generate_series(1, $2) n on conflict do nothing`,
    [name, count],
  );
  await executor.query(
    `insert into rondo.lease (task_id, audience, due, is_held)
    select task_id, 'a', rondo.now_ms() + $2, false from rondo.task where principal = $1
    on conflict do nothing`,
    [name, ms],
  );
}

/** How many rows are read to claim five tasks, and to find that none is past its time. */
function rowsRead(): Promise<readonly number[]> {
  return executor.transaction(async (query) => {
    const before = await readBy(query);
    const [claimed] = await query<{ tasks: unknown[] }>(CLAIM, [...WORKER, 5, 1e6]);
    const between = await readBy(query);
    expect(claimed!.tasks).toHaveLength(5);
    expect(await query(EXPIRE, [500, 1_000])).toEqual([]);
    return [between - before, (await readBy(query)) - between];
  });
}

/** How many rows have been read until now. */
async function readBy(query: Query): Promise<number> {
  const [read] = await query<{ rows: number }>(
    `select coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::integer as rows
    from pg_stat_xact_user_tables where schemaname = 'rondo' and relname in ('task', 'lease')`,
  );
  return read!.rows;
}

it('K1 claiming and expiring in SQL read as many rows beside 3,000 due and 3,000 waiting tasks as beside 30', async () => {
  await put('waiting', 30, 1e8);
  await put('due', 30, 0);
  const beside30 = await rowsRead();
  await put('waiting', 3_000, 1e8);
  await put('due', 3_000, 0);
  expect(await rowsRead()).toEqual(beside30);
});
