/** K16 Questions that expire: in rounds, in tasks, and for old clients. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { serve } from '../../src/http/node/serve.ts';
import { McpServer } from '../../src/server/server.ts';
import type { Store } from '../../src/server/store.ts';
import { embeddedStore } from '../../src/stores/embedded/embedded-store.ts';
import { memoryStore } from '../../src/stores/memory-store.ts';
import { MemoryTasks } from '../../src/tasks/memory/memory-tasks.ts';
import { overWires } from '../support/each-wire.ts';
import { silent } from '../support/logger.ts';
import { type Message, call, retry, textOf } from '../support/messages.ts';
import { OldClient, isQuestion } from '../support/old-client.ts';
import { YES, openTasks } from '../support/tasks.ts';
import { storeOf } from '../support/store-of.ts';

const END = ['completed', 'failed', 'cancelled'];
const HOUR = 3_600_000;
const schema = {
  type: 'object',
  properties: { name: { type: 'string', minLength: 2 } },
  required: ['name'],
} as const;
const named = (name: string) => ({ action: 'accept', content: { name } });
const EXPIRED = '{"action":"cancel","reason":"expired"}';

/** Tools whose questions expire after `expires` ms. */
const tools =
  (expires: number) =>
  (server: McpServer): void => {
    const always = { task: 'always' } as const;
    server.registerTool('form', always, async (ctx) =>
      JSON.stringify(await ctx.elicit('name', { message: 'Name?', schema, expires })),
    );
    server.registerTool('url', always, async (ctx) =>
      JSON.stringify(
        await ctx.elicitUrl('url', { message: 'Pay', url: 'https://a.example/', expires }),
      ),
    );
    server.registerTool('confirm', always, async (ctx) =>
      String(await ctx.confirm('sure', 'Sure?', { expires })),
    );
    server.registerTool('two', always, async (ctx) => {
      const first = ctx.elicit('name', { message: 'Name?', schema, expires });
      const second = ctx.confirm('later', 'Later?');
      return JSON.stringify([await first, await second]);
    });
    server.registerTool('detaches', {}, async (ctx) => {
      await ctx.confirm('before', 'Before?');
      await ctx.detach();
      return JSON.stringify(await ctx.elicit('name', { message: 'Name?', schema, expires }));
    });
  };

const textIn = (task: object): string => textOf(task as Message);

overWires('K16 in rounds, a question', ['node', 'in process'], (bench) => {
  const open = async () => {
    let time = 1_700_000_000_000;
    const { send } = await bench.open(tools(HOUR), {
      now: () => time,
      state: { keys: ['A'.repeat(43)], ttl: 5 * HOUR },
      store: memoryStore(),
    });
    return { send, wait: (ms: number) => void (time += ms) };
  };

  it.each([
    ['form', 'name', named('Ann'), '{"action":"accept","content":{"name":"Ann"}}', EXPIRED],
    ['url', 'url', { action: 'accept' }, '{"action":"accept"}', EXPIRED],
    ['confirm', 'sure', YES, 'true', 'false'],
  ])(
    'of a %s takes its answer in time, and is expired later',
    async (name, key, given, inTime, late) => {
      for (const [ms, expected] of [
        [HOUR - 1, inTime],
        [HOUR, late],
      ] as const) {
        const { send, wait } = await open();
        const first = call(name);
        const asked = (await send(first)).response;
        wait(ms);
        const { response } = await send(retry(first, asked, { [key]: given }));
        expect(textOf(response)).toBe(expected);
      }
    },
  );

  it('is expired too when an answer to another question comes', async () => {
    const { send, wait } = await open();
    const first = call('two');
    const asked = (await send(first)).response;
    wait(HOUR);
    const { response } = await send(retry(first, asked, { later: YES }));
    expect(textOf(response)).toBe(`[${EXPIRED},true]`);
  });

  it('keeps its time while it is asked again', async () => {
    const { send, wait } = await open();
    const first = call('form');
    const asked = (await send(first)).response;
    wait(HOUR / 2);
    const again = (await send(retry(first, asked, { name: named('x') }))).response;
    expect(again.result).toMatchObject({ resultType: 'input_required' });
    wait(HOUR / 2 - 1);
    const still = (await send(retry(first, again, {}))).response;
    expect(still.result).toMatchObject({ resultType: 'input_required' });
    wait(1);
    const { response } = await send(retry(first, still, { name: named('Ann') }));
    expect(textOf(response)).toBe(EXPIRED);
  });

  it('is not made expired by a client that says so', async () => {
    const { send } = await open();
    const first = call('form');
    const asked = (await send(first)).response;
    const said = { action: 'cancel', reason: 'expired' };
    const { response } = await send(retry(first, asked, { name: said }));
    expect(textOf(response)).toBe('{"action":"cancel"}');
  });

  it('needs a whole number of ms', async () => {
    const { send } = await bench.open((server) => {
      server.registerTool('never', {}, async (ctx) => {
        await ctx.confirm('sure', 'Sure?', { expires: Infinity });
        return 'never';
      });
    });
    expect((await send(call('never'))).response.error?.code).toBe(-32_603);
  });
});

/** A memory store that shows when its questions expire. */
function watchedStore() {
  const tasks = new MemoryTasks();
  const store = storeOf(tasks);
  const expiry = async (taskId: unknown): Promise<number | undefined> =>
    (await tasks.read([taskId as string]))[0]!.questions[0]?.expiresAt;
  return { tasks, store, expiry };
}

overWires('K16 in a task, a question', ['node', 'in process'], (bench) => {
  it.each([
    ['form', EXPIRED],
    ['url', EXPIRED],
    ['confirm', 'false'],
  ])('of a %s that nobody answers expires by itself', async (name, expected) => {
    const tasks = await openTasks(bench, tools(40));
    const { taskId } = (await tasks.call(name)).result!;
    expect(textIn(await tasks.until(taskId, ...END))).toBe(expected);
  });

  it('is not expired where its answer comes in time', async () => {
    const tasks = await openTasks(bench, tools(HOUR));
    const { taskId } = (await tasks.call('confirm')).result!;
    await tasks.until(taskId, 'input_required');
    await tasks.ask('tasks/update', taskId, { inputResponses: { sure: YES } });
    expect(textIn(await tasks.until(taskId, ...END))).toBe('true');
  });

  it('expires in a task that has asked in rounds before', async () => {
    const tasks = await openTasks(bench, tools(40));
    const { requestState } = (await tasks.call('detaches')).result!;
    const given = { inputResponses: { before: YES }, requestState };
    const { taskId } = (await tasks.call('detaches', {}, given)).result!;
    expect(textIn(await tasks.until(taskId, ...END))).toBe(EXPIRED);
  });
});

overWires('K16 the time of a question', ['in process'], (bench) => {
  it('stays through wrong answers and another worker, whatever its clock says', async () => {
    const { store, expiry } = watchedStore();
    const first = await openTasks(bench, tools(HOUR), { store });
    const { taskId } = (await first.call('form')).result!;
    await first.until(taskId, 'input_required');
    const expiresAt = await expiry(taskId);
    expect(expiresAt).toBeTypeOf('number');
    await first.ask('tasks/update', taskId, { inputResponses: { name: named('x') } });
    await first.until(taskId, 'input_required');
    expect(await expiry(taskId)).toBe(expiresAt);
    await first.server.close();
    const now = (): number => Date.now() - 10 * HOUR;
    const second = await openTasks(bench, tools(2 * HOUR), { store, now });
    await second.ask('tasks/update', taskId, { inputResponses: { 'name~2': named('y') } });
    for (;;) {
      const { inputRequests = {} } = await second.until(taskId, 'input_required', ...END);
      if (Object.keys(inputRequests as object).includes('name~3')) break;
    }
    expect(await expiry(taskId)).toBe(expiresAt);
    await second.ask('tasks/update', taskId, { inputResponses: { 'name~3': named('Ann') } });
    expect(textIn(await second.until(taskId, ...END))).toContain('Ann');
  });

  it('is up also where the worker that has asked is gone', async () => {
    const { store } = watchedStore();
    const first = await openTasks(bench, tools(60), { store });
    const { taskId } = (await first.call('form')).result!;
    await first.until(taskId, 'input_required');
    await first.server.close();
    const second = await openTasks(bench, tools(HOUR), { store });
    expect(textIn(await second.until(taskId, ...END))).toBe(EXPIRED);
  });
});

const STORES: Record<string, () => Promise<Store>> = {
  memory: async () => memoryStore(),
  embedded: async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rondo-expiring-'));
    const store = await embeddedStore({ directory });
    onTestFinished(async () => {
      await store.close();
      await rm(directory, { recursive: true });
    });
    return store;
  },
};

overWires('K16 an answer and the time of its question at once', ['in process'], (bench) => {
  it.each(Object.keys(STORES))('one of them counts, in the store %s', async (name) => {
    const store = await STORES[name]!();
    const tasks = await openTasks(bench, tools(25), { store });
    const race = async (pause: number): Promise<string> => {
      const { taskId } = (await tasks.call('form')).result!;
      await new Promise((resolve) => setTimeout(resolve, pause));
      await tasks.ask('tasks/update', taskId, { inputResponses: { name: named('Ann') } });
      const shown = (await tasks.get(taskId)) as { inputRequests?: object };
      expect(Object.keys(shown.inputRequests ?? {})).toEqual([]);
      return textIn(await tasks.until(taskId, ...END));
    };
    const ends = await Promise.all(Array.from({ length: 6 }, (_, i) => race(21 + 2 * i)));
    for (const end of ends)
      expect([EXPIRED, '{"action":"accept","content":{"name":"Ann"}}']).toContain(end);
  });
});

it.each(['2025-11-25', '2025-06-18'])(
  'K16 an old client of %s that answers late has let it expire',
  async (version) => {
    let time = 1_700_000_000_000;
    const options = { now: () => time, logger: silent, state: { keys: ['A'.repeat(43)] } };
    const server = new McpServer({ name: 's', version: '1' }, options);
    server.registerTool('form', {}, async (ctx) =>
      JSON.stringify(await ctx.elicit('name', { message: 'Name?', schema, expires: 60_000 })),
    );
    const serving = await serve(server, { port: 0, signals: false });
    onTestFinished(() => serving.close());
    const client = await OldClient.connect(serving.url, {
      version,
      capabilities: { elicitation: {} },
    });
    for (const [ms, expected] of [
      [59_999, '{"action":"accept","content":{"name":"Ann"}}'],
      [60_000, EXPIRED],
    ] as const) {
      const response = await client.request('tools/call', { name: 'form', arguments: {} });
      const question = await response.message(isQuestion);
      time += ms;
      await client.answer(question, named('Ann'));
      expect(textOf(await response.reply())).toBe(expected);
    }
  },
);
