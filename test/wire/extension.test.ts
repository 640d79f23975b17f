/** The seam for what is added to a server, proved by three toys. */
import { describe, expect, it } from 'vitest';
import { RondoError } from '../../src/base/errors.ts';
import type { UnknownRecord } from '../../src/base/json/json.ts';
import { RpcError } from '../../src/protocol/rpc-error.ts';
import type { ServerEvent } from '../../src/server/events.ts';
import type {
  Extension,
  ListenOut,
  OpenField,
  Live,
  PlayedFrom,
  ServerPort,
} from '../../src/server/extension.ts';
import type { Finished } from '../../src/server/requests/finished.ts';
import type { McpServer } from '../../src/server/server.ts';
import { storeWith } from '../../src/server/store.ts';
import { overWires } from '../support/each-wire.ts';
import { errorsTo } from '../support/logger.ts';
import { call, request, retry } from '../support/messages.ts';

const YES = { action: 'accept', content: { confirm: true } };
function boo(): never {
  throw new Error('boo');
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function gate<T = void>() {
  let open!: (value: T) => void;
  const opened = new Promise<T>((resolve) => (open = resolve));
  return { opened, open };
}

const confirming = (server: McpServer, config: UnknownRecord = {}, seen: string[] = []): void => {
  server.registerTool('pay', config as object, async (ctx) => {
    seen.push('handler');
    return (await ctx.confirm('sure', 'Sure?')) ? 'paid' : 'kept';
  });
};

/** Adds a method, a capability and a field of the listen filter: a clock that strikes. */
function clock() {
  const outs = new Set<ListenOut>();
  const log: string[] = [];
  const extension: Extension = {
    capabilities: () => ({ extensions: { 'example.com/clock': { precise: true } } }),
    methods: {
      'clock/read': {
        nameParam: 'zone',
        needs: { extensions: { 'example.com/clock': {} } },
        serve: ({ params }) => ({
          result: JSON.stringify({ resultType: 'complete', zone: params['zone'] }),
          headers: { 'X-Clock': 'read' },
        }),
      },
    },
    listen: {
      name: 'clockZones',
      open(value, _request, out) {
        if (!Array.isArray(value)) throw new RpcError(-32_602, 'clockZones must be a list');
        const known = value.filter((zone) => zone === 'UTC');
        return {
          acknowledged: known,
          start() {
            outs.add(out);
            out.send('notifications/clock', { zone: 'UTC' });
          },
          close() {
            outs.delete(out);
            log.push('closed');
          },
        };
      },
    },
    async close() {
      log.push('shut down');
    },
  };
  return { extension, outs, log };
}

overWires('an extension with a method of its own', ['node', 'fetch', 'in process'], (bench) => {
  const CLOCK = { extensions: { 'example.com/clock': {} } };
  const withClock = { 'io.modelcontextprotocol/clientCapabilities': CLOCK };
  const open = async () => {
    const { extension, ...rest } = clock();
    const opened = await bench.open(() => {}, { store: storeWith([extension]) });
    return { ...opened, ...rest };
  };

  it('is called like any other, where the client has what it needs', async () => {
    const { send } = await open();
    const read = request('clock/read', { zone: 'UTC' }, withClock);
    const { response, headers } = await send(read, { headers: { 'mcp-name': 'UTC' } });
    expect(response.result).toMatchObject({ zone: 'UTC' });
    expect(headers?.['x-clock']).toBe(bench.wire === 'in process' ? undefined : 'read');
    const without = await send(request('clock/read', { zone: 'UTC' }), {
      headers: { 'mcp-name': 'UTC' },
    });
    expect(without.response.error).toMatchObject({ code: -32_021 });
  });

  it('has its name in the header, if there are headers', async () => {
    const { send } = await open();
    const read = request('clock/read', { zone: 'UTC' }, withClock);
    const { response } = await send(read, { headers: { 'mcp-name': 'CET' } });
    expect(response.error?.code).toBe(bench.wire === 'in process' ? undefined : -32_020);
  });

  it('may be an object of a class', async () => {
    class Zone {
      readonly #zone = 'UTC';
      serve(): Finished {
        return { result: JSON.stringify({ resultType: 'complete', zone: this.#zone }) };
      }
    }
    const extension: Extension = { methods: { 'clock/zone': new Zone() } };
    const { send } = await bench.open(() => {}, { store: storeWith([extension]) });
    const { response } = await send(request('clock/zone'));
    expect(response.result).toMatchObject({ zone: 'UTC' });
  });

  it('and its capability is advertised beside the others', async () => {
    const { send } = await open();
    const { response } = await send(request('server/discover'));
    expect(response.result).toMatchObject({
      capabilities: { extensions: { 'example.com/clock': { precise: true } } },
    });
  });
});

overWires('an extension with a field of the listen filter', ['node', 'fetch'], (bench) => {
  it('is acknowledged, sends, and ends the stream; listening is offered without a list', async () => {
    const { extension, outs, log } = clock();
    const { send } = await bench.open(() => {}, { store: storeWith([extension]) });
    const listen = request('subscriptions/listen', {
      notifications: { clockZones: ['UTC', 'Mars'] },
    });
    const listening = send(listen);
    while (outs.size === 0) await turn();
    for (const out of outs) out.end();
    const { messages, response } = await listening;
    expect(messages.slice(0, -1).map(({ method, params }) => [method, params])).toMatchObject([
      ['notifications/subscriptions/acknowledged', { notifications: { clockZones: ['UTC'] } }],
      ['notifications/clock', { zone: 'UTC' }],
    ]);
    expect(response.result).toMatchObject({ resultType: 'complete' });
    expect(log).toEqual(['closed']);
  });

  it('can refuse a subscription before the stream begins', async () => {
    const { extension, outs } = clock();
    const { send } = await bench.open(() => {}, { store: storeWith([extension]) });
    const listen = request('subscriptions/listen', { notifications: { clockZones: 'UTC' } });
    expect((await send(listen)).response.error).toMatchObject({ code: -32_602 });
    expect(outs.size).toBe(0);
  });

  it('ends with the server, which waits for its extensions', async () => {
    const { extension, outs, log } = clock();
    const { send, server } = await bench.open(() => {}, { store: storeWith([extension]) });
    const listening = send(
      request('subscriptions/listen', { notifications: { clockZones: ['UTC'] } }),
    );
    while (outs.size === 0) await turn();
    await server.close();
    await listening;
    expect(log).toEqual(['closed', 'shut down']);
  });
});

overWires('a field of the listen filter that fails', ['node', 'fetch'], (bench) => {
  /** What it fails with, and when. */
  const failures: Record<string, (out: ListenOut) => Partial<OpenField>> = {
    'when it starts': () => ({ start: boo }),
    'soon after it starts': () => ({ start: async () => boo() }),
    'in what it acknowledges': () => ({ acknowledged: 1n }),
    'in what it sends': (out) => ({ start: () => out.send('notifications/clock', { n: 1n }) }),
    'in what it sends later': (out) => ({
      start: () => void setImmediate(() => out.send('notifications/clock', { n: 1n })),
    }),
  };

  it.each(Object.keys(failures))(
    '%s is logged once, and the stream ends with an error',
    async (when) => {
      const closed: string[] = [];
      const lines: string[] = [];
      const logger = errorsTo(lines);
      const field = (name: string, make: (out: ListenOut) => Partial<OpenField>): Extension => ({
        listen: {
          name,
          open: (_value, _request, out) => ({
            acknowledged: [],
            close: () => void closed.push(name),
            ...make(out),
          }),
        },
      });
      const store = storeWith([field('fails', failures[when]!), field('works', () => ({}))]);
      const { send } = await bench.open(() => {}, { store, logger, limits: { listenStreams: 1 } });
      const listen = () =>
        send(request('subscriptions/listen', { notifications: { fails: 1, works: 1 } }));
      expect((await listen()).response.error).toMatchObject({ code: -32_603 });
      expect(closed).toEqual(['fails', 'works']);
      expect(lines.filter((line) => line.includes('subscriptions/listen'))).toHaveLength(1);
      // It does not count as an open stream any more.
      expect((await listen()).response.error).toMatchObject({ message: 'Internal error' });
    },
  );

  it('when it is closed is logged, and the others are closed', async () => {
    const closed: string[] = [];
    const lines: string[] = [];
    const logger = errorsTo(lines);
    const field = (name: string, close: () => void): Extension => ({
      listen: {
        name,
        open: (_value, _request, out) => ({ acknowledged: [], close, start: () => out.end() }),
      },
    });
    const store = storeWith([
      field('throws', boo),
      field('rejects', async () => boo()),
      field('works', () => void closed.push('works')),
    ]);
    const { send } = await bench.open(() => {}, { store, logger });
    const notifications = { throws: 1, rejects: 1, works: 1 };
    const { response } = await send(request('subscriptions/listen', { notifications }));
    expect(response.result).toMatchObject({ resultType: 'complete' });
    await turn();
    expect(closed).toEqual(['works']);
    expect(lines.filter((line) => line.includes('boo'))).toHaveLength(2);
  });
});

/** Refuses rounds it has seen, and records each reply before its first byte leaves. */
function once(): Extension & { readonly replies: Map<string, Finished>; readonly log: string[] } {
  const replies = new Map<string, Finished>();
  const log: string[] = [];
  return {
    replies,
    log,
    reads: { once: (value) => (value === true ? undefined : 'must be true') },
    register: ({ config }) =>
      config['once'] === true
        ? {
            before: ({ params }) => {
              const isForbidden = (params['arguments'] as UnknownRecord)['forbidden'] === true;
              const error = new RpcError(-32_600, 'Not for you');
              const headers = { 'WWW-Authenticate': 'Bearer scope="pay"' };
              return isForbidden ? { error, status: 403, headers } : undefined;
            },
            async around(_call, standing, next) {
              const key = `${standing.round === 1 ? 'first' : standing.origin.id}/${standing.round}`;
              const known = replies.get(key);
              if (known !== undefined) return known;
              log.push(`runs ${standing.round} ${standing.outstanding.join(' ')}`.trim());
              const finished = await next().finished;
              await turn();
              if (standing.round > 1) replies.set(key, finished);
              log.push('recorded');
              return finished;
            },
          }
        : undefined,
  };
}

overWires('an extension around a round', ['node', 'fetch', 'stdio'], (bench) => {
  it('can answer instead of the handler, with what was written before', async () => {
    const extension = once();
    const seen: string[] = [];
    const { send } = await bench.open((server) => confirming(server, { once: true }, seen), {
      store: storeWith([extension]),
    });
    const first = call('pay');
    const asked = await send(first);
    const second = retry(first, asked.response, { sure: YES });
    const { response } = await send(second);
    expect(response.result).toMatchObject({ content: [{ text: 'paid' }] });
    expect(extension.log).toEqual(['runs 1', 'recorded', 'runs 2 sure', 'recorded']);
    const again = await send(retry(first, asked.response, { sure: YES }));
    expect(again.response.result).toEqual(response.result);
    expect(again.response.id).not.toBe(response.id);
    expect(seen).toEqual(['handler', 'handler']);
  });

  it('can refuse a call before its state is opened', async () => {
    const extension = once();
    const seen: string[] = [];
    const { send } = await bench.open(
      (server) => {
        const schema = { type: 'object', properties: { forbidden: { type: 'boolean' } } };
        const config = { once: true, inputSchema: schema };
        server.registerTool('pay', config as object, async () => void seen.push('handler'));
      },
      { store: storeWith([extension]) },
    );
    const refused = call('pay', { forbidden: true }, { requestState: 'not looked at' });
    const { response, status, headers } = await send(refused);
    expect(response.error).toMatchObject({ code: -32_600, message: 'Not for you' });
    const challenge = 'Bearer scope="pay"';
    const over = bench.wire === 'stdio' ? [undefined, undefined] : [403, challenge];
    expect([status, headers?.['www-authenticate']]).toEqual(over);
    expect([seen, extension.log]).toEqual([[], []]);
  });

  it('is not around what it does not wrap, and its members are refused elsewhere', async () => {
    const extension = once();
    const { send, server } = await bench.open((opened) => confirming(opened), {
      store: storeWith([extension]),
    });
    await send(call('pay'));
    expect(extension.log).toEqual([]);
    expect(() => confirming(server, { once: 'yes' })).toThrow("'once'");
    const plain = await bench.open(() => {});
    expect(() => confirming(plain.server, { once: true })).toThrow("'once'");
  });

  it('is asked again when a registration changes', async () => {
    const extension = once();
    let tool!: ReturnType<McpServer['registerTool']>;
    const { send } = await bench.open(
      (server) => {
        tool = server.registerTool('pay', {}, () => 'paid');
      },
      { store: storeWith([extension]) },
    );
    await send(call('pay'));
    tool.update({ once: true } as object);
    await send(call('pay'));
    expect(extension.log).toEqual(['runs 1', 'recorded']);
  });
});

/** Plays recorded calls in the background, and lets live ones go on after their reply. */
function background() {
  const lives: Live[] = [];
  let port!: ServerPort;
  let from!: PlayedFrom;
  const extension: Extension = {
    start: (server) => void (port = server),
    register: () => ({
      async around({ meta, exchange }, standing, next) {
        from = { standing, meta, principal: exchange.principal };
        const live = next({ onDisconnect: 'go on' });
        lives.push(live);
        return live.finished;
      },
    }),
    context: {
      detach: async (live: Live) => {
        const moved = await live.moveTo({ onStill: () => undefined });
        live.letGo();
        return moved.entries.length;
      },
    },
  };
  return { extension, lives, port: () => port, from: () => from };
}

describe('an extension that plays in the background', () => {
  overWires('a call', ['node', 'fetch'], (bench) => {
    it('goes on after its client has left, without its request', async () => {
      const { extension, lives } = background();
      const [begun, work] = [gate(), gate<string>()];
      const seen: unknown[] = [];
      const { send } = await bench.open(
        (server) =>
          server.registerTool('long', {}, async (ctx) => {
            begun.open();
            seen.push(ctx.request === undefined);
            const result = await ctx.step('work', () => work.opened);
            seen.push(ctx.request === undefined, ctx.meta, ctx.signal.aborted);
            ctx.progress(1);
            return result;
          }),
        { store: storeWith([extension]) },
      );
      const leaving = new AbortController();
      const gone = send(call('long'), { signal: leaving.signal }).catch(() => 'gone');
      await begun.opened;
      leaving.abort();
      expect(await gone).toBe('gone');
      while (lives.length === 0) await turn();
      work.open('done');
      const finished = await lives[0]!.finished;
      expect(JSON.parse((finished as { result: string }).result)).toMatchObject({
        content: [{ text: 'done' }],
      });
      await lives[0]!.settled;
    });
  });

  overWires('a recorded call', ['in process'], (bench) => {
    const recordedCall = async (options: object = {}) => {
      const toy = background();
      const { send, server } = await bench.open(
        (opened) => {
          const schema = { type: 'object', properties: { n: { type: 'number' } } };
          opened.registerTool(
            'double',
            { inputSchema: schema, ...options } as object,
            async (...given: unknown[]) => {
              const [{ n }, ctx] = given as [
                { n: number },
                { confirm: Function; request: unknown },
              ];
              const sure = (await ctx.confirm('sure', 'Sure?')) as boolean;
              return `${sure} ${n * 2} ${ctx.request}`;
            },
          );
        },
        { store: storeWith([toy.extension]) },
      );
      await send(call('double', { n: 1 }));
      return { ...toy, server, send };
    };
    const target = { method: 'tools/call', target: 'double', args: { n: 21 } } as const;
    const resultOf = async (live: Live): Promise<unknown> => {
      const finished = await live.finished;
      return 'result' in finished ? JSON.parse(finished.result) : finished.error;
    };

    it('is played without a request, and its end is written as for any other', async () => {
      const { port, from } = await recordedCall();
      const announced: string[] = [];
      const live: Live = await port().play(target, from(), {
        onAsked: (asks) => void announced.push(...asks.map(({ key }) => key)),
        onStill: () => void live.deliver({ sure: YES }),
      });
      expect(await resultOf(live)).toMatchObject({
        content: [{ text: 'true 42 undefined' }],
        resultType: 'complete',
      });
      expect(announced).toEqual(['sure']);
    });

    it('goes on from what is recorded', async () => {
      const { port, from } = await recordedCall();
      const { origin } = from().standing;
      const asked = {
        kind: 'form',
        key: 'sure',
        question: 'of another wording',
        sendings: 1,
      } as const;
      const standing = port().standing(origin, 2, { entries: [], asked: [asked] });
      expect([standing.round, standing.outstanding]).toEqual([2, ['sure']]);
      expect(standing.origin).toEqual(origin);
      expect(() => standing.begin(origin)).toThrow(RondoError);
      const live = await port().play(target, { ...from(), standing });
      expect(await resultOf(live)).toMatchObject({ resultType: 'input_required' });
    });

    it('has its arguments checked again', async () => {
      const { port, from } = await recordedCall();
      const live = await port().play({ ...target, args: { n: 'x' } }, from());
      expect(await resultOf(live)).toMatchObject({ isError: true });
      expect(await live.moveTo({})).toMatchObject({ isOver: true });
      await live.settled;
      const unknown = port().play({ ...target, target: 'nothing' }, from());
      await expect(unknown).rejects.toMatchObject({ code: -32_602 });
    });

    it('does not ask whether the caller may see it: nobody calls', async () => {
      const { port, from } = await recordedCall({ visible: () => false });
      const live = await port().play(target, {
        standing: port().standing(
          {
            id: 'f',
            secret: 's',
            startedAt: 0,
            deadline: 1,
            capabilities: { elicitation: { form: {} } },
          },
          1,
          { entries: [], asked: [] },
        ),
        meta: from()?.meta ?? ({ capabilities: { elicitation: { form: {} } } } as never),
        principal: undefined,
      });
      live.suspend();
      await live.finished;
    });

    it('is a prompt or a resource as well', async () => {
      const { port, from, server } = await recordedCall();
      server.registerPrompt('greet', {}, () => ({
        messages: [{ role: 'user', content: { type: 'text', text: 'Hello' } }],
      }));
      server.registerResource('now', 'clock://now', {}, () => 'noon');
      const prompt = await port().play(
        { method: 'prompts/get', target: 'greet', args: {} },
        from(),
      );
      expect(await resultOf(prompt)).toMatchObject({ messages: [{ role: 'user' }] });
      const read = await port().play(
        { method: 'resources/read', target: 'clock://now', args: undefined },
        from(),
      );
      expect(await resultOf(read)).toMatchObject({ contents: [{ text: 'noon' }] });
    });

    it('can come from a tool that the extension registers itself', async () => {
      const { port, send } = await recordedCall();
      const tool = port().registerTool('task_status', {}, () => 'working');
      const { response } = await send(call('task_status'));
      expect(response.result).toMatchObject({ content: [{ text: 'working' }] });
      tool.remove();
      expect((await send(call('task_status'))).response.error).toMatchObject({ code: -32_602 });
    });
  });
});

overWires('what a context gets from extensions', ['in process', 'node'], (bench) => {
  const detaching = (server: McpServer): void => {
    server.registerTool('go', {}, async ({ detach, step, request: before, ...ctx }) => {
      await step('a', () => 1);
      return `${before !== undefined} ${await detach()} ${'request' in ctx}`;
    });
  };

  it('is answered by the extension that has it', async () => {
    const { extension } = background();
    const { send } = await bench.open(detaching, { store: storeWith([extension]) });
    const { response } = await send(call('go'));
    expect(response.result).toMatchObject({ content: [{ text: expect.stringMatching(/ 1 /) }] });
  });

  it.each(['detach', 'sleep', 'status'] as const)(
    'is a mistake that the log explains where none has it: %s',
    async (member) => {
      const errors: string[] = [];
      const logger = {
        debug() {},
        info() {},
        warn() {},
        error: (e: string) => void errors.push(e),
      };
      const { send } = await bench.open(
        (server) =>
          server.registerTool('go', {}, async (ctx) => {
            await (ctx[member] as (...args: unknown[]) => unknown)('x', 1);
            await new Promise((resolve) => setImmediate(resolve));
            return 'went on';
          }),
        { logger },
      );
      const { response } = await send(call('go'));
      expect(response.error).toMatchObject({ code: -32_603 });
      expect(errors.join()).toContain(`ctx.${member}() needs a server with a store`);
    },
  );
});

overWires('two extensions around one call', ['in process'], (bench) => {
  it('are one inside the other', async () => {
    const log: string[] = [];
    const around = (name: string): Extension => ({
      register: () => ({
        before: () => void log.push(`${name} before`),
        async around(_call, _standing, next) {
          log.push(`${name} begins`);
          const live = next();
          if (name === 'outer') await live.moveTo({});
          live.deliver({});
          const finished = await live.finished;
          await live.settled;
          live.letGo();
          log.push(`${name} ends`);
          return finished;
        },
      }),
    });
    const { send } = await bench.open((server) => server.registerTool('x', {}, () => 'done'), {
      store: storeWith([around('outer'), around('inner'), { register: () => undefined }]),
    });
    expect((await send(call('x'))).response.result).toMatchObject({ content: [{ text: 'done' }] });
    expect(log).toEqual([
      'outer before',
      'inner before',
      'outer begins',
      'inner begins',
      'inner ends',
      'outer ends',
    ]);
  });
});

overWires('events', ['in process'], (bench) => {
  it('say what happens in a flow, and no values', async () => {
    const events: ServerEvent[] = [];
    const heard: string[] = [];
    const { send } = await bench.open(
      (server) =>
        server.registerTool('pay', {}, async (ctx) => {
          let tries = 0;
          const step = (): string => (tries++ === 0 ? boo() : 'a secret');
          await ctx.step('work', step, { retries: 1 });
          return (await ctx.confirm('sure', 'Sure?')) ? 'paid' : 'kept';
        }),
      {
        on: [(event) => void events.push(event), boo],
        store: storeWith([{ on: ({ type }) => void heard.push(type) }]),
      },
    );
    const first = call('pay');
    const sent = [first];
    const next = (message: typeof first): ReturnType<typeof send> => {
      sent.push(message);
      return send(message);
    };
    const asked = await send(first);
    const wrong = await next(retry(first, asked.response, { sure: 'a wrong secret' }));
    await next(retry(first, wrong.response, { sure: YES }));
    await next(call('pay', {}, { requestState: 'made up' }));
    const duration = expect.any(Number) as number;
    const trace = expect.any(Object) as object;
    const of = { method: 'tools/call', target: 'pay', flowId: expect.any(String) as string, trace };
    const asRequest = (id: unknown): object => ({
      request: { id, method: 'tools/call', protocolVersion: '2026-07-28' },
    });
    const [one, two, three, four] = sent.map(({ id }) => asRequest(id)) as [
      object,
      object,
      object,
      object,
    ];
    const [stateBytes, waited] = [expect.any(Number) as number, expect.any(Number) as number];
    const ended = { isError: false, duration };
    const asks = { outcome: 'input_required', asks: ['sure'], stateBytes, ...ended };
    const complete = { outcome: 'complete', asks: [], ...ended };
    const served = { type: 'request_served', target: 'pay', isError: false, duration };
    const refused = { type: 'request_served', isError: false, errorCode: -32_602, duration };
    expect(events).toEqual([
      { type: 'round_begun', ...of, round: 1, ...one, entries: 0, refused: 0 },
      { type: 'step_ran', ...of, round: 1, key: 'work', ok: true, attempts: 2, duration },
      { type: 'round_ended', ...of, round: 1, ...asks, entriesNew: 1 },
      { ...served, ...one },
      { type: 'round_begun', ...of, round: 2, ...two, entries: 1, waited, refused: 0 },
      { type: 'answer_wrong', ...of, round: 2, key: 'sure', sendings: 1 },
      { type: 'round_ended', ...of, round: 2, ...asks, entriesNew: 0 },
      { ...served, ...two },
      { type: 'round_begun', ...of, round: 3, ...three, entries: 1, waited, refused: 0 },
      { type: 'round_ended', ...of, round: 3, ...complete, entriesNew: 1 },
      { ...served, ...three },
      { type: 'state_refused', check: 'seal', method: 'tools/call', target: 'pay' },
      { ...refused, ...four },
    ]);
    expect(new Set(events.map((event) => 'flowId' in event && event.flowId)).size).toBe(2);
    expect(JSON.stringify(events)).not.toContain('secret');
    expect(heard).toEqual(events.map(({ type }) => type));
  });

  it('say why a round failed', async () => {
    const events: ServerEvent[] = [];
    const { send } = await bench.open(
      (server) => {
        server.registerTool('twice', {}, async (ctx) => {
          void ctx.step('a', () => 1);
          await ctx.step('a', () => 1);
        });
        server.registerTool('throws', {}, boo);
      },
      { on: (event) => void events.push(event) },
    );
    await send(call('twice'));
    await send(call('throws'));
    expect(events.filter(({ type }) => type === 'round_ended')).toMatchObject([
      { outcome: 'failed', code: 'duplicate_key' },
      { outcome: 'threw' },
    ]);
  });
});
