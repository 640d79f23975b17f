/** How many tasks a worker runs, and which. */
import { expect, it, onTestFinished, vi } from 'vitest';
import * as z from 'zod';
import { MemoryTasks } from '../../src/tasks/memory/memory-tasks.ts';
import type { McpServer } from '../../src/server/server.ts';
import { overWires } from '../support/each-wire.ts';
import { openTasks } from '../support/tasks.ts';
import { turns, until } from '../support/until.ts';
import { warningsTo } from '../support/logger.ts';
import { storeOf } from '../support/store-of.ts';

const Numbered = z.object({ number: z.number() });

overWires('a worker', ['in process'], (bench) => {
  /** A tool whose calls run until they are let go. */
  function held() {
    const running: (() => void)[] = [];
    let most = 0;
    const setUp = (server: McpServer): void => {
      server.registerTool('held', { task: 'always' }, async (ctx) => {
        await ctx.step('wait', () => {
          const { promise, release } = gate();
          running.push(release);
          most = Math.max(most, running.length);
          return promise;
        });
        return 'done';
      });
    };
    return { running, setUp, most: () => most };
  }

  /** A tool without steps. */
  function quick() {
    const begun = vi.fn(() => 'done');
    const setUp = (server: McpServer): void =>
      void server.registerTool('quick', { task: 'always' }, begun);
    return { begun, setUp };
  }

  it('K1 runs as many tasks at once as it may, also where they come one by one', async () => {
    const { running, setUp } = held();
    const tasks = await openTasks(bench, setUp, { worker: false });
    tasks.server.work(4);
    for (let count = 1; count <= 4; count++) {
      await tasks.call('held');
      await until(() => running.length === count);
    }
    const fifth = (await tasks.call('held')).result!['taskId'];
    running[0]!();
    await until(() => running.length === 5);
    for (const release of running) release();
    await tasks.until(fifth, 'completed');
  });

  it.each([
    ['is asked for where there is none', false, 1],
    ['is not asked for where there is one', true, 0],
  ])('K1 %s, in a store of this process alone', async (_, works, times) => {
    const warnings: string[] = [];
    const { setUp } = quick();
    const tasks = await openTasks(bench, setUp, { worker: false, logger: warningsTo(warnings) });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      await tasks.call('quick');
      if (works) tasks.server.work(1);
      vi.advanceTimersByTime(5_000);
    } finally {
      vi.useRealTimers();
    }
    expect(warnings.filter((each) => each.includes('startWorker(server)'))).toHaveLength(times);
  });

  it('K8 discards a task that may have been written, whose call was told to try again', async () => {
    const store = new MemoryTasks();
    const { create } = store;
    const written: string[] = [];
    vi.spyOn(store, 'create').mockImplementation(async (...given) => {
      const created = await create.apply(store, given);
      written.push(given[0].taskId);
      throw Object.assign(new Error('no answer'), created);
    });
    const { begun, setUp } = quick();
    const tasks = await openTasks(bench, setUp, { store: storeOf(store) });
    const discard = vi.spyOn(store, 'discard');
    expect((await tasks.call('quick')).error).toMatchObject({ data: { retryable: true } });
    await until(() => discard.mock.settledResults.length === 1);
    expect(await store.read(written)).toEqual([]);
    expect(begun).not.toHaveBeenCalled();
  });

  it('K17 leaves such a task to a worker where the same call finds it', async () => {
    const store = new MemoryTasks();
    const { create } = store;
    const creates = vi.spyOn(store, 'create').mockImplementationOnce(async (...given) => {
      await create.apply(store, given);
      throw new Error('no answer');
    });
    const discard = vi.spyOn(store, 'discard');
    const begun = vi.fn(() => 'done');
    const setUp = (server: McpServer): void =>
      void server.registerTool('named', { task: 'always', idempotencyKey: () => 'one' }, begun);
    const lease = { tasks: { lease: 50 } };
    const tasks = await openTasks(bench, setUp, { store: storeOf(store), ...lease });
    await tasks.call('named');
    const { taskId } = (await tasks.call('named')).result!;
    await tasks.until(taskId, 'completed');
    expect([creates.mock.calls.length, discard.mock.calls.length]).toEqual([2, 0]);
    expect(begun).toHaveBeenCalledOnce();
  });

  it.each([
    ['exchanged', { version: '2' }],
    ['renamed', { version: '1', aliases: ['tool'] }],
  ])('K14 does not run a task with a tool that was %s while it was loaded', async (name, is) => {
    const store = new MemoryTasks();
    const { claim, load } = store;
    vi.spyOn(store, 'claim').mockImplementation(async (...given) => {
      const claims = await claim.apply(store, given);
      return { ...claims, tasks: claims.tasks.map((task) => ({ ...task, loaded: undefined })) };
    });
    const [first, second] = [vi.fn(() => 'one'), vi.fn(() => 'two')];
    let exchange = (): void => {};
    const setUp = (server: McpServer): void => {
      const tool = server.registerTool('tool', { task: 'always', version: '1' }, first);
      exchange = () => {
        exchange = () => {};
        tool.remove();
        const to = name === 'renamed' ? name : 'tool';
        server.registerTool(to, { task: 'always', ...is }, second);
      };
    };
    const loads = vi.spyOn(store, 'load').mockImplementation(async (lease) => {
      const loaded = await load.call(store, lease);
      exchange();
      return loaded;
    });
    const tasks = await openTasks(bench, setUp, { worker: false, store: storeOf(store) });
    const released = vi.spyOn(store, 'release');
    const { taskId } = (await tasks.call('tool')).result!;
    tasks.server.work(1);
    await until(() => released.mock.settledResults.length === 1);
    expect([loads, first, second].map(({ mock }) => mock.calls.length)).toEqual([1, 0, 0]);
    expect(await tasks.get(taskId)).toMatchObject({ status: 'working' });
  });

  it('K1 runs a task that is created where there is room at once, without a claim', async () => {
    const store = new MemoryTasks();
    const { running, setUp } = held();
    const tasks = await openTasks(bench, setUp, { store: storeOf(store) });
    const claims = vi.spyOn(store, 'claim');
    for (let count = 1; count <= 10; count++) {
      await tasks.call('held');
      await until(() => running.length === count);
    }
    expect(claims.mock.settledResults.flatMap(({ value }) => value.tasks)).toEqual([]);
    for (const release of running) release();
  });

  it('K1 what is created while others wait for a place comes after them', async () => {
    const order: number[] = [];
    let release = (): void => undefined;
    const config = { task: 'always', inputSchema: Numbered } as const;
    const setUp = (server: McpServer): void =>
      void server.registerTool('held', config, async ({ number }) => {
        order.push(number);
        await new Promise<void>((resolve) => (release = resolve));
        return 'done';
      });
    const store = new MemoryTasks();
    const tasks = await openTasks(bench, setUp, { store: storeOf(store), worker: false });
    tasks.server.work(1);
    await tasks.call('held', { number: 1 });
    await until(() => order.length === 1);
    await tasks.call('held', { number: 2 });
    const { promise: mayGoOn, release: goOn } = gate();
    const { claim } = store;
    const claims = vi.spyOn(store, 'claim').mockImplementationOnce(async (...what) => {
      await mayGoOn;
      return claim.apply(store, what);
    });
    release();
    await until(() => claims.mock.calls.length === 1);
    const { taskId } = (await tasks.call('held', { number: 3 })).result!;
    goOn();
    for (const count of [2, 3]) {
      await until(() => order.length === count);
      release();
    }
    await tasks.until(taskId, 'completed');
    expect(order).toEqual([1, 2, 3]);
  });

  it('K1 gives back what it has claimed for places that were taken meanwhile, and tells the others', async () => {
    const store = new MemoryTasks();
    const { running, setUp } = held();
    const tasks = await openTasks(bench, setUp, { store: storeOf(store), worker: false });
    const first = (await tasks.call('held')).result!['taskId'];
    const wake = vi.spyOn(store.wakeUps, 'wake');
    const { claim } = store;
    const { promise: mayGoOn, release: goOn } = gate();
    const claims = vi.spyOn(store, 'claim').mockImplementationOnce(async (...what) => {
      const claimed = await claim.apply(store, what);
      await mayGoOn;
      return claimed;
    });
    tasks.server.work(1);
    await until(() => claims.mock.calls.length === 1);
    const second = (await tasks.call('held')).result!['taskId'];
    await until(() => running.length === 1);
    goOn();
    await until(() => claims.mock.settledResults.length === 1);
    await turns(20);
    expect(running).toHaveLength(1);
    expect(wake.mock.calls).toContainEqual([first, expect.any(Number)]);
    running[0]!();
    await tasks.until(second, 'completed');
    await until(() => running.length === 2);
    running[1]!();
    await tasks.until(first, 'completed');
  });

  it.each([
    ['waits for as long as its lapses want', 2, { release: [{ after: 10_000 }], finish: [] }],
    ['has failed after too many', 6, { release: [], finish: [{ status: 'failed' }] }],
  ])('K14 what it has no place for %s', async (_, lapses, expected) => {
    let now = Date.now();
    const store = new MemoryTasks(() => now);
    const { running, setUp } = held();
    const tasks = await openTasks(bench, setUp, { store: storeOf(store), worker: false });
    await tasks.call('held');
    const what = { audience: 'under-test', targets: new Map([['held', ['']]]), keyIds: [''] };
    for (let i = 0; i < lapses; i++) {
      expect((await store.claim(what, 1, 1)).tasks).toHaveLength(1);
      now += 10;
    }
    const { claim } = store;
    const { promise: mayGoOn, release: goOn } = gate();
    const claims = vi.spyOn(store, 'claim').mockImplementationOnce(async (...which) => {
      await mayGoOn;
      return claim.apply(store, which);
    });
    const [release, finish] = [vi.spyOn(store, 'release'), vi.spyOn(store, 'finish')];
    tasks.server.work(1);
    await until(() => claims.mock.calls.length === 1);
    await tasks.call('held');
    await until(() => running.length === 1);
    goOn();
    await turns(20);
    const given = [release, finish].map(({ mock }) => mock.calls.map(([, how]) => how));
    expect({ release: given[0], finish: given[1] }).toMatchObject(expected);
    running[0]!();
  });

  it('K1 leaves to others what is created while it stops: it begins no step', async () => {
    const store = new MemoryTasks();
    const { running, setUp } = held();
    const tasks = await openTasks(bench, setUp, { store: storeOf(store), worker: false });
    const working = tasks.server.work(10)!;
    const { create } = store;
    const { promise: mayGoOn, release: goOn } = gate();
    const creates = vi.spyOn(store, 'create').mockImplementationOnce(async (...task) => {
      await mayGoOn;
      return create.apply(store, task);
    });
    const called = tasks.call('held');
    await until(() => creates.mock.calls.length === 1);
    const closing = vi.fn();
    const closed = working.close().then(closing);
    await turns(20);
    expect(closing).not.toHaveBeenCalled();
    goOn();
    await closed;
    expect(running).toEqual([]);
    const { taskId } = (await called).result!;
    tasks.server.work(10);
    await until(() => running.length === 1);
    running[0]!();
    await tasks.until(taskId, 'completed');
  });

  it('K1 does not begin what is created while it stops, however short the time it has', async () => {
    const { begun, setUp } = quick();
    const store = new MemoryTasks();
    const tasks = await openTasks(bench, setUp, { store: storeOf(store), worker: false });
    const working = tasks.server.work(10)!;
    const { promise: mayGoOn, release: goOn } = gate();
    const { create } = store;
    const creates = vi.spyOn(store, 'create').mockImplementationOnce(async (...task) => {
      await mayGoOn;
      return create.apply(store, task);
    });
    const called = tasks.call('quick');
    await until(() => creates.mock.calls.length === 1);
    const closed = working.close(0);
    goOn();
    await closed;
    expect(begun).not.toHaveBeenCalled();
    tasks.server.work(10);
    await tasks.until((await called).result!['taskId'], 'completed');
    expect(begun).toHaveBeenCalledOnce();
  });

  it('K7 does not begin what is cancelled in the turn of the reply', async () => {
    const { begun, setUp } = quick();
    const store = new MemoryTasks();
    const played = vi.spyOn(store, 'load');
    const tasks = await openTasks(bench, setUp, { store: storeOf(store) });
    const { taskId } = (await tasks.call('quick')).result!;
    await store.cancel(taskId as string, 1_000);
    store.wakeUps.wake(taskId as string);
    await until(() => played.mock.calls.length === 1);
    await turns(20);
    expect(begun).not.toHaveBeenCalled();
  });

  it('K1 hears when a task is due that sleeps: it is told of nothing later than now', async () => {
    const setUp = (server: McpServer): void =>
      void server.registerTool('sleeper', { task: 'always' }, async (ctx) => {
        await ctx.sleep('nap', 10_000);
        return 'done';
      });
    const store = new MemoryTasks();
    const tasks = await openTasks(bench, setUp, { store: storeOf(store) });
    const released = vi.spyOn(store, 'release');
    const claims = vi.spyOn(store, 'claim');
    await tasks.call('sleeper');
    await until(() => released.mock.settledResults.length === 1);
    await turns(20);
    const [letGo] = released.mock.invocationCallOrder;
    expect(claims.mock.invocationCallOrder.at(-1)).toBeGreaterThan(letGo!);
  });

  it('K1 fills a place that becomes free during a claim, if more is due than that was for', async () => {
    const { running, setUp } = held();
    const store = new MemoryTasks();
    const tasks = await openTasks(bench, setUp, { store: storeOf(store), worker: false });
    const others = await openTasks(bench, setUp, { store: storeOf(store), worker: false });
    tasks.server.work(2);
    const first = (await tasks.call('held')).result!['taskId'];
    await until(() => running.length === 1);
    const { promise: mayGoOn, release: goOn } = gate();
    const { claim } = store;
    const claims = vi.spyOn(store, 'claim').mockImplementationOnce(async (...what) => {
      await mayGoOn;
      return claim.apply(store, what);
    });
    const hints = vi.spyOn(store.wakeUps, 'wake');
    await others.call('held');
    await until(() => claims.mock.calls.length === 1);
    hints.mockImplementation(() => undefined);
    await others.call('held');
    running[0]!();
    await tasks.until(first, 'completed');
    goOn();
    await turns(50);
    expect(running).toHaveLength(3);
    for (const release of running) release();
  });

  it('K14 does not run a task with a handler that was exchanged since, and does not accept its version', async () => {
    const [first, second] = [vi.fn(() => 'first'), vi.fn(() => 'second')];
    const store = new MemoryTasks();
    const { create } = store;
    const setUp = (server: McpServer): void => {
      const tool = server.registerTool('exchanged', { task: 'always', version: '1' }, first);
      vi.spyOn(store, 'create').mockImplementationOnce(async (...task) => {
        const created = await create.apply(store, task);
        tool.remove();
        server.registerTool('exchanged', { task: 'always', version: '2' }, second);
        return created;
      });
    };
    const tasks = await openTasks(bench, setUp, { store: storeOf(store) });
    const released = vi.spyOn(store, 'release');
    const { taskId } = (await tasks.call('exchanged')).result!;
    await until(() => released.mock.settledResults.length + second.mock.calls.length > 0);
    expect([first, second].flatMap(({ mock }) => mock.calls)).toEqual([]);
    expect(await tasks.get(taskId)).toMatchObject({ status: 'working' });
  });

  it('K1 goes on while one of those who have started it has not closed it', async () => {
    const setUp = (server: McpServer): void =>
      void server.registerTool('quick', { task: 'always' }, () => 'done');
    const { server, call, until: ended } = await openTasks(bench, setUp, { worker: false });
    const once = async (): Promise<void> => {
      const { taskId } = (await call('quick')).result!;
      await ended(taskId, 'completed');
    };
    const [first, second] = [server.work(1)!, server.work(10)!];
    await first.close();
    await first.close();
    await once();
    await Promise.all([server.runTasks({ for: 20 }), server.runTasks({ for: 40 })]);
    await once();
    await second.close();
    const left = (await call('quick')).result!['taskId'];
    expect(await server.runTasks({ for: 5_000 })).toEqual({ ran: 1, due: 0 });
    await ended(left, 'completed');
  });

  it('K14 ends all tasks that have ended workers before, which it runs one at a time', async () => {
    let now = Date.now();
    const store = new MemoryTasks(() => now);
    const { running, setUp, most } = held();
    const tasks = await openTasks(bench, setUp, {
      store: storeOf(store),
      worker: false,
    });
    const calls = await Promise.all([1, 2, 3].map(() => tasks.call('held')));
    const what = { audience: 'under-test', targets: new Map([['held', ['']]]), keyIds: [''] };
    for (let i = 0; i < 3; i++) {
      expect((await store.claim(what, 10, 1)).tasks).toHaveLength(3);
      now += 10;
    }
    for (const { taskId, epoch, wanted } of (await store.claim(what, 10, 1)).tasks) {
      await store.release({ taskId, epoch }, { seen: wanted, after: 0 });
    }
    const ageing = setInterval(() => (now += 1_000), 1);
    onTestFinished(() => clearInterval(ageing));
    tasks.server.work(10);
    const letting = setInterval(() => running.shift()?.(), 5);
    onTestFinished(() => clearInterval(letting));
    for (const { result } of calls) await tasks.until(result!['taskId'], 'completed');
    expect(most()).toBe(1);
  });
});

function gate(): { promise: Promise<void>; release: () => void } {
  let release = (): void => undefined;
  const promise = new Promise<void>((resolve) => (release = resolve));
  return { promise, release };
}
