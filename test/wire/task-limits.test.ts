/** How large a task may be, and what a client can be asked in it. */
import { expect, it } from 'vitest';
import type { UnknownRecord } from '../../src/base/json/json.ts';
import type { McpServer } from '../../src/server/server.ts';
import { RpcError } from '../../src/protocol/rpc-error.ts';
import { overWires } from '../support/each-wire.ts';
import { call, request } from '../support/messages.ts';
import { TASKS, WITH_TASKS, openTasks } from '../support/tasks.ts';
import { turns } from '../support/until.ts';

const MIB = 1_048_576;
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';

const tools = (server: McpServer): void => {
  const always = { task: 'always' } as const;
  server.registerTool('waits', always, async (ctx) => String(await ctx.confirm('a', 'A?')));
  server.registerTool('records', always, async (ctx) => {
    await ctx.step('large', () => 'x'.repeat(MIB));
    return 'never';
  });
  server.registerTool('records enough', always, async (ctx) => {
    await ctx.step('large', () => 'x'.repeat(0.99 * MIB));
    return 'done';
  });
  server.registerTool('records much', always, async (ctx) => {
    for (let i = 0; i < 40; i++) await ctx.step(`step ${i}`, () => 'x'.repeat(MIB / 2));
    return 'never';
  });
  server.registerTool('returns', always, () => 'x'.repeat(4 * MIB));
  server.registerTool('throws', always, () => {
    throw new RpcError(7, 'no', 'x'.repeat(4 * MIB));
  });
  server.registerTool('asks', always, async (ctx) => {
    const asks = Array.from({ length: 65 }, (_, i) => ctx.confirm(`q${i}`, `Question ${i}?`));
    return String(await Promise.all(asks));
  });
  server.registerTool('asks on and on', always, async (ctx) => {
    const asks: Promise<boolean>[] = [];
    for (let i = 0; i < 65; i++) {
      asks.push(ctx.confirm(`q${i}`, `Question ${i}?`));
      if (i % 20 === 0) await ctx.step(`s${i}`, () => turns());
    }
    return String(await Promise.all(asks));
  });
  server.registerTool('returns other letters', always, () => '\u{20ac}'.repeat(2 * MIB));
  server.registerTool('naps', always, async (ctx) => {
    await Promise.all(Array.from({ length: 65 }, (_, i) => ctx.sleep(`nap ${i}`, 1)));
    return 'done';
  });
  server.registerTool('sends', always, async (ctx) =>
    JSON.stringify(await ctx.elicitUrl('url', { message: 'Sign in', url: 'https://a.example/' })),
  );
};

overWires('a task', ['in process'], (bench) => {
  const open = (worker = true) => openTasks(bench, tools, { worker });

  it.each([
    ['records', /^The task cannot go on: 'large' is larger than 1 MiB$/],
    ['records much', /journal is larger than 16 MiB/],
    ['returns', /result is larger than 4 MiB/],
    ['throws', /error is larger than 4 MiB/],
    ['returns other letters', /result is larger than 4 MiB/],
    ['asks', /64 questions/],
    ['asks on and on', /64 questions/],
  ])('K19 that %s too much fails, and says why', async (name, why) => {
    const tasks = await open();
    const { result } = await tasks.call(name);
    const task = await tasks.until(result!['taskId'], 'completed', 'failed');
    expect(task).toMatchObject({
      status: 'failed',
      error: { code: -32_603, message: expect.stringMatching(why) as string },
    });
  });

  it('K19 may sleep as often at once as it likes', async () => {
    const tasks = await open();
    const { result } = await tasks.call('naps');
    const { status } = await tasks.until(result!['taskId'], 'completed', 'failed');
    expect(status).toBe('completed');
  });

  it('K19 may record nearly as much', async () => {
    const tasks = await open();
    const { result } = await tasks.call('records enough');
    expect(await tasks.until(result!['taskId'], 'completed', 'failed')).toMatchObject({
      status: 'completed',
    });
  });

  it('K19 is not made of arguments of more than 1 MiB', async () => {
    const tasks = await open(false);
    const { error } = await tasks.call('waits', { text: 'x'.repeat(MIB) });
    expect(error).toMatchObject({
      code: -32_603,
      message: expect.stringContaining('1 MiB') as string,
    });
    expect((await tasks.call('waits', { text: 'x'.repeat(0.99 * MIB) })).result).toHaveProperty(
      'taskId',
    );
  });

  it('K19 is one of at most 1,000 of its caller that have not ended', async () => {
    const tasks = await open(false);
    const created: UnknownRecord[] = [];
    for (let i = 0; i < 1_000; i++) created.push((await tasks.call('waits')).result!);
    expect((await tasks.call('waits')).error).toMatchObject({
      code: -32_603,
      data: { retryable: true },
    });
    await tasks.ask('tasks/cancel', created[7]!['taskId']);
    expect((await tasks.call('waits')).result).toHaveProperty('taskId');
  });

  it('K19 is one of at most 1,000 that a stream listens to', async () => {
    const tasks = await open(false);
    const taskIds = Array.from({ length: 1_001 }, (_, i) => `task-${i}`);
    const message = request('subscriptions/listen', { notifications: { taskIds } }, WITH_TASKS);
    const { response } = await tasks.send(message);
    expect(response.error).toMatchObject({
      code: -32_602,
      message: expect.stringContaining('1000') as string,
    });
  });

  it('K10 asks what its first client declared, and a later one with less sees the question', async () => {
    const tasks = await open();
    const onlyTasks = { [CAPABILITIES]: { extensions: { [TASKS]: {} } } };
    const { taskId } = (await tasks.call('sends')).result!;
    await tasks.until(taskId, 'input_required');
    const later = request('tasks/get', { taskId }, onlyTasks);
    const seen = (await tasks.send(later, { headers: { 'mcp-name': taskId as string } })).response;
    expect(seen.result).toMatchObject({ inputRequests: { url: { params: { mode: 'url' } } } });
  });

  it('K10 asks nothing that its first client did not declare', async () => {
    const tasks = await open();
    const message = call('sends');
    const formsOnly = { elicitation: { form: {} }, extensions: { [TASKS]: {} } };
    Object.assign(message.params._meta, { [CAPABILITIES]: formsOnly });
    const { result } = (await tasks.send(message)).response;
    const task = await tasks.until(result!['taskId'], 'completed', 'failed', 'input_required');
    expect(task['status']).not.toBe('input_required');
    expect(JSON.stringify(task)).toContain('elicitation.url');
  });
});
