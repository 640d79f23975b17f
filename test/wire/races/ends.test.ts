/** A cancel, and a completion at the same moment: the first end counts, and everybody sees the same one (K7). */
import { expect, it } from 'vitest';
import type { UnknownRecord } from '../../../src/base/json/json.ts';
import type { McpServer } from '../../../src/server/server.ts';
import { type Message, request } from '../../support/messages.ts';
import {
  type Database,
  type Instance,
  instance,
  overDatabases,
  overPostgres,
} from '../../support/races/instances.ts';
import { promise } from '../../support/races/points.ts';
import { WITH_TASKS } from '../../support/tasks.ts';

const ENDED = ['completed', 'failed', 'cancelled'];

interface End {
  readonly status: string;
  readonly result: unknown;
}

const COMPLETED: End = {
  status: 'completed',
  result: expect.objectContaining({ content: [{ type: 'text', text: 'done' }] }),
};

const CANCELLED: End = { status: 'cancelled', result: undefined };

/** Listens to a task on one instance, from when this resolves. */
async function listen(on: Instance, taskId: string): Promise<{ ended: Promise<UnknownRecord> }> {
  const began = promise();
  const done = new AbortController();
  const notifications = { taskIds: [taskId] };
  const message = request('subscriptions/listen', { notifications }, WITH_TASKS);
  const ended = new Promise<UnknownRecord>((resolve) => {
    const onMessage = ({ method, params }: Message): void => {
      began.resolve();
      if (method !== 'notifications/tasks' || !ENDED.includes(params!['status'] as string)) return;
      resolve(params!);
      done.abort();
    };
    on.send(message, { signal: done.signal, onMessage }).catch(() => undefined);
  });
  await began.promise;
  return { ended };
}

/** A task that works until the test lets it end, on the first of two instances; both are listened to. */
async function working(database: Database) {
  const work = promise();
  const begun = promise();
  const calledBack: string[] = [];
  const setUp = (server: McpServer): void => {
    server.registerTool('work', { task: 'always' }, async () => {
      begun.resolve();
      await work.promise;
      return 'done';
    });
  };
  const onTaskEnd = ({ status }: { status: string }): void => void calledBack.push(status);
  const worker = await instance(database, setUp, { tasks: { onTaskEnd } });
  const other = await instance(database, setUp, { tasks: { onTaskEnd } });
  worker.server.work(1);
  const taskId = (await other.call('work')).result!['taskId'] as string;
  await begun.promise;
  const listening = [await listen(worker, taskId), await listen(other, taskId)];
  /** Acknowledged, whichever end was the first. */
  const cancel = async (): Promise<void> => {
    const { result } = await other.ask('tasks/cancel', taskId);
    expect(result).toEqual({ resultType: 'complete', _meta: expect.anything() });
  };
  const everybodySees = async (end: End): Promise<void> => {
    const task = await worker.get(taskId);
    expect(await other.get(taskId)).toEqual(task);
    const { status, result } = task;
    expect({ status, result }).toEqual(end);
    for (const { ended } of listening) {
      const heard = await ended;
      expect({ status: heard['status'], result: heard['result'] }).toEqual({ status, result });
    }
    await expect.poll(() => calledBack).toEqual([status]);
  };
  return { worker, other, work, cancel, everybodySees };
}

overDatabases('K7 a cancel and a completion', (database) => {
  it('a completion that is written after a cancel counts for nobody', async () => {
    const { worker, work, cancel, everybodySees } = await working(database);
    const finish = worker.points.hold('before finish');
    work.resolve();
    await finish.reached();
    await cancel();
    await finish.letGo();
    await everybodySees(CANCELLED);
  });

  it('a cancel that is written after a completion counts for nobody', async () => {
    const { other, work, cancel, everybodySees, worker } = await working(database);
    const before = other.points.hold('before cancel');
    const finished = worker.points.hold('after finish');
    const cancelled = cancel();
    await before.reached();
    work.resolve();
    await finished.reached();
    await before.letGo();
    await cancelled;
    await finished.letGo();
    await everybodySees(COMPLETED);
  });
});

overPostgres('K7 the transactions of a cancel and a completion', (database) => {
  it('a cancel that comes in the transaction of a completion counts for nobody', async () => {
    const { work, cancel, everybodySees } = await working(database);
    const finish = await database.points.hold('in finish');
    work.resolve();
    await finish.reached();
    const cancelled = cancel();
    await database.points.untilBlocked('select ended from');
    await finish.letGo();
    await cancelled;
    await everybodySees(COMPLETED);
  });

  it('a completion that comes in the transaction of a cancel counts for nobody', async () => {
    const { work, cancel, everybodySees } = await working(database);
    const held = await database.points.hold('in cancel');
    const cancelled = cancel();
    await held.reached();
    work.resolve();
    await database.points.untilBlocked('finish_task');
    await held.letGo();
    await cancelled;
    await everybodySees(CANCELLED);
  });
});
