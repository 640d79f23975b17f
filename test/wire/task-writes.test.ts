/** How often a run writes to its store, and in which order. */
import { afterAll, expect, it, onTestFinished, vi } from 'vitest';
import type { Context } from '../../src/server/flows/context.ts';
import { McpServer } from '../../src/server/server.ts';
import { defineStore } from '../../src/stores/define-store.ts';
import { loadPglite } from '../../src/stores/embedded/open-pglite.ts';
import { PgliteExecutor } from '../../src/stores/embedded/pglite-executor.ts';
import type { Query } from '../../src/stores/sql/executor.ts';
import { migrateTables } from '../../src/stores/sql/schema/migrate.ts';
import { SqlSecret } from '../../src/stores/sql/sql-secret.ts';
import { SqlTasks } from '../../src/stores/sql/sql-tasks.ts';
import type { NewAsk, TaskLease, TaskRelease, TaskRow } from '../../src/tasks/contract.ts';
import { MemoryTasks } from '../../src/tasks/memory/memory-tasks.ts';
import { MemoryWakeUps } from '../../src/tasks/stored/memory-wake-ups.ts';
import { overWires } from '../support/each-wire.ts';
import { storeOf } from '../support/store-of.ts';
import { YES, openTasks } from '../support/tasks.ts';
import { turns, until as eventually } from '../support/until.ts';

/** Notes what runs write. */
class NotedTasks extends MemoryTasks {
  readonly notes: string[] = [];
  /** Called before a task is released. */
  onRelease: () => Promise<unknown> = async () => undefined;

  /** Called before entries are appended. */
  onAppend: () => Promise<unknown> = async () => undefined;

  override async append(lease: TaskLease, entries: readonly TaskRow[]): Promise<void> {
    this.notes.push(`append ${entries.length}`);
    await this.onAppend();
    return super.append(lease, entries);
  }

  override ask(lease: TaskLease, asks: readonly NewAsk[]): Promise<void> {
    this.notes.push(`ask ${asks.length}`);
    return super.ask(lease, asks);
  }

  override async release(lease: TaskLease, release: TaskRelease): Promise<number> {
    const { entries = [], asks = [] } = release;
    this.notes.push(`release, append ${entries.length}, ask ${asks.length}`);
    await this.onRelease();
    return super.release(lease, release);
  }

  override finish(...end: Parameters<MemoryTasks['finish']>): Promise<void> {
    this.notes.push('finish');
    return super.finish(...end);
  }
}

const CONFIG = { task: 'always' } as const;

overWires('a task', ['in process'], (bench) => {
  async function start(tool: (ctx: Context) => Promise<string>) {
    const store = new NotedTasks();
    const setUp = (server: McpServer): void => void server.registerTool('t', CONFIG, tool);
    const tasks = await openTasks(bench, setUp, { store: storeOf(store) });
    const { taskId } = (await tasks.call('t')).result!;
    await tasks.until(taskId, 'input_required');
    const answer = (...keys: string[]) =>
      tasks.ask('tasks/update', taskId, {
        inputResponses: Object.fromEntries(keys.map((key) => [key, YES])),
      });
    return { store, answer, until: (...statuses: string[]) => tasks.until(taskId, ...statuses) };
  }

  it('K1 with one question is released with it, and finished: that is all that its runs write', async () => {
    const { store, answer, until } = await start(async (ctx) => `${await ctx.confirm('a', 'A?')}`);
    await answer('a');
    await until('completed');
    expect(store.notes).toEqual(['release, append 0, ask 1', 'finish']);
  });

  it('K3 has an answer in its journal before the next step begins', async () => {
    const { store, answer, until } = await start(async (ctx) => {
      await ctx.confirm('a', 'A?');
      return ctx.step('s', () => `${store.notes.push('the step runs')}`);
    });
    await answer('a');
    await until('completed');
    expect(store.notes.slice(1)).toEqual(['append 1', 'the step runs', 'append 1', 'finish']);
  });

  it('K3 has an answer in its journal before a step that begins while that is written', async () => {
    const { store, answer, until } = await start(async (ctx) => {
      await ctx.confirm('a', 'A?');
      const other = ctx.confirm('b', 'B?');
      // By now the question is being written, with the answer before it.
      await eventually(() => store.notes.includes('append 1'));
      await ctx.step('s', () => void store.notes.push('the step runs'));
      return `${await other}`;
    });
    store.onAppend = async () => {
      store.onAppend = async () => undefined;
      await turns();
      store.notes.push('appended');
    };
    await answer('a');
    await eventually(() => store.notes.includes('the step runs'));
    const [written, step] = ['appended', 'the step runs'].map((note) => store.notes.indexOf(note));
    expect([written! > 0, step! > written!]).toEqual([true, true]);
    await until('input_required');
    await answer('b');
    await until('completed');
  });

  it('K3 has an answer in its journal with the next question', async () => {
    const { store, answer, until } = await start(async (ctx) => {
      await ctx.confirm('a', 'A?');
      return `${await ctx.confirm('b', 'B?')}`;
    });
    await answer('a');
    await eventually(() => store.notes.length > 1);
    await until('input_required');
    await answer('b');
    await until('completed');
    expect(store.notes).toEqual(['release, append 0, ask 1', 'release, append 1, ask 1', 'finish']);
  });

  it('K1 goes on with an answer that comes while it is released', async () => {
    const { store, answer, until } = await start(async (ctx) => {
      const [a, b] = await Promise.all([ctx.confirm('a', 'A?'), ctx.confirm('b', 'B?')]);
      return `${a} ${b}`;
    });
    store.onRelease = async () => {
      store.onRelease = async () => undefined;
      await answer('b');
    };
    await answer('a');
    expect(await until('completed')).toMatchObject({
      result: { content: [{ text: 'true true' }] },
    });
  });

  it('K4 that asks while a step runs has its question stored meanwhile', async () => {
    let end = (): void => undefined;
    const { store, answer, until } = await start(async (ctx) => {
      const step = ctx.step('s', () => new Promise<void>((resolve) => (end = resolve)));
      const isSure = await ctx.confirm('a', 'A?');
      store.notes.push('it goes on');
      end();
      await step;
      return `${isSure}`;
    });
    expect(store.notes).toEqual(['ask 1']);
    await answer('a');
    await until('completed');
    expect(store.notes.slice(1)).toEqual(['it goes on', 'append 2', 'finish']);
  });
});

it('K1 a worker looks when something is due, and not when a task has only changed', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const store = new MemoryTasks();
  const claims = vi.spyOn(store, 'claim');
  const server = new McpServer({ name: 'under-test', version: '1' }, { store: storeOf(store) });
  onTestFinished(() => server.close());
  server.registerTool('t', CONFIG, () => 'done');
  server.work(1);
  await turns();
  expect(claims).toHaveBeenCalledTimes(1);
  store.wakeUps.changed!('some task');
  await turns();
  expect(claims).toHaveBeenCalledTimes(1);
  store.wakeUps.wake('some task');
  await turns();
  expect(claims).toHaveBeenCalledTimes(2);
});

overWires('a task in SQL', ['in process'], (bench) => {
  let executor: PgliteExecutor | undefined;
  afterAll(() => executor?.close());

  it('K1 is one statement for each thing that happens to it', async () => {
    const PGlite = await loadPglite();
    const database = new PgliteExecutor(() => PGlite.create());
    executor = database;
    await migrateTables(database, { schema: 'rondo', migrate: true });
    const statements: string[] = [];
    // What reads, and what looks after all tasks.
    const others = ['read_tasks_by_id', 'look_at_task', 'expire_tasks', 'secret', 'task', 'lease'];
    const query: Query = (text, values) => {
      const [, name = text] = /rondo\.(\w+)/.exec(text) ?? [];
      if (!others.includes(name)) statements.push(name);
      return database.query(text, values);
    };
    const noted = {
      query,
      transaction: database.transaction.bind(database),
      close: async () => undefined,
    };
    const store = defineStore<Query>({
      tasks: new SqlTasks(noted, new MemoryWakeUps()),
      secret: new SqlSecret(noted),
      transaction: noted.transaction,
      close: noted.close,
    });
    const setUp = (server: McpServer): void =>
      void server.registerTool('t', CONFIG, async (ctx) => `${await ctx.confirm('a', 'A?')}`);
    const tasks = await openTasks(bench, setUp, { store });
    const { taskId } = (await tasks.call('t')).result!;
    await tasks.until(taskId, 'input_required');
    await tasks.ask('tasks/update', taskId, { inputResponses: { a: YES } });
    await tasks.until(taskId, 'completed');
    // Claims find nothing, or what is next.
    expect(statements.filter((name) => name !== 'take_tasks')).toEqual([
      'create_task_at',
      'record_and_release',
      'answer_own_task',
      'finish_task',
    ]);
  });
});
