/** Stores whose answers come late, or only at the second try: what is certain of a lease, and what goes on. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { MemoryGuard } from '../../src/guard/memory/memory-guard.ts';
import type { McpServer } from '../../src/server/server.ts';
import type { Store } from '../../src/server/store.ts';
import { MemorySecret } from '../../src/stored/secret-store.ts';
import { defineStore } from '../../src/stores/define-store.ts';
import { inMemory } from '../../src/stores/memory-store.ts';
import type { CreatedTask, TaskClaims } from '../../src/tasks/contract.ts';
import { MemoryTasks, type Undo } from '../../src/tasks/memory/memory-tasks.ts';
import { overWires } from '../support/each-wire.ts';
import { RETRYABLE } from '../support/guard.ts';
import { call } from '../support/messages.ts';
import { storeOf } from '../support/store-of.ts';
import { openTasks } from '../support/tasks.ts';
import { turns, until } from '../support/until.ts';

/** From now on the clock of this process is 25 s ahead. The store has its own. */
const wait25s = (): void => {
  const later = Date.now() + 25_000;
  vi.spyOn(Date, 'now').mockReturnValue(later);
};

const storesClock = (): number => performance.timeOrigin + performance.now();

/** Its answer to a claim takes 25 s of the 30 s of a lease. */
class LateClaims extends MemoryTasks {
  override async claim(...claim: Parameters<MemoryTasks['claim']>): Promise<TaskClaims> {
    const claims = await super.claim(...claim);
    if (claims.tasks.length > 0) wait25s();
    return claims;
  }
}

/** So do all its answers about leases. */
class LateTasks extends LateClaims {
  override async renew(...renewal: Parameters<MemoryTasks['renew']>) {
    const renewed = await super.renew(...renewal);
    wait25s();
    return renewed;
  }

  override async create(...task: Parameters<MemoryTasks['create']>): Promise<CreatedTask> {
    const created = await super.create(...task);
    if (task[0].lease !== undefined) wait25s();
    return created;
  }
}

class LateGuard extends MemoryGuard {
  override async claim(...claim: Parameters<MemoryGuard['claim']>) {
    const claimed = await super.claim(...claim);
    wait25s();
    return claimed;
  }
}

function storeWith(guard: MemoryGuard): Store {
  return defineStore<Undo>({
    guard,
    secret: new MemorySecret(),
    isVolatile: true,
    singleProcess: true,
    transaction: inMemory,
    close: async () => undefined,
  });
}

overWires('a lease whose claim is answered late', ['in process'], (bench) => {
  /** A tool that says how often it has paid. */
  function paying(config: object, begun = (): void => undefined) {
    const paid: string[] = [];
    const setUp = (server: McpServer): void =>
      void server.registerTool('pay', config, async (ctx) => {
        begun();
        await ctx.step('pay', () => void paid.push('paid'));
        return 'done';
      });
    onTestFinished(() => void vi.restoreAllMocks());
    return { paid, setUp };
  }

  it('K2 runs no step of a task: another worker may have it soon', async () => {
    const { paid, setUp } = paying({ task: 'always' });
    const store = new LateTasks(storesClock);
    const loaded = vi.spyOn(store, 'load');
    const tasks = await openTasks(bench, setUp, { store: storeOf(store), worker: false });
    await tasks.call('pay');
    tasks.server.work(10);
    await until(() => loaded.mock.calls.length > 0);
    await turns(20);
    expect(paid).toEqual([]);
  });

  it('K2 runs the steps of a task that has been renewed since: nobody else can have it', async () => {
    const { paid, setUp } = paying({ task: 'always' });
    const options = { store: storeOf(new LateClaims(storesClock)), worker: false };
    const tasks = await openTasks(bench, setUp, options);
    const { taskId } = (await tasks.call('pay')).result!;
    tasks.server.work(10);
    await tasks.until(taskId, 'completed');
    expect(paid).toEqual(['paid']);
  });

  it.each([
    ['in a call that is claimed', { idempotencyKey: () => 'a' }, false],
    ['by a worker that has room', {}, true],
  ])('K2 runs no step of a task that runs where it was called, %s', async (_, config, worker) => {
    const begun = vi.fn();
    const { paid, setUp } = paying({ task: 'always', ...config }, begun);
    const options = { store: storeOf(new LateTasks(storesClock)), worker };
    const tasks = await openTasks(bench, setUp, options);
    void (worker ? tasks.call('pay') : tasks.send(call('pay')));
    await until(() => begun.mock.calls.length > 0);
    await turns(20);
    expect(paid).toEqual([]);
  });

  it('S7 runs no step of a round that runs once, which may be sent again', async () => {
    const { paid, setUp } = paying({ replay: 'once', idempotencyKey: () => 'a' });
    const store = storeWith(new LateGuard(storesClock));
    const { send } = await bench.open(setUp, { store });
    expect((await send(call('pay'))).response.error).toMatchObject(RETRYABLE);
    expect(paid).toEqual([]);
  });
});

overWires('a round that runs once', ['in process'], (bench) => {
  it('S7 is not interrupted by a claim that is made again, since nobody has heard of the first', async () => {
    const guard = new MemoryGuard();
    const { claim } = guard;
    const claims = vi.spyOn(guard, 'claim').mockImplementation(async (wanted) => {
      await claim.call(guard, wanted);
      return claim.call(guard, wanted);
    });
    const once = { replay: 'once', interrupted: 'refuse', idempotencyKey: () => 'a' } as const;
    const setUp = (server: McpServer): void => void server.registerTool('pay', once, () => 'done');
    const { send } = await bench.open(setUp, { store: storeWith(guard) });
    const { result } = (await send(call('pay'))).response;
    expect([result?.['content'], claims.mock.calls.length]).toEqual([
      [{ type: 'text', text: 'done' }],
      1,
    ]);
  });
});

overWires('a running step', ['in process'], (bench) => {
  it.each(['describe', 'look'] as const)(
    'K2 goes on where %s() fails, and succeeds at the second try',
    async (method) => {
      const store = new MemoryTasks();
      const signals: AbortSignal[] = [];
      let runs = 0;
      let end = (): void => undefined;
      const setUp = (server: McpServer): void =>
        void server.registerTool('t', { task: 'always' }, async (ctx) => {
          await ctx.step('s', async ({ signal }) => {
            runs++;
            signals.push(signal);
            ctx.status('half done');
            await new Promise<void>((resolve) => (end = resolve));
          });
          return 'done';
        });
      const used = vi.spyOn(store, method);
      const tasks = await openTasks(bench, setUp, { store: storeOf(store) });
      onTestFinished(() => void vi.restoreAllMocks());
      used.mockRejectedValueOnce(new Error('the store is away'));
      const { taskId } = (await tasks.call('t')).result!;
      await until(() => runs === 1);
      store.wakeUps.wake(taskId as string);
      await until(() => used.mock.settledResults.length > 0);
      await turns();
      expect([signals[0]!.aborted, runs]).toEqual([false, 1]);
      await until(() => used.mock.calls.length > 1);
      end();
      const { statusMessage } = await tasks.until(taskId, 'completed');
      expect([statusMessage, runs]).toEqual(['half done', 1]);
    },
  );
});
