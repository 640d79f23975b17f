/** Everything that is sent before, or instead of, a response. */
import { expect, it } from 'vitest';
import type { McpServer } from '../../src/server/server.ts';
import { ALL_WIRES, type Bench, type Opened, overWires } from '../support/each-wire.ts';
import { HTTP_WIRES } from '../support/wires.ts';
import { type Message, call, request, textOf } from '../support/messages.ts';
import { turns } from '../support/until.ts';

const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';

function reporting(server: McpServer): void {
  server.registerTool('work', {}, async (ctx) => {
    ctx.log('debug', 'too fine');
    ctx.log('warning', { disk: 'full' }, 'storage');
    for (const step of [0, 1, 1, 0.5, 2, Number.NaN]) ctx.progress(step, 2, `step ${step}`);
    return 'done';
  });
  server.registerTool('ask', {}, async (ctx) => {
    ctx.progress(1);
    await ctx.step('first', () => ctx.log('info', 'first'));
    ctx.progress(2);
    await ctx.confirm('go', 'Go?');
    ctx.progress(3);
    return 'done';
  });
}

overWires('progress', ALL_WIRES, ({ open }) => {
  it('PG-1 HS-12 progress goes to who gave a token, rising, before the response', async () => {
    const { send } = await open(reporting);
    for (const token of ['t', 0]) {
      const message = request('tools/call', { name: 'work' }, { progressToken: token });
      const { messages } = await send({ ...message, id: token });
      expect(messages.slice(0, -1)).toEqual(
        [0, 1, 2].map((progress) => ({
          jsonrpc: '2.0',
          method: 'notifications/progress',
          params: { progressToken: token, progress, total: 2, message: `step ${progress}` },
        })),
      );
      expect(messages.at(-1)).toMatchObject({ id: token, result: { resultType: 'complete' } });
    }
  });

  it('PG-1 progress goes to nobody without a token', async () => {
    const { send } = await open(reporting);
    expect((await send(call('work'))).messages).toHaveLength(1);
  });

  it('PG-1 progress tokens that are not valid are refused', async () => {
    const { send } = await open(reporting);
    for (const progressToken of [1.5, {}, true]) {
      const { response } = await send(request('tools/call', { name: 'work' }, { progressToken }));
      expect(response.error).toMatchObject({ code: -32602 });
    }
  });

  it('F1 progress is not sent again for what a round replays', async () => {
    const { send } = await open(reporting);
    const first = request('tools/call', { name: 'ask' }, { progressToken: 'p1' });
    const asked = await send({ ...first, id: 'p1' });
    expect(asked.messages.map((message) => message.params?.['progress'])).toEqual([
      1,
      2,
      undefined,
    ]);
    const requestState = asked.response.result!['requestState'];
    const inputResponses = { go: { action: 'accept', content: { confirm: true } } };
    const _meta = { ...first.params._meta, progressToken: 'p2' };
    const params = { name: 'ask', _meta, requestState };
    const again = await send({ ...first, id: 'p2', params });
    expect(again.messages.map((message) => message.params?.['progress'])).toEqual([undefined]);
    const done = await send({ ...first, id: 'p2', params: { ...params, inputResponses } });
    expect(done.messages.map((message) => message.params?.['progress'])).toEqual([3, undefined]);
  });
});

overWires('logging', ALL_WIRES, ({ open }) => {
  it('PG-2 logs go to who asked for them, at that level or above', async () => {
    const { send } = await open(reporting);
    const level = (logLevel: string): Message =>
      request('tools/call', { name: 'work' }, { 'io.modelcontextprotocol/logLevel': logLevel });
    const { messages } = await send(level('info'));
    expect(messages.slice(0, -1)).toEqual([
      {
        jsonrpc: '2.0',
        method: 'notifications/message',
        params: { level: 'warning', logger: 'storage', data: { disk: 'full' } },
      },
    ]);
    expect((await send(level('debug'))).messages).toHaveLength(3);
    expect((await send(level('error'))).messages).toHaveLength(1);
    expect((await send(call('work'))).messages).toHaveLength(1);
  });

  it('PG-3 log levels that are not valid are refused, and logging is advertised', async () => {
    const { send } = await open(reporting);
    for (const logLevel of ['loud', 7, { toString: 1 }]) {
      const message = request('tools/list', {}, { 'io.modelcontextprotocol/logLevel': logLevel });
      expect((await send(message)).response.error).toMatchObject({ code: -32602 });
    }
    const { response } = await send(request('server/discover'));
    expect(response.result!['capabilities']).toMatchObject({ logging: {} });
  });
});

/** An open listen stream. */
class Listening {
  readonly messages: Message[] = [];
  readonly ended: Promise<Message | undefined>;
  readonly #abort = new AbortController();
  #waiting: (() => void)[] = [];

  constructor({ send }: Opened, id: string | number, notifications: unknown) {
    const message = { ...request('subscriptions/listen', { notifications }), id };
    this.ended = send(message, {
      signal: this.#abort.signal,
      onMessage: (received) => {
        this.messages.push(received);
        for (const wake of this.#waiting.splice(0)) wake();
      },
    }).then(
      ({ response }) => response,
      () => undefined,
    );
  }

  async until(count: number): Promise<Message[]> {
    while (this.messages.length < count) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.messages;
  }

  stop(): void {
    this.#abort.abort();
  }

  get methods(): string[] {
    return this.messages.map((message) => message.method ?? 'result');
  }
}

function offering(server: McpServer): void {
  server.registerTool('t', {}, () => 'x');
  server.registerPrompt('p', {}, () => 'x');
  server.registerResource('r', 'a://b', {}, () => 'x');
  server.registerResource('s', 'a://c', {}, () => 'x');
}

const ALL = {
  toolsListChanged: true,
  promptsListChanged: true,
  resourcesListChanged: true,
  resourceSubscriptions: ['a://b', 'a://c'],
};

overWires('listening', ALL_WIRES, (bench: Bench) => {
  const { open } = bench;

  it('SU-1 SU-2 listening is acknowledged first, with what is honoured', async () => {
    const opened = await open((server) => server.registerTool('t', {}, () => 'x'));
    const listening = new Listening(opened, 'L', ALL);
    const [first] = await listening.until(1);
    expect(first).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/subscriptions/acknowledged',
      params: { _meta: { [SUBSCRIPTION]: 'L' }, notifications: { toolsListChanged: true } },
    });
    listening.stop();
  });

  it('SU-3 T24 every message of a subscription names its request, in its own type', async () => {
    const opened = await open(offering);
    for (const id of [0, 7, '7']) {
      const listening = new Listening(opened, id, ALL);
      await listening.until(1);
      opened.server.sendResourceUpdated({ uri: 'a://b' });
      const messages = await listening.until(2);
      for (const message of messages) expect(message.params!._meta![SUBSCRIPTION]).toBe(id);
      listening.stop();
    }
  });

  it('SU-4 SU-5 a subscription carries what was asked for and nothing else', async () => {
    const opened = await open(offering);
    const { server } = opened;
    const tools = new Listening(opened, 'tools', { toolsListChanged: true });
    const rest = new Listening(opened, 'rest', {
      promptsListChanged: true,
      resourcesListChanged: true,
      toolsListChanged: false,
      resourceSubscriptions: ['a://c'],
    });
    await Promise.all([tools.until(1), rest.until(1)]);
    const tool = server.registerTool('t2', {}, () => 'x');
    tool.disable();
    server.registerPrompt('p2', {}, () => 'x');
    server.sendResourceListChanged();
    server.sendResourceUpdated({ uri: 'a://b' });
    server.sendResourceUpdated({ uri: 'a://c' });
    await tools.until(2);
    await rest.until(4);
    expect(tools.methods).toEqual([
      'notifications/subscriptions/acknowledged',
      'notifications/tools/list_changed',
    ]);
    expect(rest.methods.slice(1).sort()).toEqual([
      'notifications/prompts/list_changed',
      'notifications/resources/list_changed',
      'notifications/resources/updated',
    ]);
    expect(rest.messages.find((message) => message.params?.['uri'])!.params!['uri']).toBe('a://c');
    tools.stop();
    rest.stop();
  });

  it('SU-2 a subscription leaves out resources that do not exist or have gone', async () => {
    const opened = await open(offering);
    const { server } = opened;
    const going = server.registerResource('g', 'a://g', {}, () => 'x');
    const wanted = ['a://b', 'a://g', 'a://nowhere', 'no uri'];
    const listening = new Listening(opened, 'L', { resourceSubscriptions: wanted });
    const [first] = await listening.until(1);
    expect(first!.params!['notifications']).toEqual({ resourceSubscriptions: ['a://b', 'a://g'] });
    going.disable();
    for (const uri of wanted) server.sendResourceUpdated({ uri });
    going.enable();
    server.sendResourceUpdated({ uri: 'a://g' });
    const messages = await listening.until(3);
    expect(messages.slice(1).map(({ params }) => params!['uri'])).toEqual(['a://b', 'a://g']);
    listening.stop();
  });

  it('SU-6 T23 PG-4 a subscription ends with a result, and over stdio a cancellation, when the server closes', async () => {
    const opened = await open(offering);
    const listening = new Listening(opened, 'L', ALL);
    await listening.until(1);
    opened.server.close();
    const response = await listening.ended;
    expect(response).toMatchObject({
      id: 'L',
      result: { resultType: 'complete', _meta: { [SUBSCRIPTION]: 'L' } },
    });
    const expected = ['notifications/subscriptions/acknowledged'];
    if (bench.wire === 'stdio') expected.push('notifications/cancelled');
    expect(listening.methods).toEqual([...expected, 'result']);
  });

  it('SU-4 a subscription ends with its client, and nothing more is sent', async () => {
    const opened = await open(offering);
    const listening = new Listening(opened, 'L', ALL);
    const other = new Listening(opened, 'M', ALL);
    await Promise.all([listening.until(1), other.until(1)]);
    listening.stop();
    await listening.ended;
    opened.server.sendToolListChanged();
    await other.until(2);
    expect(listening.messages).toHaveLength(1);
    other.stop();
  });

  it('SU-1 listening refuses filters that are not valid, and more streams than allowed', async () => {
    const opened = await open(offering, { limits: { listenStreams: 1 } });
    const wrong = [
      undefined,
      7,
      [],
      { resourceSubscriptions: 'a://b' },
      { resourceSubscriptions: [1] },
    ];
    for (const notifications of wrong) {
      const { response } = await opened.send(request('subscriptions/listen', { notifications }));
      expect(response.error).toMatchObject({ code: -32602 });
    }
    const many = { resourceSubscriptions: Array.from({ length: 1_001 }, (_, i) => `a://${i}`) };
    const { response } = await opened.send(
      request('subscriptions/listen', { notifications: many }),
    );
    expect(response.error).toMatchObject({ code: -32602 });
    const large = {
      resourceSubscriptions: Array.from({ length: 200 }, (_, i) => `a://${'é'.repeat(1_000)}${i}`),
    };
    const tooLarge = await opened.send(request('subscriptions/listen', { notifications: large }));
    expect(tooLarge.response.error).toMatchObject({ code: -32602 });
    const listening = new Listening(opened, 'L', ALL);
    await listening.until(1);
    const second = await opened.send(request('subscriptions/listen', { notifications: ALL }));
    expect(second.response.error).toMatchObject({ code: -32603, data: { retryable: true } });
    listening.stop();
  });
});

overWires('listening to what not everybody sees', HTTP_WIRES, ({ open }) => {
  it('AU-5 SU-2 a subscription to a resource is for those who may read it', async () => {
    let isFired = false;
    const opened = await open(
      (server) =>
        server.registerResource(
          'salary',
          'hr://salary',
          { visible: (principal) => principal?.subject === 'ada' && !isFired },
          () => 'much',
        ),
      {
        http: {
          authenticate: ({ headers }) => ({ issuer: 'i', subject: headers.get('x-user') ?? '' }),
        },
      },
    );
    const as = (user: string): Listening => {
      const send: Opened['send'] = (message, options) =>
        opened.send(message, { ...options, headers: { 'x-user': user } });
      const wanted = { resourceSubscriptions: ['hr://salary'], resourcesListChanged: true };
      return new Listening({ ...opened, send }, user, wanted);
    };
    const [ada, bob] = [as('ada'), as('bob')];
    await Promise.all([ada.until(1), bob.until(1)]);
    const honoured = ({ messages }: Listening): unknown => messages[0]!.params!['notifications'];
    expect(honoured(bob)).toEqual({ resourcesListChanged: true });
    expect(honoured(ada)).toMatchObject({ resourceSubscriptions: ['hr://salary'] });
    opened.server.sendResourceUpdated({ uri: 'hr://salary' });
    isFired = true;
    opened.server.sendResourceUpdated({ uri: 'hr://salary' });
    opened.server.sendResourceListChanged();
    await Promise.all([ada.until(3), bob.until(2)]);
    const changed = 'notifications/resources/list_changed';
    expect(ada.methods.slice(1)).toEqual(['notifications/resources/updated', changed]);
    expect(bob.methods.slice(1)).toEqual([changed]);
    ada.stop();
    bob.stop();
  });
});

overWires('a client that reads', ALL_WIRES, ({ open }) => {
  it('a client that reads gets its answer after any number of notifications', async () => {
    const { send } = await open((server) => {
      server.registerTool('big', {}, (ctx) => {
        ctx.log('info', 'x'.repeat(3_000_000));
        return 'the answer';
      });
      server.registerTool('many', {}, async (ctx) => {
        for (let i = 0; i < 20_000; i++) ctx.progress(i, 20_000, 'working');
        await new Promise((resolve) => setTimeout(resolve, 5));
        for (let i = 20_000; i < 40_000; i++) ctx.progress(i, 40_000, 'working');
        return 'the answer';
      });
    });
    const meta = { 'io.modelcontextprotocol/logLevel': 'debug', progressToken: 'p' };
    for (const name of ['big', 'many']) {
      const message = { ...request('tools/call', { name }, meta), id: 'p' };
      const { messages, response } = await send(message);
      expect(textOf(response)).toBe('the answer');
      expect(messages.length).toBeGreaterThan(1);
    }
  });
});

overWires('cancelling', ALL_WIRES, ({ open }) => {
  it('HS-14 IO-5 PG-5 cancelling aborts the signal, starts no step and sends nothing more', async () => {
    const log: string[] = [];
    let started!: () => void;
    const running = new Promise<void>((resolve) => (started = resolve));
    let ended!: () => void;
    const over = new Promise<void>((resolve) => (ended = resolve));
    const opened = await open((server) =>
      server.registerTool('slow', {}, async (ctx) => {
        ctx.onRoundEnd(ended);
        started();
        await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve));
        log.push('aborted');
        ctx.progress(1);
        await ctx.step('late', () => void log.push('late'));
        return 'never';
      }),
    );
    const abort = new AbortController();
    const message = request('tools/call', { name: 'slow' }, { progressToken: 'p' });
    const received: Message[] = [];
    const answer = opened.send(
      { ...message, id: 'p' },
      { signal: abort.signal, onMessage: (got) => received.push(got) },
    );
    await running;
    abort.abort();
    await expect(answer).rejects.toThrow();
    await over;
    await turns();
    expect(log).toEqual(['aborted']);
    expect(received).toEqual([]);
    expect((await opened.send(request('tools/list'))).response.result).toBeDefined();
  });
});
