/** A round that calls detach, sent to two instances at once, as a client does whose reply was lost (K8). */
import { expect, it } from 'vitest';
import type { McpServer } from '../../../src/server/server.ts';
import { type Message, type RequestMessage, call, retry } from '../../support/messages.ts';
import {
  type Database,
  type Instance,
  instance,
  overDatabases,
  overPostgres,
} from '../../support/races/instances.ts';
import { WITH_TASKS, YES } from '../../support/tasks.ts';

/** Two instances, and the round of a flow in which its handler detaches: to be sent to either. */
async function detaching(database: Database) {
  const runs: string[] = [];
  const setUp = (server: McpServer): void => {
    server.registerTool('go', {}, async (ctx) => {
      await ctx.confirm('sure', 'Sure?');
      await ctx.detach();
      await ctx.step('work', () => void runs.push('work'));
      return 'done';
    });
  };
  const [first, second] = [await instance(database, setUp), await instance(database, setUp)];
  const begun = call('go');
  Object.assign(begun.params._meta, WITH_TASKS);
  const asked = (await first.send(begun)).response;
  const round = retry(begun, asked, { sure: YES }) as RequestMessage;
  const send = async (on: Instance, id: number): Promise<Message> =>
    (await on.send({ ...round, id })).response;
  /** Both replies are the one task there is, and what is behind detach has run once. */
  const areOne = async (replies: readonly Message[]): Promise<void> => {
    const ids = replies.map(({ result }) => result!['taskId']);
    const rows = await database.query<{ task_id: string }>('select task_id from rondo.task');
    const [row] = rows;
    expect([ids, rows.length]).toEqual([[row!.task_id, row!.task_id], 1]);
    second.server.work(1);
    for (const on of [first, second]) {
      expect(await on.until(row!.task_id, 'completed', 'failed')).toMatchObject({
        result: { content: [{ text: 'done' }] },
      });
    }
    expect(runs).toEqual(['work']);
  };
  return { first, second, send, areOne };
}

overDatabases('K8 a detaching round that is sent again', (database) => {
  it('is the task of the first while that writes it, on another instance', async () => {
    const { first, second, send, areOne } = await detaching(database);
    const points = [first, second].map((each) => each.points.hold('before create'));
    const replies = [send(first, 1), send(second, 2)];
    await Promise.all(points.map((each) => each.reached()));
    await points[1]!.letGo();
    await replies[1];
    await points[0]!.letGo();
    await areOne(await Promise.all(replies));
  });

  it('is the task of the first before that has replied, on another instance', async () => {
    const { first, second, send, areOne } = await detaching(database);
    const created = first.points.hold('after create');
    const reply = send(first, 1);
    await created.reached();
    const again = await send(second, 2);
    await created.letGo();
    await areOne([await reply, again]);
  });
});

overPostgres('K8 a detaching round that is sent again', (database) => {
  it('is the task of the first while its transaction is open, on another instance', async () => {
    const { first, second, send, areOne } = await detaching(database);
    const create = await database.points.hold('in create');
    const reply = send(first, 1);
    await create.reached();
    const again = send(second, 2);
    const waiting = "select from pg_locks where locktype = 'advisory' and not granted";
    while ((await database.query(waiting)).length < 2);
    await create.letGo();
    await areOne(await Promise.all([reply, again]));
  });
});
