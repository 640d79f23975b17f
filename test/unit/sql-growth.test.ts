/** What a database without statistics reads, beside few and beside many waiting tasks (K1). */
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadPglite } from '../../src/stores/embedded/open-pglite.ts';
import { PgliteExecutor } from '../../src/stores/embedded/pglite-executor.ts';
import { PoolExecutor } from '../../src/stores/postgres/pool-executor.ts';
import type { Executor, Query } from '../../src/stores/sql/executor.ts';
import { migrateTables } from '../../src/stores/sql/schema/migrate.ts';
import { SqlTasks } from '../../src/stores/sql/sql-tasks.ts';
import type { Claimable, NewAsk, NewTask, TaskLease } from '../../src/tasks/contract.ts';
import { MemoryWakeUps } from '../../src/tasks/stored/memory-wake-ups.ts';
import { withPostgres } from '../support/postgres/if-there.ts';
import { PostgresServer } from '../support/postgres/postgres-server.ts';

const PGlite = await loadPglite();

const WORKER: Claimable = { audience: 'a', targets: new Map([['work', ['1']]]), keyIds: ['k'] };
const SEALED = { keyId: 'k', text: 'x' };
const QUESTION: NewAsk = { key: 'q', ref: 'r', isTimer: false, content: SEALED };

/** Tasks of the principal `name`, as many as there have to be in all, all due in `ms`. */
async function put({ query }: Executor, name: string, count: number, ms: number): Promise<void> {
  await query(
    `insert into rondo.task (task_id, flow_id, audience, target, version, principal, request,
      call_key_id, marks_end, created_at, updated_at, expires_at)
    select $1 || n, $1 || n, 'a', 'work', '1', $1, 'r', 'k', false, 0, 0, rondo.now_ms() + 1e9
    from generate_series(1, $2) n on conflict do nothing`,
    [name, count],
  );
  await query(
    `insert into rondo.lease (task_id, audience, due, is_held)
    select task_id, 'a', rondo.now_ms() + $2, false from rondo.task where principal = $1
    on conflict do nothing`,
    [name, ms],
  );
  await query(
    `insert into rondo.ask (task_id, key, ref, is_timer, is_answered)
    select task_id, 'q', 'r', false, false from rondo.task where principal = $1
    on conflict do nothing`,
    [name],
  );
  await query(
    `insert into rondo.sealed (task_id, kind, key, key_id, text)
    select task_id, kind, key, 'k', 'x' from rondo.task,
      (values ('call', ''), ('ask', 'q')) as texts (kind, key)
    where principal = $1 on conflict do nothing`,
    [name],
  );
}

function newTask(taskId: string): NewTask {
  return {
    taskId,
    flowId: taskId,
    audience: 'a',
    target: 'work',
    version: '1',
    principal: taskId,
    request: 'r',
    call: SEALED,
    ttl: 1e9,
    marksEnd: false,
    maxUnfinished: 10,
    lease: 1e6,
  };
}

/**
 * Everything that happens to a task, one after the other.
 *
 * @param due how many others can be claimed
 */
async function* life(tasks: SqlTasks, taskId: string, due: number): AsyncGenerator<string> {
  const created = await tasks.create(newTask(taskId));
  yield 'create';
  const lease = (created as { lease: TaskLease }).lease;
  await tasks.renew([lease], 1e6);
  yield 'renew';
  await tasks.append(lease, [{ key: 'e', content: SEALED }]);
  yield 'append';
  await tasks.ask(lease, [QUESTION]);
  yield 'ask';
  await tasks.describe(lease, SEALED);
  yield 'describe';
  expect((await tasks.load(lease)).entries).toHaveLength(1);
  yield 'load';
  expect((await tasks.look(lease)).asks).toHaveLength(1);
  yield 'look';
  await tasks.release(lease, {
    seen: 1,
    entries: [{ key: 'f', content: SEALED }],
    asks: [{ ...QUESTION, key: 'p', ref: 's' }],
  });
  yield 'release';
  await tasks.read([taskId]);
  yield 'read';
  expect(await tasks.answer(taskId, [{ ref: 'r', content: SEALED }])).toEqual(['r']);
  yield 'answer';
  const own = { audience: 'a', principal: taskId, targets: ['work'] };
  expect(await tasks.answerOwn(taskId, [{ ref: 's', content: SEALED }], own)).toEqual(['s']);
  yield 'answer own';
  expect(await tasks.cancel(taskId, 1e6)).toBe(true);
  yield 'cancel';
  const { tasks: claimed } = await tasks.claim(WORKER, 5, 1e6);
  expect(claimed.map(({ loaded }) => loaded?.questions.length)).toEqual(Array(due).fill(1));
  yield 'claim';
  expect(await tasks.expire(500, 1_000)).toEqual([]);
  yield 'expire';
}

/** How many rows each event reads. */
function rowsRead(
  executor: Executor,
  taskId: string,
  due: number,
): Promise<Readonly<Record<string, number>>> {
  return executor.transaction(async (query) => {
    const within = {
      ...executor,
      query,
      transaction: <T>(work: (of: Query) => Promise<T>) => work(query),
    };
    const tasks = new SqlTasks(within as never, new MemoryWakeUps());
    const read: Record<string, number> = {};
    let before = await readBy(query);
    for await (const event of life(tasks, taskId, due)) {
      const now = await readBy(query);
      read[event] = now - before;
      before = now;
    }
    return read;
  });
}

/** How many rows have been read until now. */
async function readBy(query: Query): Promise<number> {
  const [read] = await query<{ rows: number }>(
    `select coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::integer as rows
    from pg_stat_xact_user_tables where schemaname = 'rondo'`,
  );
  return read!.rows;
}

/** @param others how many tasks of each kind there are when the plans are made */
async function expectNoGrowth(executor: Executor, others: number): Promise<void> {
  await migrateTables(executor, { schema: 'rondo', migrate: true });
  await put(executor, 'waiting', others, 1e8);
  await put(executor, 'due', others, 0);
  // Plans are kept from the sixth time on.
  for (let i = 0; i < 8; i++) await rowsRead(executor, `early ${i}`, others === 0 ? 0 : 5);
  await put(executor, 'waiting', 30, 1e8);
  await put(executor, 'due', 60, 0);
  const beside30 = await rowsRead(executor, 'early', 5);
  await put(executor, 'waiting', 3_000, 1e8);
  await put(executor, 'due', 3_000, 0);
  expect(await rowsRead(executor, 'late', 5)).toEqual(beside30);
}

const TITLE =
  'K1 what happens to a task reads as many rows beside 3,000 due and 3,000 waiting tasks as beside 30';

describe.each([
  ['while there was none', 0],
  ['beside some', 60],
  ['beside more', 240],
])('with plans that were made %s', (_, others) => {
  it(`${TITLE}, in a directory`, async () => {
    const executor = new PgliteExecutor(() => PGlite.create());
    onTestFinished(() => executor.close());
    await expectNoGrowth(executor, others);
  });

  withPostgres(() => {
    it(`${TITLE}, in PostgreSQL`, async () => {
      const server = await PostgresServer.start();
      // One session: it keeps the plans.
      const pool = new pg.Pool({ connectionString: server.address, max: 1 });
      // The server may end before a connection that was given up has.
      pool.on('error', () => undefined);
      const executor = new PoolExecutor(pool, { schema: 'rondo', prepare: false });
      onTestFinished(() => server.remove());
      onTestFinished(() => executor.close());
      await expectNoGrowth(executor, others);
    });
  });
});
