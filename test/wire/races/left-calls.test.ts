/** A call whose client goes away while its task is being written: it is cut short, but the row is there. */
import { expect, it } from 'vitest';
import { call, retry } from '../../support/messages.ts';
import type { Message, RequestMessage } from '../../support/messages.ts';
import { promise } from '../../support/races/points.ts';
import { type Database, instance, overDatabases } from '../../support/races/instances.ts';
import { WITH_TASKS, YES } from '../../support/tasks.ts';

/** An instance whose tools become tasks, and when the round of one has been cut short. */
async function leaving(database: Database) {
  const cut = promise();
  const runs: string[] = [];
  const on = await instance(
    database,
    (server) => {
      server.registerTool('long', { task: 'auto' }, async (ctx) => {
        ctx.signal.addEventListener('abort', () => cut.resolve());
        await ctx.step('work', () => new Promise(() => undefined));
        return 'never';
      });
      server.registerTool('asks first', {}, async (ctx) => {
        ctx.signal.addEventListener('abort', () => cut.resolve());
        await ctx.confirm('sure', 'Sure?');
        await ctx.detach();
        await ctx.step('work', () => void runs.push('work'));
        return 'done';
      });
    },
    { tasks: { autoAfter: 1 } },
  );
  /** Sends it, and goes away while the task is written. Returns what is written by then. */
  const leave = async (message: Message): Promise<readonly object[]> => {
    const created = on.points.hold('after create');
    const client = new AbortController();
    const sent = on.send(message, { signal: client.signal }).catch(() => undefined);
    await created.reached();
    const written = await rows(database);
    client.abort();
    await cut.promise;
    await created.letGo();
    await sent;
    return written;
  };
  return { on, runs, leave };
}

function rows(database: Database): Promise<readonly object[]> {
  return database.query('select ended from rondo.task');
}

function withTasks(name: string): RequestMessage {
  const message = call(name);
  Object.assign(message.params._meta, WITH_TASKS);
  return message;
}

overDatabases('K9 a call whose client goes away while its task is written', (database) => {
  it('leaves no task, as nobody knows of it', async () => {
    const { leave } = await leaving(database);
    expect(await leave(withTasks('long'))).toEqual([{ ended: null }]);
    await expect.poll(() => rows(database)).toEqual([]);
  });

  it('K8 goes on if the same round may be sent again, which has its task then', async () => {
    const { on, runs, leave } = await leaving(database);
    const begun = withTasks('asks first');
    const asked = (await on.send(begun)).response;
    const round = retry(begun, asked, { sure: YES }) as RequestMessage;
    await leave(round);
    on.server.work(1);
    const again = (await on.send({ ...round, id: 7 })).response;
    const { taskId } = again.result!;
    expect(await on.until(taskId, 'completed', 'failed', 'cancelled')).toMatchObject({
      result: { content: [{ text: 'done' }] },
    });
    expect(runs).toEqual(['work']);
  });
});
