/** Rounds that run once (S7). */
import { describe, expect, it } from 'vitest';
import { createHook } from 'node:async_hooks';
import { McpServer } from '../../../src/server/server.ts';
import { memoryStore } from '../../../src/stores/memory-store.ts';
import { TEST_KEY, overWires } from '../../support/each-wire.ts';
import { NO, REFUSED, RETRYABLE, YES, gate, guardBench } from '../../support/guard.ts';
import { silent, warningsTo } from '../../support/logger.ts';
import { type Message, call, request, retry, textOf } from '../../support/messages.ts';

/** Pays once it is confirmed, and writes each payment down. */
function paying(paid: string[], config: object = {}) {
  return (server: McpServer): void => {
    server.registerTool('pay', { replay: 'once', ...config }, async (ctx) => {
      const sure = await ctx.confirm('sure', 'Sure?');
      if (!sure) return 'kept';
      return ctx.step('pay', ({ idempotencyKey }) => {
        paid.push(idempotencyKey);
        return `paid ${paid.length}`;
      });
    });
  };
}

overWires('S7 MS-19 a round that runs once', ['node', 'fetch', 'stdio'], (bench) => {
  it('has one reply, however often its request is sent', async () => {
    const paid: string[] = [];
    const { send } = await bench.open(paying(paid), { store: guardBench().store() });
    const first = call('pay');
    const asked = await send(first);
    const answers = [1, 2, 3].map(() => retry(first, asked.response, { sure: YES }));
    const before = await send(answers[0]!);
    const after = await send(answers[1]!);
    const twice = await Promise.all([send(answers[2]!), send({ ...answers[0]!, id: 'again' })]);
    const results = [before, after, ...twice].map(({ response }) => response.result);
    expect(results.map((result) => textOf({ jsonrpc: '2.0', result: result! }))).toEqual(
      Array.from({ length: 4 }, () => 'paid 1'),
    );
    expect(after.response.id).toBe(answers[1]!.id);
    expect(paid).toHaveLength(1);
  });

  it('is waited for by those who send its request while it runs', async () => {
    const [begun, free] = [gate(), gate<string>()];
    let runs = 0;
    const { send } = await bench.open(
      (server) =>
        server.registerTool('pay', { replay: 'once' }, async (ctx) => {
          await ctx.confirm('sure', 'Sure?');
          return ctx.step('pay', () => {
            runs++;
            begun.open();
            return free.opened;
          });
        }),
      { store: guardBench().store() },
    );
    const first = call('pay');
    const asked = await send(first);
    const sending = [1, 2, 3].map(() => send(retry(first, asked.response, { sure: YES })));
    await begun.opened;
    free.open('paid');
    const texts = (await Promise.all(sending)).map(({ response }) => textOf(response));
    expect([texts, runs]).toEqual([['paid', 'paid', 'paid'], 1]);
  });

  it('S3 refuses another answer, before and after its end', async () => {
    const paid: string[] = [];
    const { send } = await bench.open(paying(paid), { store: guardBench().store() });
    const first = call('pay');
    const asked = await send(first);
    await send(retry(first, asked.response, { sure: NO }));
    const other = await send(retry(first, asked.response, { sure: YES }));
    expect(other.response.error).toEqual(REFUSED);
    expect(paid).toEqual([]);
  });

  it('is the same request with other answers that nobody has asked for', async () => {
    const { send } = await bench.open(paying([]), { store: guardBench().store() });
    const first = call('pay');
    const asked = await send(first);
    await send(retry(first, asked.response, { sure: YES }));
    const same = await send(retry(first, asked.response, { sure: YES, stray: 1 }));
    expect(textOf(same.response)).toBe('paid 1');
  });

  it('goes on when its client has left, and keeps its reply', async () => {
    const [begun, free, done] = [gate(), gate(), gate()];
    const { send } = await bench.open(
      (server) =>
        server.registerTool('pay', { replay: 'once' }, async (ctx) => {
          await ctx.confirm('sure', 'Sure?');
          await ctx.step('one', () => {
            begun.open();
            return free.opened;
          });
          const aborted = await ctx.step('two', ({ signal }) => signal.aborted);
          done.open();
          return `aborted: ${aborted}`;
        }),
      { store: guardBench().store() },
    );
    const first = call('pay');
    const asked = await send(first);
    const leaving = new AbortController();
    const left = send(retry(first, asked.response, { sure: YES }), { signal: leaving.signal });
    await begun.opened;
    leaving.abort();
    await expect(left).rejects.toBeDefined();
    free.open();
    await done.opened;
    const again = await send(retry(first, asked.response, { sure: YES }));
    expect(textOf(again.response)).toBe('aborted: false');
  });
});

overWires('S7 what is left of an attempt', ['in process'], (bench) => {
  /** One step has ended and another runs when the attempt is given up. */
  async function interrupted(config: object = {}) {
    const { store, pass, ...rest } = guardBench();
    const ran: string[] = [];
    const begun = gate();
    let isFirst = true;
    const open = () =>
      bench.open(
        (server) =>
          server.registerTool('pay', { replay: 'once', ...config }, async (ctx) => {
            const sure = await ctx.confirm('sure', 'Sure?');
            const one = await ctx.step('one', ({ idempotencyKey }) => {
              ran.push(`one ${idempotencyKey}`);
              return `one ${sure}`;
            });
            const two = await ctx.step('two', ({ idempotencyKey }) => {
              ran.push(`two ${idempotencyKey}`);
              begun.open();
              if (!isFirst) return 'two';
              isFirst = false;
              return new Promise<string>(() => undefined);
            });
            return `${one} ${two}`;
          }),
        { store: store() },
      );
    const [one, other] = [await open(), await open()];
    const first = call('pay');
    const asked = await one.send(first);
    void one.send(retry(first, asked.response, { sure: YES }));
    await begun.opened;
    pass(31_000);
    const again = await other.send(retry(first, asked.response, { sure: YES }));
    return { ...rest, again: again.response, ran, first, asked: asked.response, other };
  }

  it('is not run again by the next: only what was running, under its key', async () => {
    const { again, ran } = await interrupted();
    expect(textOf(again)).toBe('one true two');
    expect(ran.map((step) => step.split(' ')[0])).toEqual(['one', 'two', 'two']);
    expect(ran[1]).toBe(ran[2]);
  });

  it('is the end of it with interrupted: refuse', async () => {
    const { again, ran, other, first, asked } = await interrupted({ interrupted: 'refuse' });
    expect(again.error).toEqual(REFUSED);
    expect(ran).toHaveLength(2);
    const once = await other.send(retry(first, asked, { sure: YES }));
    expect(once.response.error).toEqual(REFUSED);
  });

  it('is gone on with when a round was out of time, once nothing of it runs', async () => {
    const free = gate<string>();
    let runs = 0;
    const { send } = await bench.open(
      (server) =>
        server.registerTool('slow', { replay: 'once', roundTimeout: 50 }, async (ctx) => {
          await ctx.confirm('sure', 'Sure?');
          return ctx.step('slow', () => (runs++ === 0 ? free.opened : 'second'));
        }),
      { store: guardBench().store() },
    );
    const first = call('slow');
    const asked = await send(first);
    const late = await send(retry(first, asked.response, { sure: YES }));
    expect(late.response.error).toMatchObject(RETRYABLE);
    const early = await send(retry(first, asked.response, { sure: YES }));
    expect([early.response.error?.data, runs]).toEqual([{ retryable: true }, 1]);
    free.open('first');
    const again = await send(retry(first, asked.response, { sure: YES }));
    expect([textOf(again.response), runs]).toEqual(['second', 2]);
  });

  it('is a flow of the same id and keys, where it was its first round', async () => {
    const { store, pass } = guardBench();
    const seen: string[] = [];
    const begun = gate();
    const open = () =>
      bench.open(
        (server) =>
          server.registerTool('pay', { replay: 'once' }, (ctx) =>
            ctx.step('pay', ({ idempotencyKey }) => {
              seen.push(`${ctx.flowId} ${idempotencyKey}`);
              begun.open();
              return seen.length === 1 ? new Promise<string>(() => undefined) : 'paid';
            }),
          ),
        { store: store() },
      );
    const [one, other] = [await open(), await open()];
    const meta = { 'mcp-rondo/callKey': 'order 7' };
    void one.send(request('tools/call', { name: 'pay', arguments: {} }, meta));
    await begun.opened;
    pass(31_000);
    const again = await other.send(request('tools/call', { name: 'pay', arguments: {} }, meta));
    expect(textOf(again.response)).toBe('paid');
    expect([seen.length, new Set(seen).size]).toEqual([2, 1]);
  });
});

overWires('S7 the reply of a round that runs once', ['in process'], (bench) => {
  it('is spent when its time is over: then S3 refuses its request', async () => {
    const { store, pass } = guardBench({ replyTtl: 1_000 });
    const { send } = await bench.open(paying([]), { store: store() });
    const first = call('pay');
    const asked = await send(first);
    await send(retry(first, asked.response, { sure: YES }));
    pass(1_001);
    const late = await send(retry(first, asked.response, { sure: YES }));
    expect(late.response.error).toEqual(REFUSED);
  });

  it('is not kept if it is larger than 1 MiB', async () => {
    const { send } = await bench.open(
      (server) =>
        server.registerTool('large', { replay: 'once' }, async (ctx) => {
          await ctx.confirm('sure', 'Sure?');
          return 'x'.repeat(1_048_577);
        }),
      { store: guardBench().store() },
    );
    const first = call('large');
    const asked = await send(first);
    const large = await send(retry(first, asked.response, { sure: YES }));
    expect(textOf(large.response)).toHaveLength(1_048_577);
    const again = await send(retry(first, asked.response, { sure: YES }));
    expect(again.response.error).toEqual(REFUSED);
  });

  it('MS-8 is -32021 for a client that can no longer be asked what it asks', async () => {
    const { send } = await bench.open(
      (server) =>
        server.registerTool('two', { replay: 'once' }, async (ctx) => {
          await ctx.confirm('one', 'One?');
          return String(await ctx.confirm('two', 'Two?'));
        }),
      { store: guardBench().store() },
    );
    const first = call('two');
    const asked = await send(first);
    const second = retry(first, asked.response, { one: YES });
    await send(second);
    const _meta = {
      ...second.params._meta,
      'io.modelcontextprotocol/clientCapabilities': { elicitation: { url: {} } },
    };
    const less = await send({ ...second, params: { ...second.params, _meta } });
    expect(less.response.error).toMatchObject({ code: -32_021 });
  });

  it('may be an error, which is sent again too', async () => {
    const { send } = await bench.open(
      (server) =>
        server.registerPrompt('p', { replay: 'once' }, async (ctx) => {
          await ctx.confirm('sure', 'Sure?');
          await ctx.step('boo', () => {
            throw new Error('boo');
          });
          return 'x';
        }),
      { store: guardBench().store() },
    );
    const first = request('prompts/get', { name: 'p' });
    const asked = await send(first);
    const once = await send(retry(first, asked.response, { sure: YES }));
    const twice = await send(retry(first, asked.response, { sure: YES }));
    expect(once.response.error).toBeDefined();
    expect(twice.response.error).toEqual(once.response.error);
  });

  it('is of resources as well', async () => {
    let reads = 0;
    const { send } = await bench.open(
      (server) =>
        server.registerResource('r', 'x://r', { replay: 'once' }, async (_uri, ctx) => {
          await ctx.confirm('sure', 'Sure?');
          return String(++reads);
        }),
      { store: guardBench().store() },
    );
    const first = request('resources/read', { uri: 'x://r' });
    const asked = await send(first);
    const [once, twice] = [
      await send(retry(first, asked.response, { sure: YES })),
      await send(retry(first, asked.response, { sure: YES })),
    ];
    expect(twice.response.result).toEqual(once.response.result);
    expect(reads).toBe(1);
  });
});

overWires('S7 a first call', ['in process'], (bench) => {
  const named = (key: unknown, args: object = {}) =>
    request('tools/call', { name: 'pay', arguments: args }, { 'mcp-rondo/callKey': key });
  const order = { type: 'object', properties: { order: { type: 'string' } } } as const;
  const paysAtOnce =
    (paid: string[], config: object = {}) =>
    (server: McpServer) =>
      void server.registerTool(
        'pay',
        { replay: 'once', inputSchema: order, ...config },
        async (_args, ctx) => ctx.step('pay', () => `paid ${paid.push('x')}`),
      );

  it('runs no step unless it is named: the client comes back for it', async () => {
    const paid: string[] = [];
    const { send } = await bench.open(paysAtOnce(paid), { store: guardBench().store() });
    const first = call('pay');
    const { response } = await send(first);
    expect(response.result).toMatchObject({ resultType: 'input_required' });
    expect([response.result!['inputRequests'], paid]).toEqual([undefined, []]);
    const second = await send(retry(first, response, {}));
    const again = await send(retry(first, response, {}));
    expect([second, again].map((answer) => textOf(answer.response))).toEqual(['paid 1', 'paid 1']);
  });

  it('runs once under its call key, and another call under the same key is refused', async () => {
    const paid: string[] = [];
    const { send } = await bench.open(paysAtOnce(paid), { store: guardBench().store() });
    const texts = [await send(named('a')), await send(named('a')), await send(named('b'))];
    expect(texts.map(({ response }) => textOf(response))).toEqual(['paid 1', 'paid 1', 'paid 2']);
    const other = await send(named('a', { order: '2' }));
    expect(other.response.error).toMatchObject({ code: -32_602 });
    expect(other.response.error!.data).toBeUndefined();
  });

  it.each([[''], ['x'.repeat(129)], ['\n'], [7]])(
    'is refused with a call key that is none: %j',
    async (key) => {
      const { send } = await bench.open(paysAtOnce([]), { store: guardBench().store() });
      expect((await send(named(key))).response.error).toMatchObject({ code: -32_602 });
    },
  );

  it('is remembered for as long as it may run, however short states live', async () => {
    const [begun, free] = [gate(), gate<string>()];
    let runs = 0;
    const { store, pass } = guardBench();
    const config = { replay: 'once', interrupted: 'refuse', stateTtl: 1_000 } as const;
    const { send } = await bench.open(
      (server) =>
        server.registerTool('pay', { ...config, roundTimeout: 600_000 }, () => {
          runs++;
          begun.open();
          return free.opened;
        }),
      { store: store() },
    );
    const running = send(named('key'));
    await begun.opened;
    pass(500_000);
    const { response } = await send(named('key'));
    free.open('paid');
    await running;
    expect([runs, response.error?.code]).toEqual([1, -32_603]);
  });

  it('K17 is named by the author, and gets the newest reply of its flow', async () => {
    const paid: string[] = [];
    const { send } = await bench.open(
      (server) =>
        server.registerTool(
          'pay',
          {
            replay: 'once',
            inputSchema: order,
            idempotencyKey: ({ order: id }) => String(id).slice(0, 1),
          },
          async (_args, ctx) => {
            const sure = await ctx.confirm('sure', 'Sure?');
            return ctx.step('pay', () => `paid ${paid.push(String(sure))}`);
          },
        ),
      { store: guardBench().store() },
    );
    const first = call('pay', { order: '1' });
    const asked = await send(first);
    const repeated = await send(call('pay', { order: '1' }));
    expect(repeated.response.result).toEqual(asked.response.result);
    await send(retry(first, asked.response, { sure: YES }));
    const ended = await send(call('pay', { order: '1' }));
    expect(textOf(ended.response)).toBe('paid 1');
    const other = await send(call('pay', { order: '1 more' }));
    expect(other.response.error?.message).toMatch(/idempotency key was used/);
    expect(paid).toEqual(['true']);
  });
});

overWires('S7 a guard whose store is down', ['in process'], (bench) => {
  it('runs nothing, and says that the request may be sent again', async () => {
    const paid: string[] = [];
    const { store, breakDown, repair } = guardBench();
    const { send } = await bench.open(paying(paid), { store: store() });
    const first = call('pay');
    const asked = await send(first);
    breakDown('claim');
    const failed = await send(retry(first, asked.response, { sure: YES }));
    expect(failed.response.error).toMatchObject(RETRYABLE);
    expect(paid).toEqual([]);
    repair();
    expect(textOf((await send(retry(first, asked.response, { sure: YES }))).response)).toBe(
      'paid 1',
    );
  });

  it('sends no reply that is not recorded', async () => {
    const paid: string[] = [];
    const { store, breakDown, repair, pass } = guardBench();
    const { send } = await bench.open(paying(paid), { store: store() });
    const first = call('pay');
    const asked = await send(first);
    breakDown('finish');
    const failed = await send(retry(first, asked.response, { sure: YES }));
    expect(failed.response.error).toMatchObject(RETRYABLE);
    repair();
    pass(31_000);
    const again = await send(retry(first, asked.response, { sure: YES }));
    expect([textOf(again.response), paid.length]).toEqual(['paid 1', 1]);
  });

  it('goes on behind no step that is not recorded', async () => {
    const ran: string[] = [];
    const { store, breakDown } = guardBench();
    const { send } = await bench.open(
      (server) =>
        server.registerTool('pay', { replay: 'once' }, async (ctx) => {
          await ctx.confirm('sure', 'Sure?');
          await ctx.step('one', () => void ran.push('one'));
          await ctx.step('two', () => void ran.push('two'));
          return 'done';
        }),
      { store: store() },
    );
    const first = call('pay');
    const asked = await send(first);
    breakDown('record');
    const failed = await send(retry(first, asked.response, { sure: YES }));
    expect(failed.response.error).toMatchObject(RETRYABLE);
    expect(ran).toEqual(['one']);
  });
});

overWires('S7 many who wait for one round', ['in process'], (bench) => {
  it('are eight; more are sent back to try again', async () => {
    const [begun, free] = [gate(), gate<string>()];
    const { send } = await bench.open(
      (server) =>
        server.registerTool('pay', { replay: 'once' }, async (ctx) => {
          await ctx.confirm('sure', 'Sure?');
          return ctx.step('pay', () => {
            begun.open();
            return free.opened;
          });
        }),
      { store: guardBench().store() },
    );
    const first = call('pay');
    const asked = await send(first);
    const answer = (): Promise<Message> =>
      send(retry(first, asked.response, { sure: YES })).then(({ response }) => response);
    const running = answer();
    await begun.opened;
    const replies: Message[] = [];
    const waiting = Array.from({ length: 20 }, () => answer().then((reply) => replies.push(reply)));
    while (replies.length < 12) await new Promise((resolve) => setImmediate(resolve));
    expect(replies.map(({ error }) => error?.data)).toEqual(
      Array.from({ length: 12 }, () => ({ retryable: true })),
    );
    free.open('paid');
    await Promise.all(waiting);
    expect([await running, ...replies.slice(12)].map(textOf)).toEqual(
      Array.from({ length: 9 }, () => 'paid'),
    );
  });
});

describe('S7 at registration', () => {
  const server = (options: object = {}): McpServer =>
    new McpServer({ name: 'a', version: '1' }, { logger: silent, ...options });
  const once = (of: McpServer, config: object = {}): unknown =>
    of.registerTool('t', { replay: 'once', ...config } as object, () => '');

  it('once needs a store with a guard', () => {
    expect(() => once(server())).toThrow(/'store' with a guard/);
  });

  it('once needs a store that instances share, where there are keys', () => {
    const state = { keys: [TEST_KEY] };
    expect(() => once(server({ store: memoryStore(), state }))).toThrow(/singleProcess/);
    const store = memoryStore({ singleProcess: true });
    expect(() => once(server({ store, state }))).not.toThrow();
    expect(() => once(server({ store: memoryStore() }))).not.toThrow();
  });

  it('once and answers that nobody has asked for exclude each other (F16)', () => {
    const config = { unsolicited: 'accept' };
    expect(() => once(server({ store: memoryStore() }), config)).toThrow(/unsolicited/);
  });

  it('what only once reads is refused elsewhere', () => {
    const of = server({ store: memoryStore() });
    expect(() => of.registerTool('t', { interrupted: 'refuse' }, () => '')).toThrow(/replay/);
    const key = { idempotencyKey: () => 'x' };
    expect(() => of.registerPrompt('p', key, () => 'x')).toThrow(/replay/);
    expect(() => once(of, key)).not.toThrow();
  });

  it('a destructive tool that is left on allow is named once in the log', () => {
    const warnings: string[] = [];
    const of = server({ store: memoryStore(), logger: warningsTo(warnings) });
    const annotations = { destructiveHint: true };
    const tool = of.registerTool('purge', { annotations }, () => '');
    tool.update({ description: 'Purges' });
    of.registerTool('drop', { annotations, replay: 'allow' }, () => '');
    of.registerTool('kill', { annotations, replay: 'once' }, () => '');
    expect(warnings).toEqual([expect.stringMatching(/'purge' is destructive/)]);
  });

  it('one that does nothing more when it is called again is not named, such as task_cancel', () => {
    const warnings: string[] = [];
    const of = server({ store: memoryStore(), logger: warningsTo(warnings) });
    of.registerTool(
      'wipe',
      { annotations: { destructiveHint: true, idempotentHint: true } },
      () => '',
    );
    of.registerTool('index', { task: 'always', withoutTasks: 'tools' }, () => '');
    expect(() => of.registerTool('task_cancel', {}, () => '')).toThrow(/task_cancel/);
    expect(warnings).toEqual([]);
  });
});

overWires('S7 a call that is not once', ['in process'], (bench) => {
  it('costs nothing more with a guard', async () => {
    const { store, calls } = guardBench();
    const tool = (server: McpServer): void => void server.registerTool('t', {}, () => 'plain');
    const plain = await bench.open(tool);
    const guarded = await bench.open(tool, { store: store() });
    const once = async (send: typeof plain.send): Promise<number> => {
      let promises = 0;
      const hook = createHook({
        init: (_id, type) => void (type === 'PROMISE' && promises++),
      }).enable();
      await send(call('t'));
      hook.disable();
      return promises;
    };
    // What else goes on in the process is not in the smallest.
    const count = async (send: typeof plain.send): Promise<number> => {
      const counts = [];
      for (let i = 0; i < 5; i++) counts.push(await once(send));
      return Math.min(...counts);
    };
    const without = await count(plain.send);
    expect(without).toBeGreaterThan(0);
    expect(await count(guarded.send)).toBe(without);
    expect([...calls]).toEqual([]);
  });
});
