/** Answers that come while something else happens to their task, from another instance than the one that runs it. */
import { expect, it } from 'vitest';
import type { McpServer } from '../../../src/server/server.ts';
import { HANG } from '../../support/hang.ts';
import {
  type Database,
  type Instance,
  inDirectory,
  instance,
  overDatabases,
  overPostgres,
} from '../../support/races/instances.ts';
import { promise } from '../../support/races/points.ts';
import { YES } from '../../support/tasks.ts';

const NO = { action: 'decline' };
const ENDED = ['completed', 'failed', 'cancelled'];

/** An instance that runs tasks, and one that only takes answers. */
async function two(
  database: Database,
  setUp: (server: McpServer) => void,
): Promise<[worker: Instance, other: Instance]> {
  const both = [await instance(database, setUp), await instance(database, setUp)] as const;
  both[0].server.work(10);
  return [...both];
}

const taskOf = async (on: Instance, tool: string): Promise<string> =>
  (await on.call(tool)).result!['taskId'] as string;

const questionsOf = ({ inputRequests = {} }: { inputRequests?: object }): string[] =>
  Object.keys(inputRequests);

async function answered(on: Instance, taskId: string, inputResponses: object): Promise<void> {
  const { result } = await on.ask('tasks/update', taskId, { inputResponses });
  expect(result).toEqual({ resultType: 'complete', _meta: expect.anything() });
}

const endOf = async (on: Instance, taskId: string): Promise<unknown> =>
  (await on.until(taskId, ...ENDED))['result'];

const text = (is: string): object => ({ content: [{ type: 'text', text: is }] });

/** Two questions. The second run is that of the answer to the first: it works until it is let go, and waits. */
function asking() {
  const calls: string[] = [];
  const working = promise();
  const goOn = promise();
  const setUp = (server: McpServer): void => {
    server.registerTool('asks', { task: 'always' }, async (ctx) => {
      calls.push('called');
      const first = ctx.confirm('first', 'First?').then(async (answer) => {
        await ctx.step('work', () => {
          working.resolve();
          return goOn.promise;
        });
        return answer;
      });
      return String(await Promise.all([first, ctx.confirm('second', 'Second?')]));
    });
  };
  /** A task whose second run has begun. */
  const begun = async (on: Instance): Promise<string> => {
    const taskId = await taskOf(on, 'asks');
    await on.until(taskId, 'input_required');
    await answered(on, taskId, { first: YES });
    await working.promise;
    return taskId;
  };
  return { calls, setUp, begun, goOn };
}

overDatabases('K1 an answer and the release of its task', (database) => {
  it('an answer that comes while the handler works is seen', async () => {
    const tool = asking();
    const [, other] = await two(database, tool.setUp);
    const taskId = await tool.begun(other);
    await answered(other, taskId, { second: YES });
    tool.goOn.resolve();
    expect(await endOf(other, taskId)).toMatchObject(text('true,true'));
  });

  it.each(['before release', 'after release'] as const)(
    'an answer that is committed %s is seen, in one more run',
    async (point) => {
      const tool = asking();
      const [worker, other] = await two(database, tool.setUp);
      const taskId = await tool.begun(other);
      const held = worker.points.hold(point);
      tool.goOn.resolve();
      await held.reached();
      await answered(other, taskId, { second: YES });
      for (const on of [other, worker]) {
        expect(await on.get(taskId)).not.toHaveProperty('inputRequests');
      }
      await held.letGo();
      expect(await endOf(other, taskId)).toMatchObject(text('true,true'));
      expect(tool.calls).toHaveLength(3);
    },
  );
});

overPostgres('K1 an answer and the transaction of a release', (database) => {
  it('an answer that comes in the transaction of a release makes the task due after it', async () => {
    const tool = asking();
    const [, other] = await two(database, tool.setUp);
    const taskId = await tool.begun(other);
    const release = await database.points.hold('in release');
    tool.goOn.resolve();
    await release.reached();
    const acknowledged = answered(other, taskId, { second: YES });
    await database.points.untilBlocked('rondo.answer_');
    expect(questionsOf(await other.get(taskId))).toEqual(['second']);
    await release.letGo();
    await acknowledged;
    expect(await endOf(other, taskId)).toMatchObject(text('true,true'));
    expect(tool.calls).toHaveLength(3);
  });

  it('a release that comes in the transaction of an answer leaves the task due', async () => {
    const tool = asking();
    const [worker, other] = await two(database, tool.setUp);
    const taskId = await tool.begun(other);
    const before = worker.points.hold('before release');
    tool.goOn.resolve();
    await before.reached();
    const answer = await database.points.hold('in answer');
    const acknowledged = answered(other, taskId, { second: YES });
    await answer.reached();
    await before.letGo();
    await database.points.untilBlocked('record_and_release');
    await answer.letGo();
    await acknowledged;
    expect(await endOf(other, taskId)).toMatchObject(text('true,true'));
    expect(tool.calls).toHaveLength(3);
  });
});

const askOnce = (server: McpServer): void => {
  server.registerTool('asks', { task: 'always' }, async (ctx) =>
    String(await ctx.confirm('sure', 'Sure?')),
  );
};

/** A question beside a step that ends when the test says so. In which order the handler sees them, in each run. */
function besideStep() {
  const orders: string[] = [];
  const work = promise();
  const sawAnswer = promise();
  let ran = 0;
  const setUp = (server: McpServer): void => {
    server.registerTool('both', { task: 'always' }, async (ctx) => {
      const seen: string[] = [];
      const working = ctx.step('work', async () => {
        ran++;
        await work.promise;
      });
      await Promise.all([
        working.then(() => seen.push('worked')),
        ctx.confirm('sure', 'Sure?').then(() => {
          seen.push('answered');
          sawAnswer.resolve();
        }),
      ]);
      orders.push(seen.join(', then '));
      await ctx.confirm('again', 'Again?');
      return seen.join(', then ');
    });
  };
  /** Has the task played again from its journal, by an instance that has not run it. */
  const replayed = async (worker: Instance, other: Instance, taskId: string): Promise<void> => {
    await other.until(taskId, 'input_required');
    await worker.server.close();
    other.server.work(1);
    await answered(other, taskId, { again: YES });
    expect(await endOf(other, taskId)).toMatchObject(text(orders[0]!));
    expect([new Set(orders).size, ran]).toEqual([1, 1]);
  };
  return { setUp, work, sawAnswer, orders, replayed };
}

overDatabases('K3 an answer and the end of a step', (database) => {
  it.each(['before append', 'after append'] as const)(
    'an answer %s of the outcome is seen in the same order in a replay',
    async (point) => {
      const tool = besideStep();
      const [worker, other] = await two(database, tool.setUp);
      const held = worker.points.hold(point);
      const taskId = await taskOf(other, 'both');
      await other.until(taskId, 'input_required');
      tool.work.resolve();
      await held.reached();
      await answered(other, taskId, { sure: YES });
      await held.letGo();
      await other.until(taskId, 'input_required');
      await tool.replayed(worker, other, taskId);
      expect(tool.orders[0]).toBe('worked, then answered');
    },
  );

  it('an answer that is seen before the outcome is seen before it in a replay', async () => {
    const tool = besideStep();
    const [worker, other] = await two(database, tool.setUp);
    const taskId = await taskOf(other, 'both');
    await other.until(taskId, 'input_required');
    await answered(other, taskId, { sure: YES });
    await tool.sawAnswer.promise;
    tool.work.resolve();
    await tool.replayed(worker, other, taskId);
    expect(tool.orders[0]).toBe('answered, then worked');
  });

  it('of two answers to one question, from two instances, the first is taken and both are acknowledged', async () => {
    const [worker, other] = await two(database, askOnce);
    const taskId = await taskOf(other, 'asks');
    await other.until(taskId, 'input_required');
    const held = [worker, other].map(({ points }) => points.hold('before answerOwn'));
    const given = [
      answered(worker, taskId, { sure: NO }),
      answered(other, taskId, { sure: YES }),
    ] as const;
    await Promise.all(held.map((each) => each.reached()));
    await held[1]!.letGo();
    await given[1];
    await held[0]!.letGo();
    await given[0];
    expect(await endOf(worker, taskId)).toMatchObject(text('true'));
    expect(await other.get(taskId)).toEqual(await worker.get(taskId));
  });
});

overPostgres('K3 an answer and a transaction of its task', (database) => {
  it('an answer that comes in the transaction of an outcome is seen after it, in a replay as well', async () => {
    const tool = besideStep();
    const [worker, other] = await two(database, tool.setUp);
    const append = await database.points.hold('in append');
    const taskId = await taskOf(other, 'both');
    await other.until(taskId, 'input_required');
    tool.work.resolve();
    await append.reached();
    const acknowledged = answered(other, taskId, { sure: YES });
    await database.points.untilBlocked('rondo.answer_');
    await append.letGo();
    await acknowledged;
    await tool.replayed(worker, other, taskId);
    expect(tool.orders[0]).toBe('worked, then answered');
  });

  it('an outcome that comes in the transaction of an answer is seen in the same order in a replay', async () => {
    const tool = besideStep();
    const [worker, other] = await two(database, tool.setUp);
    const answer = await database.points.hold('in answer');
    const taskId = await taskOf(other, 'both');
    await other.until(taskId, 'input_required');
    const acknowledged = answered(other, taskId, { sure: YES });
    await answer.reached();
    tool.work.resolve();
    await database.points.untilBlocked('append_entries');
    await answer.letGo();
    await acknowledged;
    await tool.replayed(worker, other, taskId);
  });

  it('of two answers whose transactions meet, from two instances, the first is taken and both are acknowledged', async () => {
    const [worker, other] = await two(database, askOnce);
    const taskId = await taskOf(other, 'asks');
    await other.until(taskId, 'input_required');
    const held = await database.points.hold('in answer');
    const first = answered(worker, taskId, { sure: YES });
    await held.reached();
    const second = answered(other, taskId, { sure: NO });
    await database.points.untilBlocked('rondo.answer_');
    await held.letGo();
    await Promise.all([first, second]);
    expect(await endOf(worker, taskId)).toMatchObject(text('true'));
    expect(await other.get(taskId)).toEqual(await worker.get(taskId));
  });
});

/** Questions of one task; each but the last is answered alone. */
const QUESTIONS = 21;

const TITLE =
  'of many tasks at once: the very next tasks/get of any instance shows all questions that are left, and no other';

/** @param tasks how many at once */
function partialAnswers(database: Database, tasks: number): void {
  it(
    `${tasks * (QUESTIONS - 1)} ${TITLE}`,
    async () => {
      const keys = Array.from({ length: QUESTIONS }, (_, i) => `q${i}`);
      const setUp = (server: McpServer): void => {
        server.registerTool('many', { task: 'always' }, async (ctx) => {
          const asked = keys.map((key) => ctx.confirm(key, `${key}?`));
          return (await Promise.all(asked)).map(Number).join('');
        });
      };
      const [worker, other] = await two(database, setUp);
      other.server.work(10);
      const wrong: unknown[] = [];
      const answerAll = async (n: number): Promise<unknown> => {
        const [writes, reads] = n % 2 === 0 ? [worker, other] : [other, worker];
        const taskId = await taskOf(writes, 'many');
        await writes.until(taskId, 'input_required');
        const left = [...keys];
        while (left.length > 1) {
          const [key] = left.splice((7 * n + 31 * left.length) % (left.length - 1), 1);
          await answered(writes, taskId, { [key!]: YES });
          const task = await reads.get(taskId);
          const shown = [task['status'], ...questionsOf(task)];
          if (shown.join() !== ['input_required', ...left].join()) wrong.push([key, shown]);
        }
        await answered(reads, taskId, { [left[0]!]: NO });
        return endOf(writes, taskId);
      };
      const ends = await Promise.all(Array.from({ length: tasks }, (_, n) => answerAll(n)));
      expect(wrong).toEqual([]);
      for (const end of ends) {
        const [{ text: answers }] = (end as { content: [{ text: string }] }).content;
        expect(answers.split('').toSorted().join('')).toBe(`0${'1'.repeat(QUESTIONS - 1)}`);
      }
    },
    5 * HANG,
  );
}

overPostgres('K4 partial answers', (database) => partialAnswers(database, 50));

// One connection does all of it.
inDirectory('K4 partial answers', (database) => partialAnswers(database, 5));
