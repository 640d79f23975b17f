/** Calls that become tasks on their way, and what a handler does in one. */
import { describe, expect, it, vi } from 'vitest';
import type { ServerEvent } from '../../src/server/events.ts';
import type { McpServer } from '../../src/server/server.ts';
import type { CreatedTask, NewTask } from '../../src/tasks/contract.ts';
import { MemoryTasks } from '../../src/tasks/memory/memory-tasks.ts';
import { overWires } from '../support/each-wire.ts';
import { warningsTo } from '../support/logger.ts';
import { call, request, retry, textOf as textIn } from '../support/messages.ts';
import { turns } from '../support/until.ts';
import { WITH_TASKS, YES, openTasks } from '../support/tasks.ts';
import { storeOf } from '../support/store-of.ts';

const END = ['completed', 'failed', 'cancelled'];

function gate<T = void>() {
  let open!: (value: T) => void;
  const opened = new Promise<T>((resolve) => (open = resolve));
  return { opened, open };
}

/** The text of a result, or of the result in a task. */
function textOf(of: object): string {
  const { result } = of as { result?: { result?: object } };
  return textIn({ result: result?.result ?? result } as never);
}

const asking = (server: McpServer, runs: string[] = []): void => {
  server.registerTool('go', {}, async (ctx) => {
    const first = await ctx.confirm('first', 'First?');
    await ctx.step('before', () => void runs.push('before'));
    await ctx.detach();
    const where = ctx.meta === undefined ? 'task' : 'call';
    await ctx.step('after', () => void runs.push('after'));
    const second = await ctx.confirm('second', 'Second?');
    await ctx.detach();
    return `${first} ${second} ${where}`;
  });
};

overWires('K8 a flow that detaches', ['node', 'fetch', 'in process'], (bench) => {
  it('TS-22 asks in rounds before, and in its task afterwards', async () => {
    const runs: string[] = [];
    const tasks = await openTasks(bench, (server) => asking(server, runs));
    const asked = await tasks.call('go');
    expect(asked.result).toMatchObject({ resultType: 'input_required' });
    const { requestState } = asked.result!;
    const given = { inputResponses: { first: YES }, requestState };
    const { result } = await tasks.call('go', {}, given);
    expect(result).toMatchObject({ resultType: 'task', status: 'working' });
    expect(result).not.toHaveProperty('requestState');
    const waiting = await tasks.until(result!['taskId'], 'input_required', ...END);
    expect(Object.keys(waiting['inputRequests'] as object)).toEqual(['second']);
    await tasks.ask('tasks/update', result!['taskId'], { inputResponses: { second: YES } });
    const ended = await tasks.until(result!['taskId'], ...END);
    expect(textOf(ended)).toBe('true true task');
    expect(runs).toEqual(['before', 'after']);
  });

  it('gives the same request, sent again, the same task, and refuses another', async () => {
    const tasks = await openTasks(bench, (server) => asking(server));
    const { requestState } = (await tasks.call('go')).result!;
    const given = { inputResponses: { first: YES }, requestState };
    const first = (await tasks.call('go', {}, given)).result!;
    const again = (await tasks.call('go', {}, given)).result!;
    expect(again['taskId']).toBe(first['taskId']);
    const no = { action: 'decline' };
    const other = await tasks.call('go', {}, { inputResponses: { first: no }, requestState });
    expect(other.error).toMatchObject({ code: -32_602, data: { reason: 'request_state' } });
  });

  it('goes on as a call for a client that knows nothing of tasks', async () => {
    const { send } = await openTasks(bench, (server) => asking(server));
    const first = call('go');
    const asked = await send(first);
    const more = await send(retry(first, asked.response, { first: YES }));
    const { response } = await send(retry(first, more.response, { second: YES }));
    expect(textOf(response)).toBe('true true call');
  });

  it('is a mistake with a question pending, or in a step', async () => {
    const tasks = await openTasks(bench, (server) => {
      server.registerTool('pending', {}, async (ctx) => {
        const asked = ctx.confirm('sure', 'Sure?');
        await ctx.detach();
        return String(await asked);
      });
      server.registerTool('inside', {}, async (ctx) => {
        await ctx.step('work', () => ctx.detach());
        return 'done';
      });
    });
    expect((await tasks.call('pending')).error?.code).toBe(-32_603);
    expect((await tasks.call('inside')).error?.code).toBe(-32_603);
  });

  it('has no effect in prompts, in resources, and in tools that are never tasks', async () => {
    const tasks = await openTasks(bench, (server) => {
      server.registerPrompt('p', {}, async (ctx) => {
        await ctx.detach();
        await ctx.sleep('nap', 1);
        return 'prompted';
      });
      server.registerTool('never', { task: 'never' }, async (ctx) => {
        await ctx.detach();
        return `${ctx.meta === undefined}`;
      });
    });
    const prompt = request('prompts/get', { name: 'p' }, WITH_TASKS);
    expect((await tasks.send(prompt)).response.result).toMatchObject({ resultType: 'complete' });
    expect((await tasks.call('never')).result).toMatchObject({ resultType: 'complete' });
  });
});

overWires('K9 a tool that becomes a task by itself', ['node', 'in process'], (bench) => {
  const autoAfter = 20;

  it('replies at once if it is quick, and in rounds if it asks', async () => {
    const tasks = await openTasks(bench, (server) => {
      server.registerTool('quick', { task: 'auto' }, () => 'quick');
      server.registerTool(
        'asks',
        { task: 'auto' },
        async (ctx) => `${await ctx.confirm('a', 'A?')}`,
      );
    });
    expect(textOf(await tasks.call('quick'))).toBe('quick');
    expect((await tasks.call('asks')).result).toMatchObject({ resultType: 'input_required' });
  });

  it('goes on where it is if it takes longer, with what it has recorded', async () => {
    const work = gate<string>();
    const runs: string[] = [];
    const tasks = await openTasks(
      bench,
      (server) => {
        server.registerTool('long', { task: 'auto' }, async (ctx) => {
          await ctx.step('first', () => void runs.push('first'));
          const done = await ctx.step('second', () => work.opened);
          return `${done} ${ctx.meta === undefined} ${await ctx.confirm('sure', 'Sure?')}`;
        });
      },
      { tasks: { autoAfter } },
    );
    const { result } = await tasks.call('long');
    expect(result).toMatchObject({ resultType: 'task', status: 'working' });
    work.open('done');
    await tasks.until(result!['taskId'], 'input_required');
    await tasks.ask('tasks/update', result!['taskId'], { inputResponses: { sure: YES } });
    const ended = await tasks.until(result!['taskId'], ...END);
    // Played again by a worker: there is no request either.
    expect(textOf(ended)).toBe('done true true');
    expect(runs).toEqual(['first']);
  });

  it('is written with whole times while it sleeps, whatever the clocks say: databases know no others', async () => {
    const times: (number | undefined)[] = [];
    class Noted extends MemoryTasks {
      override create(task: NewTask): Promise<CreatedTask> {
        const { asks = [], createdAt, ttl, lease } = task;
        times.push(createdAt, ttl, lease);
        times.push(...asks.flatMap(({ expiresIn, expiresAt }) => [expiresIn, expiresAt]));
        return super.create(task);
      }
    }
    const tasks = await openTasks(
      bench,
      (server) => {
        server.registerTool('naps', { task: 'auto' }, async (ctx) => {
          const sure = ctx.confirm('sure', 'Sure?', { expires: 60_000 });
          await ctx.sleep('nap', 40);
          return String(await sure);
        });
      },
      {
        tasks: { autoAfter },
        store: storeOf(new Noted()),
        now: () => performance.timeOrigin + performance.now(),
      },
    );
    const { result } = await tasks.call('naps');
    expect(result).toMatchObject({ resultType: 'task' });
    await tasks.until(result!['taskId'], 'input_required');
    const given = times.filter((time) => time !== undefined);
    expect(given.length).toBeGreaterThan(3);
    expect(given.filter((time) => !Number.isInteger(time))).toEqual([]);
  });

  it('stays a call for a caller who has as many tasks as there may be, and detaching fails', async () => {
    class Full extends MemoryTasks {
      override async create(): Promise<CreatedTask> {
        return { type: 'full' };
      }
    }
    const work = gate<string>();
    const warnings: string[] = [];
    const tasks = await openTasks(
      bench,
      (server) => {
        server.registerTool('long', { task: 'auto' }, () => work.opened);
        server.registerTool('detaches', {}, async (ctx) => {
          await ctx.detach();
          return 'done';
        });
      },
      {
        tasks: { autoAfter: 1 },
        logger: warningsTo(warnings),
        store: storeOf(new Full()),
      },
    );
    const calling = tasks.call('long');
    await expect.poll(() => warnings.join()).toContain('goes on without');
    work.open('done');
    expect(textOf(await calling)).toBe('done');
    expect((await tasks.call('detaches')).error).toMatchObject({ code: -32_603 });
  });

  describe('stays a call where nobody has heard that its task was written, which is discarded', () => {
    /** Writes its first task unheard: at once, or when it is first asked to discard it. */
    class Unheard extends MemoryTasks {
      readonly #isLate: boolean;
      readonly written: string[] = [];
      #unwritten: NewTask | undefined;

      constructor(isLate = false) {
        super();
        this.#isLate = isLate;
      }

      override async create(task: NewTask): Promise<CreatedTask> {
        this.written.push(task.taskId);
        if (this.written.length > 1) return super.create(task);
        if (this.#isLate) this.#unwritten = task;
        else await super.create(task);
        throw new Error('the connection was lost');
      }

      override async discard(taskId: string): Promise<boolean> {
        const isDiscarded = await super.discard(taskId);
        if (this.#unwritten !== undefined) await super.create(this.#unwritten);
        this.#unwritten = undefined;
        return isDiscarded;
      }
    }

    it.each([
      ['when the store is back', false],
      ['when it is there', true],
    ])('%s', async (_name, isLate) => {
      const store = new Unheard(isLate);
      const discarded = vi.spyOn(store, 'discard').mockRejectedValueOnce(new Error('still away'));
      const setUp = (server: McpServer): void =>
        void server.registerTool('detaches', {}, async (ctx) => {
          await ctx.detach();
          return 'done';
        });
      const tasks = await openTasks(bench, setUp, { store: storeOf(store) });
      expect(textOf(await tasks.call('detaches'))).toBe('done');
      await expect.poll(() => discarded.mock.settledResults.length).toBe(isLate ? 3 : 2);
      expect(await store.read(store.written)).toEqual([]);
    });

    it('and tries it no second time in that round', async () => {
      const store = new Unheard();
      vi.spyOn(store, 'discard').mockRejectedValue(new Error('still away'));
      const work = gate<void>();
      const setUp = (server: McpServer): void =>
        void server.registerTool('long', { task: 'auto' }, async (ctx) => {
          await work.opened;
          await ctx.detach();
          return 'done';
        });
      const given = { tasks: { autoAfter: 1 }, store: storeOf(store) };
      const tasks = await openTasks(bench, setUp, given);
      const calling = tasks.call('long');
      await expect.poll(() => store.written.length).toBe(1);
      work.open();
      expect(textOf(await calling)).toBe('done');
      expect(store.written).toHaveLength(1);
    });

    it('so that its next round may become one', async () => {
      const store = new Unheard();
      const discarded = vi.spyOn(store, 'discard');
      const works = [gate<void>(), gate<void>()];
      const setUp = (server: McpServer): void =>
        void server.registerTool('long', { task: 'auto' }, async (ctx) => {
          await ctx.step('first', () => works[0]!.opened);
          const isSure = await ctx.confirm('sure', 'Sure?');
          await ctx.step('second', () => works[1]!.opened);
          return `done, ${isSure}`;
        });
      const given = { tasks: { autoAfter: 1 }, store: storeOf(store) };
      const tasks = await openTasks(bench, setUp, given);
      const inRounds = tasks.call('long');
      await expect.poll(() => discarded.mock.settledResults.length).toBe(1);
      works[0]!.open();
      const { requestState } = (await inRounds).result!;
      const next = { inputResponses: { sure: YES }, requestState };
      const { taskId } = (await tasks.call('long', {}, next)).result!;
      works[1]!.open();
      const { result } = await tasks.until(taskId, 'completed');
      expect(textOf({ result })).toBe('done, true');
    });
  });

  it('stays a call for a client that cannot have tasks', async () => {
    const work = gate<string>();
    const { send } = await openTasks(
      bench,
      (server) => void server.registerTool('long', { task: 'auto' }, () => work.opened),
      { tasks: { autoAfter: 1 } },
    );
    const calling = send(call('long'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    work.open('done');
    expect(textOf((await calling).response)).toBe('done');
  });
});

overWires('in a task', ['in process'], (bench) => {
  it('K11 sleeping occupies nothing, and ends in its time', async () => {
    let runs = 0;
    const tasks = await openTasks(bench, (server) => {
      server.registerTool('nap', { task: 'always' }, async (ctx) => {
        runs++;
        const before = ctx.now();
        await ctx.sleep('nap', 30);
        return String(ctx.now() - before >= 30);
      });
    });
    const { taskId } = (await tasks.call('nap')).result!;
    const ended = await tasks.until(taskId, ...END);
    expect(textOf(ended)).toBe('true');
    expect(runs).toBe(2);
  });

  it('K11 longer sleep than a round is a mistake outside of one', async () => {
    const errors: string[] = [];
    const logger = { debug() {}, info() {}, warn() {}, error: (e: string) => void errors.push(e) };
    const tasks = await openTasks(
      bench,
      (server) => {
        server.registerTool('short', {}, async (ctx) => {
          await ctx.sleep('nap', 5);
          return 'slept';
        });
        server.registerTool('long', {}, async (ctx) => {
          await ctx.sleep('nap', 100_000);
          return 'slept';
        });
      },
      { logger },
    );
    expect(textOf(await tasks.call('short'))).toBe('slept');
    expect((await tasks.call('long')).error?.code).toBe(-32_603);
    expect(errors.join()).toContain('ctx.detach()');
  });

  it('a message says how far it is', async () => {
    const work = gate();
    const tasks = await openTasks(bench, (server) => {
      server.registerTool('work', { task: 'always' }, async (ctx) => {
        ctx.status('begun');
        ctx.status('half done');
        await ctx.step('work', () => work.opened);
        return 'done';
      });
    });
    const { taskId } = (await tasks.call('work')).result!;
    for (;;) {
      const task = await tasks.get(taskId);
      if (task['statusMessage'] === 'half done') break;
      await turns(1);
    }
    work.open();
    await tasks.until(taskId, ...END);
  });

  it('K1 an answer reaches a run beside a running step', async () => {
    const work = gate();
    const seen: string[] = [];
    const tasks = await openTasks(bench, (server) => {
      server.registerTool('both', { task: 'always' }, async (ctx) => {
        const working = ctx.step('work', () => work.opened);
        seen.push(`answered ${await ctx.confirm('sure', 'Sure?')}`);
        work.open();
        await working;
        return 'done';
      });
    });
    const { taskId } = (await tasks.call('both')).result!;
    await tasks.until(taskId, 'input_required');
    await tasks.ask('tasks/update', taskId, { inputResponses: { sure: YES } });
    await tasks.until(taskId, ...END);
    expect(seen).toEqual(['answered true']);
  });

  it('K7 a handler that works is aborted by a cancel on another server', async () => {
    const begun = gate();
    const aborted = gate();
    const tasks = await openTasks(bench, (server) => {
      server.registerTool('hang', { task: 'always' }, async (ctx) => {
        ctx.signal.addEventListener('abort', () => aborted.open());
        begun.open();
        await aborted.opened;
        return 'too late';
      });
    });
    const { taskId } = (await tasks.call('hang')).result!;
    await begun.opened;
    await tasks.ask('tasks/cancel', taskId);
    await aborted.opened;
    expect((await tasks.get(taskId))['status']).toBe('cancelled');
  });

  it('K14 a tool that is renamed continues its tasks by its old name', async () => {
    const tasks = await openTasks(bench, () => undefined);
    const handler = (): string => 'done';
    const old = tasks.server.registerTool('old', { task: 'always' }, handler);
    await tasks.server.close();
    const { taskId } = (await tasks.call('old')).result!;
    old.remove();
    tasks.server.registerTool('new', { task: 'always', aliases: ['old'] }, handler);
    tasks.server.work(10);
    expect(textOf(await tasks.until(taskId, ...END))).toBe('done');
  });

  it('K18 onTaskEnd is called with its end, again until it resolves', async () => {
    const ends: unknown[] = [];
    const ended = gate();
    const onTaskEnd = (end: unknown): void => {
      ends.push(end);
      if (ends.length === 1) throw new Error('not yet');
      ended.open();
    };
    const tasks = await openTasks(
      bench,
      (server) => void server.registerTool('a', { task: 'always' }, () => 'b'),
      { tasks: { onTaskEnd } },
    );
    const { taskId } = (await tasks.call('a')).result!;
    await ended.opened;
    const end = { taskId, tool: 'a', status: 'completed', principal: expect.any(String) };
    expect(ends).toEqual([end, end]);
  });

  it('K18 an onTaskEnd that does not come back holds up neither other ends nor deletion', async () => {
    const ends: string[] = [];
    const [first, second] = [gate(), gate()];
    const onTaskEnd = ({ taskId }: { taskId: string }): unknown => {
      ends.push(taskId);
      (ends.length === 1 ? first : second).open();
      return ends.length === 1 ? new Promise(() => undefined) : undefined;
    };
    const tasks = await openTasks(
      bench,
      (server) => void server.registerTool('a', { task: 'always' }, () => 'b'),
      { tasks: { onTaskEnd, ttl: 1_000, retention: 1 } },
    );
    const one = (await tasks.call('a')).result!['taskId'];
    await first.opened;
    const other = (await tasks.call('a')).result!['taskId'];
    await second.opened;
    expect(ends).toEqual([one, other]);
  });

  it('K17 a call with the same idempotency key gets the same task, with other arguments none', async () => {
    const schema = { type: 'object', properties: { order: {}, note: {} } } as const;
    const tasks = await openTasks(bench, (server) => {
      const idempotencyKey = ({ order }: { order?: unknown }): string => String(order);
      const config = { task: 'required', inputSchema: schema, idempotencyKey } as const;
      server.registerTool('refund', config, () => 'done');
      const auto = (): unknown => server.registerTool('x', { ...config, task: 'auto' }, () => 'y');
      expect(auto).toThrow(/idempotencyKey/);
    });
    const idOf = async (args: object) =>
      (await tasks.call('refund', { ...args })).result?.['taskId'];
    const first = await idOf({ order: 1 });
    expect(await idOf({ order: 1 })).toBe(first);
    expect(await idOf({ order: 2 })).not.toBe(first);
    const other = await tasks.call('refund', { order: 1, note: 'another' });
    const message = expect.stringMatching(/key/) as string;
    expect(other.error).toMatchObject({ code: -32_602, message });
  });

  it("is the caller's alone (TS-19)", async () => {
    const tasks = await openTasks(bench, (server) => {
      const visible = (): boolean => isVisible;
      server.registerTool('mine', { task: 'always', visible }, () => 'b');
    });
    let isVisible = true;
    const { taskId } = (await tasks.call('mine')).result!;
    await tasks.until(taskId, ...END);
    isVisible = false;
    const unknown = { code: -32_602, message: 'Unknown or expired task' };
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      expect((await tasks.ask(method, taskId, { inputResponses: {} })).error).toEqual(unknown);
    }
  });

  it('events are the same as for a call', async () => {
    const events: ServerEvent['type'][] = [];
    const tasks = await openTasks(
      bench,
      (server) =>
        void server.registerTool('a', { task: 'always' }, (ctx) => ctx.step('s', () => 'b')),
      { on: ({ type }) => void events.push(type) },
    );
    const { taskId } = (await tasks.call('a')).result!;
    await tasks.until(taskId, ...END);
    const ofRounds = events.filter((type) => type !== 'request_served');
    expect(ofRounds).toEqual(['round_begun', 'step_ran', 'round_ended']);
  });
});

overWires('K12 a listener', ['node', 'fetch'], (bench) => {
  it('TS-20 TS-21 gets the tasks it asks for, as they change', async () => {
    const tasks = await openTasks(bench, (server) => {
      server.registerTool('pay', { task: 'always' }, async (ctx) =>
        (await ctx.confirm('sure', 'Sure?')) ? 'paid' : 'kept',
      );
    });
    const { taskId } = (await tasks.call('pay')).result!;
    await tasks.until(taskId, 'input_required');
    const notifications = { taskIds: [taskId, 'unknown'] };
    const listen = request('subscriptions/listen', { notifications }, WITH_TASKS);
    const seen: string[] = [];
    const done = new AbortController();
    const ended = tasks
      .send(listen, {
        signal: done.signal,
        onMessage: ({ method, params }) => {
          if (method?.endsWith('acknowledged')) seen.push(JSON.stringify(params!['notifications']));
          if (method !== 'notifications/tasks') return;
          const { status, result } = params as { status: string; result?: object };
          seen.push(result ? `${status} ${textOf({ result } as never)}` : status);
          if (status === 'completed') done.abort();
          if (seen.length === 2) void answer();
        },
      })
      .catch(() => undefined);
    const answer = () => tasks.ask('tasks/update', taskId, { inputResponses: { sure: YES } });
    await ended;
    expect(seen.slice(0, 2)).toEqual([JSON.stringify({ taskIds: [taskId] }), 'input_required']);
    expect(seen.at(-1)).toBe('completed paid');
  });

  it('K12 is left when the credentials of its caller end', async () => {
    const principal = { issuer: 'i', subject: 's', expiresAt: Date.now() + 50 };
    const http = { authenticate: () => principal };
    const tasks = await openTasks(bench, () => undefined, { http });
    const notifications = { taskIds: ['x'] };
    const listen = request('subscriptions/listen', { notifications }, WITH_TASKS);
    const { messages } = await tasks.send(listen);
    expect(messages[0]).toMatchObject({ params: { notifications: { taskIds: [] } } });
    expect(messages.at(-1)).toMatchObject({ id: listen.id, result: { resultType: 'complete' } });
  });

  it('TS-21 needs the extension', async () => {
    const { send } = await openTasks(bench, () => undefined);
    const notifications = { taskIds: ['x'] };
    const { response, status } = await send(request('subscriptions/listen', { notifications }));
    expect([response.error?.code, status]).toEqual([-32_021, 400]);
    const wrong = request('subscriptions/listen', { notifications: { taskIds: 'x' } }, WITH_TASKS);
    expect((await send(wrong)).response.error?.code).toBe(-32_602);
  });
});
