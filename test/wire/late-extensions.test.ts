/** What a call costs that has nothing to do with its server's extensions. */
import { expect, it } from 'vitest';
import { storeWith } from '../../src/server/store.ts';
import type { Extension, Live } from '../../src/server/extension.ts';
import { MemoryTasks } from '../../src/tasks/memory/memory-tasks.ts';
import { overWires } from '../support/each-wire.ts';
import { call, request, retry, textOf } from '../support/messages.ts';
import { YES, openTasks } from '../support/tasks.ts';
import { storeOf } from '../support/store-of.ts';

/** Counts how often it is around a call. */
function counting() {
  const seen = { around: 0, messages: [] as string[] };
  const extension: Extension = {
    register: () => ({
      isLate: true,
      around: (_call, _standing, next) => {
        seen.around++;
        return next({ owner: seen }).finished;
      },
    }),
    context: {
      status: (live: Live, message: string) => {
        (live.owner as typeof seen).messages.push(message);
      },
    },
  };
  return { seen, extension };
}

overWires('an extension that is late', ['node', 'in process'], (bench) => {
  const open = async () => {
    const { seen, extension } = counting();
    const { send } = await bench.open(
      (server) => {
        server.registerTool('plain', {}, () => 'plain');
        server.registerTool('throws', {}, () => {
          throw new Error('it went wrong');
        });
        server.registerTool('asks', {}, async (ctx) => {
          const sure = await ctx.confirm('sure', 'Sure?');
          ctx.scope('a').status('scoped');
          ctx.status('own');
          return String(sure);
        });
        server.registerPrompt('prompt', {}, () => 'prompted');
      },
      { store: storeWith([extension]) },
    );
    return { seen, send };
  };

  it('is not around calls that use nothing of it', async () => {
    const { seen, send } = await open();
    expect(textOf((await send(call('plain'))).response)).toBe('plain');
    expect((await send(call('throws'))).response.result).toMatchObject({ isError: true });
    expect((await send(call('asks'))).response.result).toMatchObject({
      resultType: 'input_required',
    });
    const prompt = request('prompts/get', { name: 'prompt' });
    expect((await send(prompt)).response.result).toHaveProperty('messages');
    expect(seen.around).toBe(0);
  });

  it('is around a call once, from when the handler uses it', async () => {
    const { seen, send } = await open();
    const first = call('asks');
    const asked = (await send(first)).response;
    const { response } = await send(retry(first, asked, { sure: YES }));
    expect(textOf(response)).toBe('true');
    expect(seen).toEqual({ around: 1, messages: ['scoped', 'own'] });
  });
});

overWires('a call on a server with a store', ['in process'], (bench) => {
  it('touches the store only if it becomes a task', async () => {
    const used: string[] = [];
    const tasks = new Proxy(new MemoryTasks(), {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]): unknown => {
          used.push(String(name));
          return value.apply(target, given) as unknown;
        };
      },
    });
    const store = storeOf(tasks);
    const opened = await openTasks(
      bench,
      (server) => {
        server.registerTool('plain', {}, () => 'plain');
        server.registerTool('naps', {}, async (ctx) => {
          await ctx.sleep('nap', 1);
          return 'rested';
        });
        server.registerTool('detaches', {}, async (ctx) => {
          await ctx.detach();
          return 'done';
        });
      },
      { store, worker: false },
    );
    for (const name of ['plain', 'naps']) {
      expect((await opened.call(name)).result).toMatchObject({ resultType: 'complete' });
    }
    expect(used).toEqual([]);
    const { taskId } = (await opened.call('detaches')).result!;
    expect(used).toContain('create');
    await opened.until(taskId, 'completed');
  });
});
