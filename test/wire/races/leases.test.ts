/** Two instances that both believe they have a task: what is written, and by whom (K2). */
import { expect, it } from 'vitest';
import type { McpServer } from '../../../src/server/server.ts';
import {
  type Database,
  type Instance,
  instance,
  overDatabases,
  overPostgres,
} from '../../support/races/instances.ts';
import { promise } from '../../support/races/points.ts';

const LAPSE = 'update rondo.lease set due = 0 where is_held';

/** Two instances, both with the same tool of two steps, which say who has run them. */
async function both(database: Database) {
  const runs: string[] = [];
  const second = promise();
  const aborted = promise();
  const toolOf = (name: string) => (server: McpServer) => {
    server.registerTool('work', { task: 'always' }, async (ctx) => {
      if (name === 'first') ctx.signal.addEventListener('abort', () => aborted.resolve());
      const one = await ctx.step('one', () => {
        runs.push(`one by ${name}`);
        return name;
      });
      const two = await ctx.step('two', async () => {
        runs.push(`two by ${name}`);
        if (name === 'first') await second.promise;
        return name;
      });
      return `${one} and ${two}`;
    });
  };
  const first = await instance(database, toolOf('first'));
  const next = await instance(database, toolOf('next'));
  first.server.work(1);
  return { first, next, runs, second, aborted };
}

const start = async (on: Instance): Promise<string> =>
  (await on.call('work')).result!['taskId'] as string;

/** Its end, which stays what it is whatever the other writes. */
async function endOf(
  { first, next }: Pick<Awaited<ReturnType<typeof both>>, 'first' | 'next'>,
  taskId: string,
) {
  const ended = await next.until(taskId, 'completed', 'failed');
  expect(await first.get(taskId)).toEqual(ended);
  return ended;
}

const resultOf = (text: string): object => ({ result: { content: [{ type: 'text', text }] } });

overDatabases('K2 a worker whose lease has lapsed', (database) => {
  it('writes nothing once another has taken its task, which has run without it', async () => {
    const { first, next, runs, second, aborted } = await both(database);
    const append = first.points.hold('before append');
    const taskId = await start(next);
    await append.reached();
    await database.query(LAPSE);
    next.server.work(1);
    const ended = await endOf({ first, next }, taskId);
    expect(ended).toMatchObject(resultOf('next and next'));
    await append.letGo();
    await aborted.promise;
    second.resolve();
    await first.server.close();
    expect(await next.get(taskId)).toEqual(ended);
    expect(runs).toEqual(['one by first', 'one by next', 'two by next']);
  });

  it('has written what was written before, and the other goes on behind that', async () => {
    const { first, next, runs, second, aborted } = await both(database);
    const append = first.points.hold('after append');
    const taskId = await start(next);
    await append.reached();
    await database.query(LAPSE);
    next.server.work(1);
    expect(await endOf({ first, next }, taskId)).toMatchObject(resultOf('first and next'));
    await append.letGo();
    second.resolve();
    await aborted.promise;
    expect(await next.get(taskId)).toMatchObject(resultOf('first and next'));
    expect(runs.filter((run) => run.startsWith('one'))).toEqual(['one by first']);
  });
});

overPostgres('K2 a write and a takeover', (database) => {
  it('a takeover that comes in the transaction of a write leaves the task to it, and then goes on behind it', async () => {
    const { first, next, runs, second, aborted } = await both(database);
    const append = await database.points.hold('in append');
    const taskId = await start(next);
    await append.reached();
    const before = await database.query('select epoch from rondo.task');
    await database.query(LAPSE);
    const claimed = next.points.hold('after claim');
    next.server.work(1);
    await claimed.reached();
    expect(await database.query('select epoch from rondo.task')).toEqual(before);
    await append.letGo();
    await claimed.letGo();
    expect(await endOf({ first, next }, taskId)).toMatchObject(resultOf('first and next'));
    second.resolve();
    await aborted.promise;
    expect(await next.get(taskId)).toMatchObject(resultOf('first and next'));
    expect(runs.filter((run) => run.startsWith('one'))).toEqual(['one by first']);
  });

  it('a write that comes in the transaction of a takeover is refused, and aborts its run', async () => {
    const { first, next, runs, aborted } = await both(database);
    const append = first.points.hold('before append');
    const takeover = await database.points.hold('in takeover');
    const taskId = await start(next);
    await append.reached();
    await database.query(LAPSE);
    next.server.work(1);
    await takeover.reached();
    await append.letGo();
    await database.points.untilBlocked('append_entries');
    await takeover.letGo();
    await aborted.promise;
    expect(await endOf({ first, next }, taskId)).toMatchObject(resultOf('next and next'));
    expect(runs).toEqual(['one by first', 'one by next', 'two by next']);
  });
});
