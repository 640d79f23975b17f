/** Rounds that run once, of tools that become tasks (K8). */
import { expect, it, onTestFinished, vi } from 'vitest';
import { guardExtension } from '../../../src/guard/extension.ts';
import type { ServerOptions } from '../../../src/server/options.ts';
import type { McpServer } from '../../../src/server/server.ts';
import { guardThat } from '../../../src/server/store.ts';
import { StoreSecret } from '../../../src/stored/store-secret.ts';
import { defineStore } from '../../../src/stores/define-store.ts';
import { MemoryTasks, type Undo } from '../../../src/tasks/memory/memory-tasks.ts';
import { overWires } from '../../support/each-wire.ts';
import { type GuardBench, RETRYABLE, YES, gate, guardBench } from '../../support/guard.ts';
import { call, retry } from '../../support/messages.ts';
import { WITH_TASKS } from '../../support/tasks.ts';

overWires('S7 K8 a task of a round that runs once', ['in process'], (bench) => {
  /** The guard and the tasks in one store. */
  const together = ({ store }: GuardBench): ServerOptions => ({ store: store() });

  /** A guard of its own beside the store of the tasks, as one in Redis is. */
  function apart({ parts }: GuardBench): ServerOptions {
    const { guard, secret, transaction, close, tasks } = parts;
    const loadSecret = (): Promise<StoreSecret> => StoreSecret.load(undefined, secret);
    const own = { guard, loadSecret, isVolatile: true, singleProcess: true, replyTtl: 600_000 };
    return {
      guard: guardThat((server) => [guardExtension(own, server)]),
      store: defineStore<Undo>({ tasks: tasks!, secret, isVolatile: true, transaction, close }),
    };
  }

  async function open(setUp: (server: McpServer) => void, stores = together) {
    const tasks = new MemoryTasks();
    const creating = vi.spyOn(tasks, 'create');
    const guard = guardBench({ tasks });
    const { send } = await bench.open(setUp, stores(guard));
    const first = call('work');
    Object.assign(first.params._meta, WITH_TASKS);
    return { ...guard, tasks, send, first, created: () => creating.mock.calls.length };
  }

  /** How many texts there are of tasks: one of each that has just been written. */
  const stored = async (tasks: MemoryTasks): Promise<number> =>
    [...(await tasks.countKeys()).values()].reduce((sum, count) => sum + count, 0);

  const always = (server: McpServer): void =>
    void server.registerTool('work', { replay: 'once', task: 'always' }, () => 'done');

  it('is not created by a first call that nobody has named', async () => {
    const { send, first, created } = await open(always);
    const begun = (await send(first)).response;
    expect(begun.result).toMatchObject({ resultType: 'input_required' });
    expect([begun.result!['inputRequests'], created()]).toEqual([undefined, 0]);
    const task = (await send(retry(first, begun, {}))).response.result!;
    const again = (await send(retry(first, begun, {}))).response.result!;
    expect(task).toMatchObject({ resultType: 'task', taskId: expect.any(String) as string });
    expect([again['taskId'], created()]).toEqual([task['taskId'], 1]);
  });

  it('is created by one that has a call key, and is its reply', async () => {
    const { send, first, created } = await open(always);
    const named = { ...first.params._meta, 'mcp-rondo/callKey': 'a' };
    const message = { ...first, params: { ...first.params, _meta: named } };
    const task = (await send(message)).response.result!;
    const again = (await send({ ...message, id: 'again' })).response.result!;
    expect(task).toMatchObject({ resultType: 'task' });
    expect([again['taskId'], created()]).toEqual([task['taskId'], 1]);
  });

  it('K17 is over for who calls again once it is deleted, until its key is free', async () => {
    let passed = 0;
    const tasks = new MemoryTasks(() => Date.now() + passed);
    const guarded = guardBench({ tasks });
    let runs = 0;
    const { send, server } = await bench.open(
      (under) =>
        void under.registerTool(
          'work',
          { replay: 'once', task: 'always', idempotencyKey: () => 'key' },
          () => `run ${++runs}`,
        ),
      { store: guarded.store(), tasks: { ttl: 60_000, retention: 60_000 } },
    );
    server.work(1);
    onTestFinished(() => server.close());
    const again = async () => {
      const message = call('work');
      Object.assign(message.params._meta, WITH_TASKS);
      return (await send(message)).response;
    };
    const { taskId } = (await again()).result!;
    await expect.poll(() => runs).toBe(1);
    expect((await again()).result!['taskId']).toBe(taskId);
    passed = 180_000;
    guarded.pass(180_000);
    const { error } = await again();
    expect(error).toMatchObject({
      code: -32_603,
      message: expect.stringMatching(/not kept/) as string,
    });
    passed += 86_400_000;
    guarded.pass(86_400_000);
    expect((await again()).result!['taskId']).not.toBe(taskId);
    await expect.poll(() => runs).toBe(2);
  });

  it('is not there where its reply could not be recorded: both are written at once', async () => {
    const { send, first, breakDown, repair, tasks } = await open(always);
    const begun = (await send(first)).response;
    breakDown('finish');
    const failed = (await send(retry(first, begun, {}))).response;
    expect(failed.error).toMatchObject(RETRYABLE);
    expect(await stored(tasks)).toBe(0);
    repair();
    const task = (await send(retry(first, begun, {}))).response.result!;
    const again = (await send(retry(first, begun, {}))).response.result!;
    expect([task['resultType'], again['taskId']]).toEqual(['task', task['taskId']]);
    expect(await stored(tasks)).toBe(1);
  });

  it('is the same one where its reply could not be recorded, in another store', async () => {
    const { send, first, pass, breakDown, repair, tasks } = await open(always, apart);
    const begun = (await send(first)).response;
    breakDown('finish');
    const failed = (await send(retry(first, begun, {}))).response;
    expect(failed.error).toMatchObject(RETRYABLE);
    expect(await stored(tasks)).toBe(1);
    repair();
    pass(31_000);
    const task = (await send(retry(first, begun, {}))).response.result!;
    const again = (await send(retry(first, begun, {}))).response.result!;
    expect([task['resultType'], again['taskId']]).toEqual(['task', task['taskId']]);
    expect(await stored(tasks)).toBe(1);
  });

  it('is the same one where nobody heard that it had been written, in another store', async () => {
    const { send, first, tasks } = await open(always, apart);
    const named = { ...first.params._meta, 'mcp-rondo/callKey': 'a' };
    const message = { ...first, params: { ...first.params, _meta: named } };
    const { create } = tasks;
    vi.spyOn(tasks, 'create').mockImplementationOnce(async (...given) => {
      await create.apply(tasks, given);
      throw new Error('the connection was lost');
    });
    expect((await send(message)).response.error).toMatchObject(RETRYABLE);
    const task = (await send({ ...message, id: 'again' })).response.result!;
    expect(task).toMatchObject({ resultType: 'task' });
    expect(await stored(tasks)).toBe(1);
  });

  it('is not written by an attempt whose round another has', async () => {
    const [begun, free] = [gate(), gate()];
    const effects: string[] = [];
    let runs = 0;
    const { send, first, pass, tasks } = await open(
      (server) =>
        void server.registerTool('work', { replay: 'once' }, async (ctx) => {
          await ctx.confirm('sure', 'Sure?');
          begun.open();
          if (++runs < 3) await free.opened;
          await ctx.detach();
          await ctx.step('work', () => void effects.push('work'));
          return 'done';
        }),
    );
    const asked = (await send(first)).response;
    const answer = async () => (await send(retry(first, asked, { sure: YES }))).response;
    runs = 0;
    const one = answer();
    await begun.opened;
    pass(31_000);
    const other = answer();
    while (runs < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(await stored(tasks)).toBe(0);
    free.open();
    expect((await one).error).toMatchObject(RETRYABLE);
    const { taskId } = (await other).result!;
    expect((await answer()).result!['taskId']).toBe(taskId);
    await vi.waitFor(() => expect(effects).toEqual(['work']));
  });

  it('waits for the next round if a first one calls detach', async () => {
    let runs = 0;
    const { send, first, created } = await open(
      (server) =>
        void server.registerTool('work', { replay: 'once' }, async (ctx) => {
          runs++;
          await ctx.detach();
          return 'done';
        }),
    );
    const begun = (await send(first)).response;
    expect(begun.result).toMatchObject({ resultType: 'input_required' });
    expect(created()).toBe(0);
    const task = (await send(retry(first, begun, {}))).response.result!;
    const again = (await send(retry(first, begun, {}))).response.result!;
    expect([task['resultType'], again['taskId']]).toEqual(['task', task['taskId']]);
    expect([created(), runs]).toEqual([1, 2]);
  });
});
