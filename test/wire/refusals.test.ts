/** What the guard and the tasks of a server refuse is reported to `on`, and is a line in the log. */
import { expect, it, vi } from 'vitest';
import { otel } from '../../src/otel/index.ts';
import type { ServerEvent } from '../../src/server/events.ts';
import type { ServerOptions } from '../../src/server/options.ts';
import type { McpServer } from '../../src/server/server.ts';
import { MemorySpill } from '../../src/spill/memory-spill.ts';
import { MemoryTasks } from '../../src/tasks/memory/memory-tasks.ts';
import { type Bench, overWires } from '../support/each-wire.ts';
import { NO, REFUSED, RETRYABLE, YES, gate, guardBench } from '../support/guard.ts';
import { warningsTo } from '../support/logger.ts';
import { type Message, call, request, retry, textOf } from '../support/messages.ts';
import { WITH_TASKS } from '../support/tasks.ts';
import { Telemetry } from '../support/telemetry.ts';
import { until } from '../support/until.ts';

/** What is reported of refusals, and logged. */
async function open(bench: Bench, setUp: (server: McpServer) => void, options: ServerOptions) {
  const reported: unknown[] = [];
  const warnings: string[] = [];
  const on = (event: ServerEvent): void => {
    if (event.type === 'state_refused' || event.type === 'request_refused') reported.push(event);
  };
  const opened = await bench.open(setUp, { on, logger: warningsTo(warnings), ...options });
  const send = async (message: Message): Promise<Message> => (await opened.send(message)).response;
  return { ...opened, send, reported, warnings };
}

const order = { type: 'object', properties: { order: { type: 'string' } } } as const;

const ofPay = { method: 'tools/call', target: 'pay' };
const request_refused = { type: 'request_refused', ...ofPay };
const state_refused = { type: 'state_refused', ...ofPay };

overWires('S3 S7 a refusal of the guard is reported:', ['node', 'in process'], (bench) => {
  const asking = (server: McpServer): void =>
    void server.registerTool('pay', { replay: 'once', inputSchema: order }, async (_args, ctx) =>
      String(await ctx.confirm('sure', 'Sure?')),
    );
  const named = (args: object = {}) =>
    request('tools/call', { name: 'pay', arguments: args }, { 'mcp-rondo/callKey': 'a' });

  it('another answer to a round that has run', async () => {
    const { send, reported, warnings } = await open(bench, asking, { store: guardBench().store() });
    const first = call('pay');
    const asked = await send(first);
    await send(retry(first, asked, { sure: NO }));
    expect((await send(retry(first, asked, { sure: YES }))).error).toEqual(REFUSED);
    expect((await send(retry(first, asked, { sure: YES }))).error).toEqual(REFUSED);
    const refused = { ...state_refused, check: 'other_request' };
    expect(reported).toEqual([refused, refused]);
    expect(warnings).toEqual([
      expect.stringMatching(/^tools\/call 'pay': requestState refused: other_request/),
    ]);
  });

  it('a round whose reply is not kept any more', async () => {
    const { store, pass } = guardBench({ replyTtl: 1_000 });
    const { send, reported } = await open(bench, asking, { store: store() });
    const first = call('pay');
    const asked = await send(first);
    await send(retry(first, asked, { sure: YES }));
    pass(1_001);
    expect((await send(retry(first, asked, { sure: YES }))).error).toEqual(REFUSED);
    expect(reported).toEqual([{ ...state_refused, check: 'spent' }]);
  });

  it('a call key that was used before', async () => {
    const { store, pass } = guardBench({ replyTtl: 1_000 });
    const { send, reported, warnings } = await open(bench, asking, { store: store() });
    await send(named());
    await send(named({ order: 'canary' }));
    pass(1_001);
    await send(named());
    expect(reported).toEqual([
      { ...request_refused, reason: 'key_reused' },
      { ...request_refused, reason: 'reply_gone' },
    ]);
    expect(warnings).toEqual([
      "tools/call 'pay': refused: key_reused",
      "tools/call 'pay': refused: reply_gone",
    ]);
  });

  /** A call whose round runs until `free` is open, and its answer, as often as it is sent. */
  async function runningRound(roundTimeout: number) {
    const [begun, free] = [gate(), gate()];
    const opened = await open(
      bench,
      (server) =>
        server.registerTool('pay', { replay: 'once', roundTimeout }, async (ctx) => {
          await ctx.confirm('sure', 'Sure?');
          await ctx.step('pay', () => {
            begun.open();
            return free.opened;
          });
          return 'paid';
        }),
      { store: guardBench().store() },
    );
    const first = call('pay');
    const asked = await opened.send(first);
    const answer = (): Promise<Message> => opened.send(retry(first, asked, { sure: YES }));
    const running = answer();
    await begun.opened;
    return { ...opened, running, answer, free };
  }

  it('a round that still runs', async () => {
    const { running, answer, reported, free } = await runningRound(100);
    for (const reply of [answer(), running]) expect((await reply).error).toMatchObject(RETRYABLE);
    free.open();
    expect(reported).toEqual([{ ...request_refused, reason: 'still_running' }]);
  });

  it('more who wait for a round than may', async () => {
    const { running, answer, reported, free } = await runningRound(60_000);
    const replies = Array.from({ length: 10 }, answer);
    await until(() => reported.length === 2);
    free.open();
    const all = await Promise.all([running, ...replies]);
    const refused = all.filter(({ error }) => error !== undefined);
    for (const { error } of refused) expect(error).toMatchObject(RETRYABLE);
    expect(refused).toHaveLength(2);
    expect(all.filter((reply) => textOf(reply) === 'paid')).toHaveLength(9);
    const reason = { ...request_refused, reason: 'too_many_waiting' };
    expect(reported).toEqual([reason, reason]);
  });

  it.each(['claim', 'record', 'finish'] as const)('a store that fails: %s', async (method) => {
    const { store, breakDown } = guardBench();
    const { send, reported, warnings } = await open(
      bench,
      (server) =>
        server.registerTool('pay', { replay: 'once' }, async (ctx) => {
          await ctx.confirm('sure', 'Sure?');
          await ctx.step('pay', () => 1);
          return 'paid';
        }),
      { store: store() },
    );
    const first = call('pay');
    const asked = await send(first);
    breakDown(method);
    expect((await send(retry(first, asked, { sure: YES }))).error).toMatchObject(RETRYABLE);
    expect(reported).toEqual([{ ...request_refused, reason: 'store_failed' }]);
    expect(warnings).toEqual([expect.stringContaining('the store is down')]);
  });

  it('is counted by its reason', async () => {
    const telemetry = new Telemetry();
    const { send } = await open(bench, asking, { store: guardBench().store(), on: otel() });
    await send(named());
    await send(named({ order: 'canary' }));
    const first = call('pay');
    const asked = await send(first);
    await send(retry(first, asked, { sure: NO }));
    await send(retry(first, asked, { sure: YES }));
    const of = {
      'mcp.method.name': 'tools/call',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'pay',
    };
    expect(await telemetry.points('rondo.request.refused')).toEqual([
      { count: 1, attributes: { ...of, 'rondo.refusal.reason': 'key_reused' } },
    ]);
    expect(await telemetry.points('rondo.state.refused')).toEqual([
      { count: 1, attributes: { ...of, 'rondo.state.check': 'other_request' } },
    ]);
  });
});

overWires('a refusal of the tasks is reported:', ['node', 'in process'], (bench) => {
  const working = (server: McpServer): void => {
    server.registerTool(
      'pay',
      { task: 'always', inputSchema: order, idempotencyKey: () => 'key' },
      () => 'paid',
    );
    server.registerTool('later', {}, async (ctx) => {
      await ctx.confirm('sure', 'Sure?');
      await ctx.detach();
      return 'done';
    });
  };
  const asClient = (message: Message & { params?: unknown }): Message => {
    Object.assign((message.params as { _meta: object })._meta, WITH_TASKS);
    return message;
  };
  const withTasks = (tasks = new MemoryTasks()): ServerOptions => ({
    store: guardBench({ tasks }).store(),
  });
  const later = async (send: (message: Message) => Promise<Message>) => {
    const first = call('later');
    asClient(first);
    const asked = await send(first);
    return (answer: object) => send(retry(first, asked, { sure: answer }));
  };

  it.each(['tasks/get', 'tasks/cancel'])('a task that is not there: %s', async (method) => {
    const { send, reported, warnings } = await open(bench, working, withTasks());
    const message = asClient(request(method, { taskId: 'canary', name: 'canary' }));
    expect((await send(message)).error).toMatchObject({ code: -32_602 });
    expect(reported).toEqual([{ type: 'request_refused', method, reason: 'unknown_task' }]);
    expect(warnings).toEqual([`${method}: refused: unknown_task`]);
  });

  it.each(['task_status', 'task_cancel'])('K15 a task that is not there: %s', async (tool) => {
    const { send, reported } = await open(
      bench,
      (server) => server.registerTool('pay', { task: 'always', withoutTasks: 'tools' }, () => ''),
      withTasks(),
    );
    expect((await send(call(tool, { taskId: 'canary' }))).result).toMatchObject({ isError: true });
    expect(reported).toEqual([{ ...request_refused, target: tool, reason: 'unknown_task' }]);
  });

  it('more tasks than a caller may have', async () => {
    const tasks = new MemoryTasks();
    vi.spyOn(tasks, 'create').mockResolvedValue({ type: 'full' });
    const { send, reported } = await open(bench, working, withTasks(tasks));
    expect((await send(asClient(call('pay')))).error).toMatchObject(RETRYABLE);
    const answer = await later(send);
    expect((await answer(YES)).error).toMatchObject(RETRYABLE);
    const refused = { ...request_refused, reason: 'too_many_tasks' };
    expect(reported).toEqual([refused, { ...refused, target: 'later' }]);
  });

  it('the key of a call that was used with other arguments', async () => {
    const { send, reported } = await open(bench, working, withTasks());
    await send(asClient(call('pay', { order: '1' })));
    await send(asClient(call('pay', { order: '2' })));
    expect(reported).toEqual([{ ...request_refused, reason: 'key_reused' }]);
  });

  it('K8 another request of a flow that is a task', async () => {
    const { send, reported } = await open(bench, working, withTasks());
    const answer = await later(send);
    expect((await answer(YES)).result).toMatchObject({ resultType: 'task' });
    expect((await answer(NO)).error).toEqual(REFUSED);
    expect(reported).toEqual([{ ...state_refused, target: 'later', check: 'other_request' }]);
  });

  it('a store that fails', async () => {
    const tasks = new MemoryTasks();
    const down = new Error('the store is down');
    vi.spyOn(tasks, 'create').mockRejectedValue(down);
    vi.spyOn(tasks, 'read').mockRejectedValue(down);
    const { send, reported } = await open(bench, working, withTasks(tasks));
    expect((await send(asClient(call('pay')))).error).toMatchObject(RETRYABLE);
    expect(reported).toEqual([{ ...request_refused, reason: 'store_failed' }]);
  });

  it('S6 a store of large journals that fails', async () => {
    const spill = new MemorySpill();
    vi.spyOn(spill, 'put').mockRejectedValue(new Error('the store is down'));
    const { send, reported } = await open(
      bench,
      (server) =>
        server.registerTool('pay', {}, async (ctx) => {
          await ctx.step('large', () => 'x'.repeat(40_000));
          return String(await ctx.confirm('sure', 'Sure?'));
        }),
      { store: guardBench({ spill }).store() },
    );
    expect((await send(call('pay'))).error).toMatchObject(RETRYABLE);
    expect(reported).toEqual([{ ...request_refused, reason: 'store_failed' }]);
  });
});
