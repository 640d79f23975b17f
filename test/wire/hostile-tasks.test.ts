/** What a hostile client sends about its tasks: it is refused, and costs the server nothing. */
import { expect, it, onTestFinished, vi } from 'vitest';
import type { UnknownRecord } from '../../src/base/json/json.ts';
import type { McpServer } from '../../src/server/server.ts';
import { MemoryTasks } from '../../src/tasks/memory/memory-tasks.ts';
import { overWires } from '../support/each-wire.ts';
import { type Message, call, request, retry, textOf } from '../support/messages.ts';
import { type TaskBench, WITH_TASKS, openTasks } from '../support/tasks.ts';

const NO_ONE = '__proto__';
const SCHEMA = { type: 'object', properties: { name: { type: 'string' } } } as const;
const LARGE = { action: 'accept', content: { name: 'x'.repeat(1_000_000) } };
const FITS = { action: 'accept', content: { name: 'x'.repeat(999_000) } };

const tools = (server: McpServer): void => {
  const asks = { task: 'always', withoutTasks: 'tools' } as const;
  server.registerTool('asks', asks, async (ctx) => {
    const what = { message: 'Who?', schema: SCHEMA, answerBy: 'model' } as const;
    const answer = await ctx.elicit('who', what);
    return `${answer.action} ${JSON.stringify(answer).length > 999_000 ? 'at length' : ''}`;
  });
};

overWires('a hostile client', ['in process', 'node'], (bench) => {
  const open = () => openTasks(bench, tools);

  async function asking(tasks: Awaited<ReturnType<typeof open>>): Promise<string> {
    const { taskId } = (await tasks.call('asks')).result as { taskId: string };
    await tasks.until(taskId, 'input_required');
    return taskId;
  }

  it('K6 pays for what it answers, and not the server for what nobody has asked', async () => {
    const answer = vi.spyOn(MemoryTasks.prototype, 'answer');
    const tasks = await open();
    const taskId = await asking(tasks);
    const others = Array.from({ length: 20_000 }, (_, i) => [`key ${i}`, {}]);
    const inputResponses = { ...Object.fromEntries(others), who: { action: 'decline' } } as object;
    await tasks.ask('tasks/update', taskId, { inputResponses });
    expect(await tasks.until(taskId, 'completed')).toMatchObject({ status: 'completed' });
    const given = answer.mock.calls.map(([, answers]) => answers.length);
    answer.mockRestore();
    expect(given).toEqual([1]);
  });

  it('K19 hears that an answer is too large, and its task waits for another', async () => {
    const tasks = await open();
    const taskId = await asking(tasks);
    const answers = { inputResponses: { who: LARGE } };
    expect((await tasks.ask('tasks/update', taskId, answers)).error).toMatchObject({
      code: -32_602,
      message: "The answer 'who' is larger than 1000000 characters",
    });
    const question = { taskId, question: 'who', answer: LARGE.content };
    await tasks.send(call('task_status', { taskId }));
    const { response } = await tasks.send(call('task_answer', question));
    expect([response.result!['isError'], textOf(response)]).toEqual([
      true,
      expect.stringContaining('larger than') as string,
    ]);
    await tasks.ask('tasks/update', taskId, { inputResponses: { who: FITS } });
    expect(JSON.stringify(await tasks.until(taskId, 'completed', 'failed'))).toContain(
      'accept at length',
    );
  });

  it('K19 hears that from the round of task_status as well', async () => {
    const tasks = await open();
    const taskId = await asking(tasks);
    const first = call('task_status', { taskId });
    Object.assign(first.params._meta, {
      'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
    });
    const asked = (await tasks.send(first)).response;
    const { response } = await tasks.send(retry(first, asked, { q1: LARGE }));
    expect(textOf(response)).toContain('larger than');
    expect(await tasks.get(taskId)).toMatchObject({ status: 'input_required' });
  });

  it.each(['\0', 'x'.repeat(65), 'a b', 'ä', NO_ONE, "';--"])(
    'K6 knows no task %j, and no store hears of it',
    async (taskId) => {
      const read = vi.spyOn(MemoryTasks.prototype, 'read');
      const tasks = await open();
      const message = request('tasks/get', { taskId }, WITH_TASKS);
      const { error } = (await tasks.send(message)).response;
      const { response } = await tasks.send(call('task_cancel', { taskId }));
      const looked = read.mock.calls.flatMap(([ids]) => ids).filter((id) => id !== NO_ONE);
      read.mockRestore();
      expect([error?.code, textOf(response)]).toEqual([
        -32_602,
        expect.stringContaining('Unknown or expired task') as string,
      ]);
      expect(looked).toEqual([]);
    },
  );
});

overWires('a client that listens to many tasks', ['in process'], (bench) => {
  const listen = (taskIds: string[]) =>
    request('subscriptions/listen', { notifications: { taskIds } }, WITH_TASKS);

  async function heard(tasks: TaskBench, ids: string[], count: number): Promise<UnknownRecord[]> {
    const sent: UnknownRecord[] = [];
    const left = new AbortController();
    const enough = new Promise<void>((resolve) => {
      const onMessage = ({ method, params }: Message): void => {
        if (method === 'notifications/tasks') sent.push(params as UnknownRecord);
        if (sent.length === count) resolve();
      };
      void tasks.send(listen(ids), { signal: left.signal, onMessage }).catch(() => undefined);
    });
    await enough;
    left.abort();
    return sent;
  }

  it('K19 has them read in portions, because each may have a result of 4 MiB', async () => {
    const tasks = await openTasks(bench, tools, { worker: false });
    const ids: string[] = [];
    for (let i = 0; i < 45; i++) ids.push((await tasks.call('asks')).result!['taskId'] as string);
    const read = vi.spyOn(MemoryTasks.prototype, 'read');
    const sent = await heard(tasks, ids, 45);
    const most = Math.max(...read.mock.calls.map(([some]) => some.length));
    read.mockRestore();
    expect([new Set(sent.map(({ taskId }) => taskId)).size, most]).toEqual([45, 20]);
  });

  it('K12 hears of the others where one of them is damaged', async () => {
    const tasks = await openTasks(bench, tools, { worker: false });
    const ids = [await tasks.call('asks'), await tasks.call('asks')].map(
      ({ result }) => result!['taskId'] as string,
    );
    const original = MemoryTasks.prototype.read;
    const read = vi.spyOn(MemoryTasks.prototype, 'read');
    read.mockImplementation(async function (this: MemoryTasks, some) {
      const damage = { message: { keyId: '', text: '{' } };
      const found = await original.call(this, some);
      return found.map((task) => (task.taskId === ids[0] ? { ...task, ...damage } : task));
    });
    const sent = await heard(tasks, ids, 1);
    read.mockRestore();
    expect(sent.map(({ taskId }) => taskId)).toEqual([ids[1]]);
  });

  it('K12 costs nothing more for a task that has ended', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const tasks = await openTasks(bench, tools, { worker: false });
    const ids = [await tasks.call('asks'), await tasks.call('asks')].map(
      ({ result }) => result!['taskId'] as string,
    );
    await tasks.ask('tasks/cancel', ids[0]);
    const left = new AbortController();
    let count = 0;
    const both = new Promise<void>((resolve) => {
      const onMessage = ({ method }: Message): void => {
        if (method === 'notifications/tasks' && ++count === 2) resolve();
      };
      const open = tasks.send(listen(ids), { signal: left.signal, onMessage });
      void open.catch(() => undefined);
    });
    await both;
    const read = vi.spyOn(MemoryTasks.prototype, 'read');
    vi.advanceTimersByTime(5_000);
    await new Promise((resolve) => setImmediate(resolve));
    const looked = read.mock.calls.flatMap(([some]) => some);
    read.mockRestore();
    left.abort();
    expect(looked).toEqual([ids[1]]);
  });
});
