/** Many waiting tasks at once: copies of one that waits, which nobody reads. */
import type { Database } from './databases.ts';

const COPIES = [
  `insert into rondo.task (task_id, flow_id, audience, target, version, principal, request,
      call_key_id, marks_end, created_at, updated_at, expires_at, epoch, wanted)
    select 'copy' || n, 'copy' || n, audience, target, version, 'copy' || n % 1000, request,
      call_key_id, marks_end, created_at, updated_at, expires_at, epoch, wanted`,
  "insert into rondo.lease select 'copy' || n, audience, due, is_held",
  `insert into rondo.ask (task_id, key, ref, is_timer, expires_at, is_answered)
    select 'copy' || n, key, ref, is_timer, expires_at, is_answered`,
  `insert into rondo.sealed (task_id, kind, key, key_id, text)
    select 'copy' || n, kind, key, key_id, text`,
];

const TABLES = ['task', 'lease', 'ask', 'sealed'];

/** Makes copies until there are `count`. */
export async function seed(database: Database, taskId: string, count: number): Promise<void> {
  const { query } = database;
  if (query === undefined) return seedByContract(database, taskId, count);
  for (const [i, copy] of COPIES.entries()) {
    const from = `from rondo.${TABLES[i]}, generate_series(1, $2) n where task_id = $1`;
    await query(`${copy} ${from} on conflict do nothing`, [taskId, count]);
  }
}

async function seedByContract({ tasks }: Database, taskId: string, count: number): Promise<void> {
  const [source] = await tasks.read([taskId]);
  const { questions: asks, ...task } = source!;
  for (let n = 1; n <= count; n++) {
    const own = { taskId: `copy${n}`, flowId: `copy${n}`, principal: `copy${n % 1_000}` };
    const limits = { ttl: 86_400_000, marksEnd: false, maxUnfinished: 1_000, lease: 1_000 };
    const created = await tasks.create({ ...task, ...own, ...limits, asks });
    if (created.type === 'created') await tasks.release(created.lease, { seen: 1 });
  }
}
