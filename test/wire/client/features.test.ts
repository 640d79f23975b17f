/** What a client does beside calling: lists, completion, listening, keeping results. */
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Change, Client, type Target } from '../../../src/client/index.ts';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import type { Dispatcher } from '../../../src/protocol/dispatcher.ts';
import type { JsonRpcRequest } from '../../../src/protocol/types/jsonrpc.ts';
import { completable } from '../../../src/server/registry/completable.ts';
import { McpServer } from '../../../src/server/server.ts';
import { TEST_KEY } from '../../support/each-wire.ts';
import { silent } from '../../support/logger.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

interface Fixture {
  readonly client: Client;
  readonly server: McpServer;
  /** The methods the server was sent. */
  readonly methods: string[];
}

/** The same over HTTP and in process. */
const WAYS = {
  HTTP: async (target: Dispatcher & McpServer): Promise<Target> => {
    const serving: Serving = await serve(target, { port: 0, signals: false });
    open.push(serving);
    return serving.url;
  },
  'in process': async (target: Dispatcher): Promise<Target> => target,
};

async function connect(way: keyof typeof WAYS, server: McpServer): Promise<Fixture> {
  const methods: string[] = [];
  const dispatch = server.dispatch.bind(server);
  server.dispatch = (request: JsonRpcRequest, exchange) => {
    methods.push(request.method);
    return dispatch(request, exchange);
  };
  const target = await WAYS[way](server);
  const client = new Client(target, {
    legacy: 'never',
    name: 'c',
    version: '1',
    logger: silent,
    onElicit: () => ({ action: 'accept', content: { confirm: true } }),
  });
  open.push(client);
  return { client, server, methods };
}

function library(options: { ttlMs?: number } = {}): McpServer {
  const hint = { ttlMs: options.ttlMs ?? 0 };
  const server = new McpServer(
    { name: 'library', version: '1' },
    {
      state: { keys: [TEST_KEY] },
      pageSize: 2,
      cacheHints: { 'tools/list': hint, 'server/discover': hint },
    },
  );
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    server.registerTool(name, { description: name }, async () => name);
    server.registerPrompt(name, {}, async () => name);
    server.registerResource(name, `file:///${name}`, {}, async () => name);
  }
  return server;
}

describe.each(['HTTP', 'in process'] as const)('over %s, a client', (way) => {
  it('PA-1 the client lists everything, over as many pages as there are', async () => {
    const { client, methods } = await connect(way, library());
    const names = (list: readonly { name: string }[]): string =>
      list.map(({ name }) => name).join('');
    expect(names(await client.listTools())).toBe('abcde');
    expect(methods).toEqual(['tools/list', 'tools/list', 'tools/list']);
    expect(names(await client.listPrompts())).toBe('abcde');
    expect(names(await client.listResources())).toBe('abcde');
    expect(await client.listResourceTemplates()).toEqual([]);
  });

  it('CA-3 the client caches what it may, and reloads on demand', async () => {
    const { client, methods } = await connect(way, library({ ttlMs: 60_000 }));
    const first = await client.listTools();
    expect(await client.listTools()).toEqual(first);
    expect(methods).toHaveLength(3);
    await client.listTools({ cache: 'reload' });
    expect(methods).toHaveLength(6);
    await client.discover();
    await client.discover();
    expect(methods.slice(6)).toEqual(['server/discover']);
  });

  it('CA-4 the client caches nothing without a time to live', async () => {
    const { client, methods } = await connect(way, library());
    await client.discover();
    await client.discover();
    expect(methods).toHaveLength(2);
  });

  it('MC-12 the client never caches what depended on an answer', async () => {
    const server = library();
    const config = { cacheHint: { ttlMs: 60_000, cacheScope: 'private' } } as const;
    server.registerResource('plain', 'file:///plain', config, async () => 'plain');
    server.registerResource('asking', 'file:///asking', config, async (_uri, ctx) =>
      String(await ctx.confirm('sure', 'Sure?')),
    );
    const { client, methods } = await connect(way, server);
    for (let i = 0; i < 2; i++) await client.readResource('file:///plain');
    expect(methods).toHaveLength(1);
    for (let i = 0; i < 2; i++) await client.readResource('file:///asking');
    expect(methods).toHaveLength(1 + 4);
  });

  it('CO-1 the client completes arguments', async () => {
    const server = library();
    const cities = (value: string): string[] =>
      ['Bern', 'Basel'].filter((city) => city.startsWith(value));
    const argsSchema = { to: completable(z.string(), cities) };
    server.registerPrompt('travel', { argsSchema }, async () => 'x');
    const { client } = await connect(way, server);
    const params = {
      ref: { type: 'ref/prompt', name: 'travel' },
      argument: { name: 'to', value: 'Be' },
    } as const;
    expect(await client.complete(params)).toMatchObject({ values: ['Bern'] });
  });

  it('the client types and checks structured content', async () => {
    const server = library();
    const outputSchema = z.object({ day: z.string() });
    server.registerTool('when', { outputSchema }, async () => ({ day: '2026-11-22' }));
    const { client } = await connect(way, server);
    const Day = z.object({ day: z.string().transform((day) => new Date(day)) });
    const { structuredContent } = await client.callTool('when', {}, { outputSchema: Day });
    expect(structuredContent?.day.getUTCFullYear()).toBe(2026);
    const other = z.object({ hour: z.number() });
    await expect(client.callTool('when', {}, { outputSchema: other })).rejects.toMatchObject({
      code: 'invalid_response',
      message: expect.stringContaining('hour'),
    });
  });

  it('SU-2 CA-4 the client listens for changes, and forgets what has changed', async () => {
    const { client, server, methods } = await connect(way, library({ ttlMs: 60_000 }));
    const before = await client.listTools();
    const subscription = await client.listen({
      toolsListChanged: true,
      resourceSubscriptions: ['file:///a'],
    });
    expect(subscription.honoured).toMatchObject({ toolsListChanged: true });
    const changes: Change[] = [];
    setImmediate(() => server.registerTool('new', {}, async () => 'new'));
    for await (const change of subscription) {
      changes.push(change);
      if (change.type === 'resourceUpdated') break;
      expect(await client.listTools()).toHaveLength(before.length + 1);
      server.sendResourceUpdated({ uri: 'file:///a' });
    }
    expect(changes).toEqual([
      { type: 'toolsListChanged' },
      { type: 'resourceUpdated', uri: 'file:///a' },
    ]);
    expect(methods.filter((method) => method === 'tools/list')).toHaveLength(6);
  });

  it('the client says why listening is refused', async () => {
    const { client } = await connect(way, library());
    const listening = client.listen({ resourceSubscriptions: [7 as never] });
    await expect(listening).rejects.toMatchObject({ code: -32602 });
  });

  it('the client ends listening with its signal', async () => {
    const { client } = await connect(way, library());
    const abort = new AbortController();
    const subscription = await client.listen({ toolsListChanged: true }, { signal: abort.signal });
    abort.abort();
    for await (const change of subscription) expect.unreachable(change.type);
    await expect(
      client.listen({ toolsListChanged: true }, { signal: abort.signal }),
    ).rejects.toMatchObject({ code: 'cancelled' });
  });
});

it('HC-9 SU-6 the client listens again after the server was gone, and says that something may be missed', async () => {
  const before = await serve(library({ ttlMs: 60_000 }), { port: 0, signals: false });
  const client = new Client(before.url, { name: 'c', version: '1', logger: silent });
  const stale = await client.listTools();
  const subscription = await client.listen({ toolsListChanged: true });
  await before.close();
  const server = library();
  server.registerTool('new', {}, async () => 'new');
  open.push(await serve(server, { port: before.port, signals: false }));
  const changes: string[] = [];
  for await (const { type } of subscription) {
    changes.push(type);
    if (type === 'toolsListChanged') break;
    expect(await client.listTools()).toHaveLength(stale.length + 1);
    server.registerTool('newer', {}, async () => 'newer');
  }
  expect(changes).toEqual(['reconnected', 'toolsListChanged']);
});

it('CA-3 clients of different servers share a store, but not what they keep in it', async () => {
  const kept = new Map<string, string>();
  const store = {
    get: (key: string) => kept.get(key),
    set: (key: string, value: string) => void kept.set(key, value),
    delete: (key: string) => void kept.delete(key),
  };
  const options = { name: 'c', version: '1', logger: silent, cache: { store } };
  const big = library({ ttlMs: 60_000 });
  const small = new McpServer({ name: 'small', version: '1' });
  small.registerTool('only', {}, async () => 'x');
  expect(await new Client(big, options).listTools()).toHaveLength(5);
  expect(kept.size).toBe(1);
  expect(await new Client(small, options).listTools()).toHaveLength(1);
});
