/** What closing a client ends: everything that is under way, the same over every transport. */
import { afterEach, describe, expect, it } from 'vitest';
import { McpServer } from 'mcp-rondo';
import { Client, type ClientOptions, type FlowSnapshot } from 'mcp-rondo/client';
import { serve } from 'mcp-rondo/node';
import type { Dispatcher } from '../../../src/protocol/dispatcher.ts';
import { silent } from '../../support/logger.ts';
import { turns, until } from '../../support/until.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
});

class Fixture {
  /** The methods that the server was sent. */
  readonly methods: string[] = [];
  readonly events: string[] = [];
  readonly server = new McpServer(
    { name: 's', version: '1' },
    { logger: silent, cacheHints: { 'tools/list': { ttlMs: 60_000 } } },
  );

  constructor() {
    const dispatch = this.server.dispatch.bind(this.server);
    this.server.dispatch = (request, exchange) => {
      this.methods.push(request.method);
      return dispatch(request, exchange);
    };
    this.server.registerTool('wait', {}, async (ctx) => {
      this.events.push('running');
      await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve));
      this.events.push('aborted');
      return 'late';
    });
    this.server.registerTool('ask', {}, async (ctx) => String(await ctx.confirm('go', 'Go?')));
    this.server.registerTool('again', {}, async (ctx) => {
      for (let i = 0; i < 60; i++) await ctx.checkpoint(`c${i}`);
      return 'done';
    });
    open.push(this.server);
  }
}

type Way = 'HTTP' | 'HTTP by fetch' | 'HTTP by a fetch that ignores its signal' | 'in process';

/** Does not look at the signal: a closed client's call would run to its end. */
const deaf: typeof fetch = (url, init) => fetch(url, { ...init, signal: null });

async function connect(
  way: Way,
  { server }: Fixture,
  options: Partial<ClientOptions> = {},
): Promise<Client> {
  let target: Dispatcher | string = server;
  if (way !== 'in process') {
    const serving = await serve(server, { port: 0, signals: false, grace: 100 });
    open.push(serving);
    target = serving.url;
  }
  const http = way === 'HTTP by fetch' ? { fetch } : way === 'HTTP' ? {} : { fetch: deaf };
  const client = new Client(target, {
    legacy: 'never',
    name: 'c',
    version: '1',
    logger: silent,
    ...options,
    http,
  });
  open.push(client);
  return client;
}

const CLOSED = { name: 'RondoError', code: 'closed' };

/** What a call is rejected with. */
const failure = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'it did not fail',
    (error: unknown) => error,
  );

const WAYS: Way[] = [
  'HTTP',
  'HTTP by fetch',
  'HTTP by a fetch that ignores its signal',
  'in process',
];

describe.each(WAYS)('closing a client over %s', (way) => {
  it('ends its calls with closed, and cancels them', async () => {
    const fixture = new Fixture();
    const client = await connect(way, fixture);
    const calls = Array.from({ length: 20 }, () => failure(client.callTool('wait')));
    const stepper = client.start('tools/call', { name: 'wait' });
    calls.push(failure(stepper.advance()));
    await until(() => fixture.events.length === 21);
    await client.close();
    for (const error of await Promise.all(calls)) expect(error).toMatchObject(CLOSED);
    if (way === 'HTTP by a fetch that ignores its signal') return;
    await until(() => fixture.events.length === 42);
    expect(fixture.events.at(-1)).toBe('aborted');
  });

  it('ends a call that waits for a person, and the signal of its handler aborts', async () => {
    const fixture = new Fixture();
    let signal: AbortSignal | undefined;
    const client = await connect(way, fixture, {
      onElicit: (_question, context) => {
        signal = context.signal;
        return new Promise(() => {});
      },
    });
    const call = failure(client.callTool('ask'));
    await until(() => signal !== undefined);
    await client.close();
    expect(await call).toMatchObject(CLOSED);
    expect(signal!.reason).toMatchObject(CLOSED);
    expect(fixture.methods).toEqual(['tools/call']);
  });

  it('sends nothing when an answer comes after it', async () => {
    const fixture = new Fixture();
    let answer!: (answer: { action: 'decline' }) => void;
    const client = await connect(way, fixture, {
      onElicit: () => new Promise((resolve) => (answer = resolve)),
    });
    const call = failure(client.callTool('ask'));
    await until(() => answer !== undefined);
    await client.close();
    answer({ action: 'decline' });
    expect(await call).toMatchObject(CLOSED);
    await turns();
    expect(fixture.methods).toEqual(['tools/call']);
  });

  it('ends the pause between rounds', async () => {
    const fixture = new Fixture();
    const client = await connect(way, fixture);
    const call = failure(client.callTool('again'));
    await until(() => fixture.methods.length === 4);
    await client.close();
    expect(await call).toMatchObject(CLOSED);
    expect(fixture.methods.length).toBeLessThan(8);
  });

  it('ends its subscriptions, without an error and for good', async () => {
    const fixture = new Fixture();
    const client = await connect(way, fixture);
    const subscriptions = [
      await client.listen({ toolsListChanged: true }),
      await client.listen({ toolsListChanged: true }),
    ];
    const reading = subscriptions.map(async (subscription) => {
      for await (const change of subscription) expect.unreachable(change.type);
    });
    await client.close();
    await Promise.all(reading);
    expect(fixture.methods).toEqual(['subscriptions/listen', 'subscriptions/listen']);
  });

  it('lets no later call begin: nothing is sent, and nothing comes from the cache', async () => {
    const fixture = new Fixture();
    const client = await connect(way, fixture);
    await client.listTools();
    const begun = client.start('tools/call', { name: 'ask' });
    await client.close();
    const calls = [
      client.listTools(),
      client.callTool('wait'),
      client.getPrompt('p'),
      client.readResource('a:b'),
      client.discover(),
      client.complete({
        ref: { type: 'ref/prompt', name: 'p' },
        argument: { name: 'a', value: '' },
      }),
      client.listen({}),
      begun.advance(),
      client.resume(begun.toJSON()).advance(),
    ];
    for (const call of calls) expect(await failure(call)).toMatchObject(CLOSED);
    expect(fixture.methods).toEqual(['tools/list']);
  });

  it('can be done twice, also at once', async () => {
    const client = await connect(way, new Fixture());
    await client.listTools();
    await Promise.all([client.close(), client.close()]);
    await client.close();
  });
});

it('a flow whose round ended with its client goes on in another client', async () => {
  const fixture = new Fixture();
  const client = await connect('in process', fixture, { onElicit: () => ({ action: 'cancel' }) });
  const flow = client.start('tools/call', { name: 'ask' });
  await flow.advance();
  flow.answer('go', { action: 'accept', content: { confirm: true } });
  const sending = failure(flow.advance());
  await client.close();
  expect(await sending).toMatchObject(CLOSED);
  const other = await connect('in process', fixture, { onElicit: () => ({ action: 'cancel' }) });
  const stored = JSON.parse(JSON.stringify(flow)) as FlowSnapshot;
  const resumed = other.resume(stored);
  await resumed.advance();
  expect(resumed.result).toMatchObject({ content: [{ text: 'true' }] });
});

it('a subscription that is not acknowledged yet ends with closed', async () => {
  const fixture = new Fixture();
  fixture.server.dispatch = () => {
    fixture.events.push('listening');
    return new Promise(() => {});
  };
  const client = await connect('in process', fixture);
  const listening = failure(client.listen({}));
  await until(() => fixture.events.length === 1);
  await client.close();
  expect(await listening).toMatchObject(CLOSED);
});

it('a request whose headers come after its client was closed is not sent', async () => {
  let sent = 0;
  let give!: (headers: Record<string, string>) => void;
  const client = new Client('http://127.0.0.1:9/mcp', {
    legacy: 'never',
    name: 'c',
    version: '1',
    http: {
      headers: () => new Promise((resolve) => (give = resolve)),
      fetch: async () => {
        sent++;
        throw new Error('not reached');
      },
    },
  });
  const call = failure(client.callTool('t'));
  await until(() => give !== undefined);
  await client.close();
  give({});
  expect(await call).toMatchObject(CLOSED);
  await turns();
  expect(sent).toBe(0);
});
