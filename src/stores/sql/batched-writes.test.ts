import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NewTask, TaskLease } from '../../tasks/contract.ts';
import { MemoryWakeUps } from '../../tasks/stored/memory-wake-ups.ts';
import { loadPglite } from '../embedded/open-pglite.ts';
import { PgliteExecutor } from '../embedded/pglite-executor.ts';
import type { Query } from './executor.ts';
import { migrateTables } from './schema/migrate.ts';
import { SqlTasks } from './sql-tasks.ts';

const SEALED = { keyId: 'k', text: 'sealed' };

function newTask(taskId: string, given: Partial<NewTask> = {}): NewTask {
  const digests = { principal: 'p', request: 'r', flowId: `flow of ${taskId}` };
  const tool = { audience: 'a', target: 't', version: '1', call: SEALED };
  const limits = { ttl: 60_000, marksEnd: false, maxUnfinished: 100, lease: 1_000 };
  return { taskId, ...digests, ...tool, ...limits, ...given };
}

let database: PgliteExecutor;
let tasks: SqlTasks;
/** The functions that were called, one for each statement. */
let statements: string[];

beforeAll(async () => {
  const PGlite = await loadPglite();
  database = new PgliteExecutor(() => PGlite.create());
  await migrateTables(database, { schema: 'rondo', migrate: true });
  const query: Query = (text, values) => {
    statements.push(/rondo\.(\w+)/.exec(text)?.[1] ?? text);
    return database.query(text, values);
  };
  const transaction = database.transaction.bind(database);
  const executor = { query, transaction, close: async () => undefined };
  tasks = new SqlTasks(executor, new MemoryWakeUps());
  statements = [];
}, 60_000);

afterAll(() => database.close());

/** Not in the order in which they are locked. */
const idsOf = (test: string): string[] => ['f', 'e', 'd', 'c', 'b', 'a'].map((id) => test + id);

it('K2 writes of tasks that are made together are few statements, and each is refused alone', async () => {
  const ids = idsOf('few ');
  const created = await Promise.all(ids.map((taskId) => tasks.create(newTask(taskId))));
  expect(created.map((each) => each.type === 'created' && each.task.taskId)).toEqual(ids);
  expect(statements.splice(0)).toEqual(['create_task_at', 'create_task_at']);

  const finish = (taskId: string): Promise<void> => {
    const lease: TaskLease = { taskId, epoch: taskId === 'few c' ? 7 : 1 };
    return tasks.finish(lease, { status: 'completed', content: SEALED, retention: 60_000 });
  };
  const ends = await Promise.allSettled(ids.map(finish));
  const lost = ids.filter((_, i) => ends[i]!.status === 'rejected');
  expect(lost).toEqual(['few c']);
  expect(ends[ids.indexOf('few c')]).toMatchObject({ reason: { code: 'lease_lost' } });
  expect(statements.splice(0)).toEqual(['finish_task', 'finish_task']);
  const read = await tasks.read(ids);
  const statusOf = (id: string) => read.find(({ taskId }) => taskId === id)!.status;
  expect(ids.map(statusOf)).toEqual(ids.map((id) => (id === 'few c' ? 'working' : 'completed')));
});

it('K2 what the database refuses of tasks that are written together keeps none of the others back', async () => {
  const ids = idsOf('wrong ');
  const wrong = { target: 'no \u0000 text' };
  const all = ids.map((taskId) => tasks.create(newTask(taskId, taskId === 'wrong b' ? wrong : {})));
  const created = await Promise.allSettled(all);
  expect(created.map(({ status }) => status)).toEqual(
    ids.map((id) => (id === 'wrong b' ? 'rejected' : 'fulfilled')),
  );
  expect(await tasks.read(ids)).toHaveLength(ids.length - 1);
});

it('K8 of the same flow that is begun several times together there is one task', async () => {
  const ids = idsOf('flow ');
  const all = ids.map((taskId) => tasks.create(newTask(taskId, { flowId: 'one' })));
  const created = await Promise.all(all);
  expect(created.filter(({ type }) => type === 'created')).toHaveLength(1);
  const found = created.map((each) => each.type !== 'full' && each.task.taskId);
  expect(new Set(found).size).toBe(1);
});
