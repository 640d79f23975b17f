/** What queues reach that carry nothing but a job: no questions, no journal, nothing sealed. */
import { PgBoss } from 'pg-boss';
import type { Query } from '../../src/stores/sql/executor.ts';
import { AT_ONCE, atOnce, pause } from './at-once.ts';

/** How many jobs are taken, and worked on, at once. */
export const BATCH = 50;

/** Jobs a second, from the first `send` until all are done. */
export interface Queue {
  readonly name: string;
  /** @param runs how many jobs follow each other for one task */
  rate(count: number, runs: 1 | 2): Promise<number>;
  close(): Promise<void>;
}

/** Rows that are inserted, taken in batches and deleted, and nothing around it. */
export async function rowQueue(query: Query): Promise<Queue> {
  await query('create table queue (id bigint generated always as identity primary key, body text)');
  const send = (): Promise<unknown> => query("insert into queue (body) values ('{}')");
  const take = (): Promise<readonly object[]> =>
    query(`delete from queue where id in (
      select id from queue order by id limit ${BATCH} for update skip locked) returning id`);
  return {
    name: 'rows',
    async rate(count, runs) {
      const start = performance.now();
      let left = count * runs;
      let again = runs === 2 ? count : 0;
      const work = async (): Promise<void> => {
        while (left > 0) {
          const { length } = await take();
          left -= length;
          const more = Math.min(length, again);
          again -= more;
          await atOnce(more, () => send());
          if (length === 0) await pause(1);
        }
      };
      await Promise.all([atOnce(count, () => send()), work()]);
      return count / ((performance.now() - start) / 1_000);
    },
    close: async () => undefined,
  };
}

/** pg-boss as its documentation has it for many jobs: batches, and the next at once after a full one. */
export async function pgBoss(connectionString: string): Promise<Queue> {
  const boss = new PgBoss({ connectionString, max: AT_ONCE });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  await boss.createQueue('work');
  let again = 0;
  const options = { batchSize: BATCH, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true };
  await boss.work('work', options, async ({ length }) => {
    const more = Math.min(length, again);
    again -= more;
    await atOnce(more, () => boss.send('work', {}));
  });
  let done = 0;
  return {
    name: 'pg-boss',
    async rate(count, runs) {
      again = runs === 2 ? count : 0;
      done += count * runs;
      const start = performance.now();
      await atOnce(count, () => boss.send('work', {}));
      while ((await completed(boss)) < done) await pause(5);
      return count / ((performance.now() - start) / 1_000);
    },
    close: () => boss.stop({ graceful: false }),
  };
}

async function completed(boss: PgBoss): Promise<number> {
  const text = "select count(*)::integer as count from pgboss.job where state = 'completed'";
  const { rows } = await boss.getDb().executeSql(text, []);
  return (rows as { count: number }[])[0]!.count;
}
