/** The Tasks extension, as a client meets it. */
import { describe, expect, it } from 'vitest';
import type { McpServer } from '../../src/server/server.ts';
import { RpcError } from '../../src/protocol/rpc-error.ts';
import { memoryStore } from '../../src/stores/memory-store.ts';
import { overWires } from '../support/each-wire.ts';
import { call, request, textOf } from '../support/messages.ts';
import { TASKS, WITH_TASKS, YES, openTasks } from '../support/tasks.ts';

const TERMINAL = ['completed', 'failed', 'cancelled'];

const tools = (server: McpServer): void => {
  server.registerTool('plain', {}, () => 'at once');
  server.registerTool('always', { task: 'always' }, async (ctx) => {
    await ctx.step('work', () => 1);
    return 'done';
  });
  server.registerTool('required', { task: 'required' }, () => {
    throw new Error('it went wrong');
  });
  server.registerTool('protocol-error', { task: 'always' }, () => {
    throw new RpcError(-31_000, 'no such thing', { thing: 1 });
  });
  server.registerTool('pay', { task: 'always' }, async (ctx) =>
    (await ctx.confirm('sure', 'Sure?')) ? 'paid' : 'kept',
  );
  server.registerTool('three', { task: 'always' }, async (ctx) => {
    const answers = await ctx.all({
      a: ctx.confirm('a', 'A?'),
      b: ctx.confirm('b', 'B?'),
      c: ctx.confirm('c', 'C?'),
    });
    return JSON.stringify(answers);
  });
  server.registerTool('hang', { task: 'always' }, async (ctx) => {
    await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve));
    return 'too late';
  });
};

overWires('a task', ['node', 'fetch', 'in process'], (bench) => {
  const open = () => openTasks(bench, tools);
  /** What there is over HTTP only. */
  const over = (value: number) => (bench.wire === 'in process' ? undefined : value);

  it('is offered as an extension, and nowhere else (TS-1)', async () => {
    const { send } = await open();
    const { result } = (await send(request('server/discover'))).response;
    expect(result).toMatchObject({ capabilities: { extensions: { [TASKS]: {} } } });
    expect(result!['capabilities']).not.toHaveProperty('tasks');
  });

  it('TS-5 TS-6 TS-7 is created flat, and can be read at once', async () => {
    const tasks = await openTasks(bench, tools, { worker: false });
    const { result } = await tasks.call('always', {}, { task: { ttl: 1 } });
    expect(result).toEqual({
      resultType: 'task',
      taskId: expect.stringMatching(/^[\w-]{22}$/),
      status: 'working',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      lastUpdatedAt: result!['createdAt'],
      ttlMs: 86_400_000,
      pollIntervalMs: 1_000,
      _meta: expect.anything(),
    });
    const { taskId, createdAt } = result!;
    expect(await tasks.get(taskId)).toMatchObject({ resultType: 'complete', taskId, createdAt });
  });

  it('TS-8 has its result in it once it is completed', async () => {
    const tasks = await open();
    const { result } = await tasks.call('always');
    const task = await tasks.until(result!['taskId'], ...TERMINAL);
    expect(task).toMatchObject({
      resultType: 'complete',
      status: 'completed',
      result: { content: [{ type: 'text', text: 'done' }] },
    });
    expect(JSON.stringify(task)).not.toContain('related-task');
  });

  it('TS-24 has no reference to its task in its result', async () => {
    const tasks = await open();
    const { result } = await tasks.call('always');
    const task = await tasks.until(result!['taskId'], ...TERMINAL);
    expect(task['result']).not.toHaveProperty(['_meta', 'io.modelcontextprotocol/related-task']);
  });

  it('K1 K3 runs with the numbers that it was sent, also those that JSON.stringify does not write', async () => {
    const inputSchema = { type: 'object', properties: { size: {} } } as const;
    const image = { type: 'image', data: '', mimeType: 'image/png', size: [-Infinity, null] };
    const tasks = await openTasks(bench, (server) => {
      server.registerTool('draw', { task: 'always', inputSchema }, async ({ size }, ctx) => {
        const drawn = await ctx.sample('drawn', { messages: [], maxTokens: 1 });
        return `${String(size)} ${String((drawn.content as typeof image).size)}`;
      });
    });
    const { taskId } = (await tasks.call('draw', { size: [Infinity, null] })).result!;
    await tasks.until(taskId, 'input_required');
    const inputResponses = { drawn: { role: 'assistant', model: 'm', content: image } };
    await tasks.ask('tasks/update', taskId, { inputResponses });
    const { result } = await tasks.until(taskId, 'completed', 'failed');
    expect(result).toMatchObject({ content: [{ text: 'Infinity, -Infinity,' }] });
  });

  it('TS-2 is made only of a call whose client declares the extension', async () => {
    const { send } = await open();
    const { response } = await send(call('always'));
    expect(response.result).toMatchObject({ resultType: 'complete' });
    expect(textOf(response)).toBe('done');
  });

  it('TS-3 is refused where it is required and the client declares nothing', async () => {
    const { send } = await open();
    const { response, status } = await send(call('required'));
    expect(response.error).toMatchObject({
      code: -32_021,
      data: { requiredCapabilities: { extensions: { [TASKS]: {} } } },
    });
    expect(status).toBe(over(400));
  });

  it('TS-4 is not made of a tool that does not say so', async () => {
    const tasks = await open();
    const response = await tasks.call('plain', {}, { task: { ttl: 60_000 } });
    expect(response.result).toMatchObject({ resultType: 'complete' });
  });

  it('TS-10 is completed with a result that is an error, and fails with a JSON-RPC error', async () => {
    const tasks = await open();
    const wrong = await tasks.call('required');
    expect(await tasks.until(wrong.result!['taskId'], ...TERMINAL)).toMatchObject({
      status: 'completed',
      result: { isError: true, content: [{ text: 'it went wrong' }] },
    });
    const failing = await tasks.call('protocol-error');
    expect(await tasks.until(failing.result!['taskId'], ...TERMINAL)).toMatchObject({
      status: 'failed',
      statusMessage: 'no such thing',
      error: { code: -31_000, message: 'no such thing', data: { thing: 1 } },
    });
  });

  it('TS-9 TS-12 TS-13 asks, and takes the answer', async () => {
    const tasks = await open();
    const { taskId } = (await tasks.call('pay')).result!;
    const asking = await tasks.until(taskId, 'input_required');
    expect(asking).toMatchObject({
      inputRequests: { sure: { method: 'elicitation/create', params: { message: 'Sure?' } } },
    });
    const ignored = await tasks.ask('tasks/update', taskId, { inputResponses: { other: YES } });
    expect(ignored.result).toEqual({ resultType: 'complete', _meta: expect.anything() });
    expect((await tasks.get(taskId))['status']).toBe('input_required');
    await tasks.ask('tasks/update', taskId, { inputResponses: { sure: YES } });
    expect(await tasks.until(taskId, ...TERMINAL)).toMatchObject({
      result: { content: [{ text: 'paid' }] },
    });
    const late = await tasks.ask('tasks/update', taskId, { inputResponses: { sure: YES } });
    expect(late.result).toMatchObject({ resultType: 'complete' });
  });

  it('K3 K4 TS-9 shows what is left right after a partial answer', async () => {
    const tasks = await open();
    const { taskId } = (await tasks.call('three')).result!;
    await tasks.until(taskId, 'input_required');
    for (const [answered, left] of [
      ['b', ['a', 'c']],
      ['a', ['c']],
    ] as const) {
      await tasks.ask('tasks/update', taskId, { inputResponses: { [answered]: YES } });
      const task = await tasks.get(taskId);
      expect([task['status'], Object.keys(task['inputRequests'] as object)]).toEqual([
        'input_required',
        left,
      ]);
    }
    await tasks.ask('tasks/update', taskId, { inputResponses: { c: YES, b: 'too late' } });
    await tasks.ask('tasks/update', taskId, { inputResponses: { c: YES } });
    const task = await tasks.until(taskId, ...TERMINAL);
    expect(task['result']).toMatchObject({ content: [{ text: '{"a":true,"b":true,"c":true}' }] });
  });

  it('K5 TS-11 asks again under another key, and never takes an answer for another sending', async () => {
    const tasks = await open();
    const { taskId } = (await tasks.call('pay')).result!;
    await tasks.until(taskId, 'input_required');
    await tasks.ask('tasks/update', taskId, {
      inputResponses: { sure: { action: 'accept', content: { confirm: 'maybe' } } },
    });
    const asked = await tasks.until(taskId, 'input_required');
    expect(Object.keys(asked['inputRequests'] as object)).toEqual(['sure~2']);
    await tasks.ask('tasks/update', taskId, { inputResponses: { sure: YES } });
    expect((await tasks.get(taskId))['status']).toBe('input_required');
    await tasks.ask('tasks/update', taskId, { inputResponses: { 'sure~2': YES } });
    expect(await tasks.until(taskId, ...TERMINAL)).toMatchObject({
      result: { content: [{ text: 'paid' }] },
    });
  });

  it('K6 takes nothing of an update that is malformed', async () => {
    const tasks = await open();
    const { taskId } = (await tasks.call('three')).result!;
    await tasks.until(taskId, 'input_required');
    for (const inputResponses of [undefined, [], 'x', { a: YES, b: 'x' }]) {
      const { error } = await tasks.ask('tasks/update', taskId, { inputResponses });
      expect(error?.code).toBe(-32_602);
    }
    expect(Object.keys((await tasks.get(taskId))['inputRequests'] as object)).toHaveLength(3);
  });

  it('K7 TS-14 TS-23 is cancelled at once, also while it works, and stays so', async () => {
    const tasks = await open();
    const { taskId } = (await tasks.call('hang')).result!;
    const acked = await tasks.ask('tasks/cancel', taskId);
    expect(acked.result).toEqual({ resultType: 'complete', _meta: expect.anything() });
    expect(await tasks.get(taskId)).toMatchObject({ status: 'cancelled' });
    await tasks.ask('tasks/cancel', taskId);
    await tasks.server.close();
    const task = await tasks.get(taskId);
    expect(task['status']).toBe('cancelled');
    expect(task).not.toHaveProperty('result');
  });

  it.each(['tasks/get', 'tasks/update', 'tasks/cancel'])('TS-15 TS-16 %s', async (method) => {
    const tasks = await open();
    const unknown = await tasks.ask(method, 'unknown', { inputResponses: {} });
    expect(unknown.error).toEqual({ code: -32_602, message: 'Unknown or expired task' });
    const undeclared = request(method, { taskId: 'unknown' });
    const headers = { 'mcp-name': 'unknown' };
    const { response, status } = await tasks.send(undeclared, { headers });
    expect(response.error).toMatchObject({
      code: -32_021,
      data: { requiredCapabilities: { extensions: { [TASKS]: {} } } },
    });
    expect(status).toBe(over(400));
  });

  it.each(['tasks/result', 'tasks/list'])('TS-17 has no %s', async (method) => {
    const { send } = await open();
    const { response, status } = await send(request(method, { taskId: 'x' }, WITH_TASKS));
    expect(response.error?.code).toBe(-32_601);
    expect(status).toBe(over(404));
  });

  it('TS-18 has its id in the header, if there are headers', async () => {
    const tasks = await open();
    const { taskId } = (await tasks.call('always')).result!;
    for (const name of ['another', undefined]) {
      const get = request('tasks/get', { taskId }, WITH_TASKS);
      const { response, status } = await tasks.send(get, { headers: { 'mcp-name': name } });
      expect([response.error?.code, status]).toEqual([over(-32_020), over(400)]);
    }
  });
});

overWires('a server without a store', ['in process'], (bench) => {
  it('K9 has no tasks', async () => {
    const { send, server } = await bench.open(
      (opened) => void opened.registerTool('a', {}, () => 'b'),
    );
    const { response } = await send(request('tasks/get', { taskId: 'x' }, WITH_TASKS));
    expect(response.error?.code).toBe(-32_601);
    expect(() => server.registerTool('t', { task: 'always' }, () => 'x')).toThrow(/'task'/);
    await expect(async () => server.runTasks({ for: 10 })).rejects.toThrow(/store/);
    const discovered = (await send(request('server/discover'))).response.result;
    expect(discovered!['capabilities']).not.toHaveProperty('extensions');
  });
});

describe('two servers with one store', () => {
  overWires('a task', ['in process'], (bench) => {
    it('is created by one and run by the other', async () => {
      const store = memoryStore();
      const front = await openTasks(bench, tools, { store, worker: false });
      const { taskId } = (await front.call('always')).result!;
      const back = await openTasks(bench, tools, { store });
      const task = await front.until(taskId, ...TERMINAL);
      expect(task['status']).toBe('completed');
      expect(await back.get(taskId)).toEqual(task);
      await back.server.close();
    });
  });
});
