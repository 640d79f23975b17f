/** What a hostile client sends about its tasks: it is refused, and costs the server nothing. */
import { expect, it, vi } from 'vitest';
import type { McpServer } from '../../src/server/server.ts';
import { MemoryTasks } from '../../src/tasks/memory/memory-tasks.ts';
import { overWires } from '../support/each-wire.ts';
import { call, request, retry, textOf } from '../support/messages.ts';
import { WITH_TASKS, openTasks } from '../support/tasks.ts';

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
