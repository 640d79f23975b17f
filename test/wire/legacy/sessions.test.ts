import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import { ResourceTemplate } from '../../../src/server/resources/resource-template.ts';
import { McpServer } from '../../../src/server/server.ts';
import type { ServerOptions } from '../../../src/server/options.ts';
import { warningsTo } from '../../support/logger.ts';
import { call as modernCall } from '../../support/messages.ts';
import { OldClient, isQuestion } from '../../support/old-client.ts';
import { until } from '../../support/until.ts';

const KEYS = ['A'.repeat(43)];
const OLD = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'];

const open: Serving[] = [];
let warnings: string[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((serving) => serving.close()));
  warnings = [];
});

async function start(options: ServerOptions = {}): Promise<{ server: McpServer; url: string }> {
  const logger = warningsTo(warnings);
  const server = new McpServer(
    { name: 's', version: '1' },
    { instructions: 'Be kind.', state: { keys: KEYS }, logger, ...options },
  );
  server.registerTool(
    'greet',
    { inputSchema: z.object({ name: z.string() }) },
    ({ name }) => `hi ${name}`,
  );
  server.registerTool('who', {}, (ctx) =>
    JSON.stringify([ctx.client.info, ctx.client.capabilities]),
  );
  server.registerTool('count', { outputSchema: z.number() }, () => 5);
  server.registerTool('ask', {}, async (ctx) =>
    JSON.stringify(
      await ctx.elicit('go', { message: 'Go?', schema: z.object({ reason: z.string() }) }),
    ),
  );
  server.registerResource('r', 'test://r', { cacheHint: { ttlMs: 5_000 } }, () => 'text');
  server.registerPrompt('p', {}, () => 'a prompt');
  const serving = await serve(server, { port: 0, signals: false });
  open.push(serving);
  return { server, url: serving.url };
}

describe('the session of an old client', () => {
  it('L9 takes what needs no reply with an empty response, and not with a stream of nothing', async () => {
    const { url } = await start();
    const client = await OldClient.connect(url);
    const taken = await client.post({ jsonrpc: '2.0', method: 'notifications/initialized' });
    const { 'content-length': length, 'transfer-encoding': encoding } = taken.headers;
    expect([taken.status, length, encoding]).toEqual([202, '0', undefined]);
  });

  it.each(OLD)('L3 agrees on %s, and offers what there is', async (version) => {
    const { url } = await start();
    const client = new OldClient(url, { version });
    expect(await client.initialize()).toEqual({
      protocolVersion: version,
      capabilities: {
        logging: {},
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { listChanged: true, subscribe: true },
      },
      serverInfo: { name: 's', version: '1' },
      instructions: 'Be kind.',
    });
    expect(client.sessionId).toMatch(/^[\w-]{60,400}$/);
  });

  it.each(['2026-07-28', '1.0', 'x'.repeat(100)])(
    'L3 agrees on the newest old version with a client of %s',
    async (version) => {
      const { url } = await start();
      const client = new OldClient(url, { version });
      expect(await client.initialize()).toMatchObject({ protocolVersion: '2025-11-25' });
    },
  );

  it.each([[undefined], [{}], [{ capabilities: 5, clientInfo: [] }]])(
    'L3 begins whatever is in initialize: %j',
    async (params) => {
      const { url } = await start();
      const response = await new OldClient(url).post({
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params,
      });
      expect(response.status).toBe(200);
      expect((await response.reply()).result).toMatchObject({ protocolVersion: '2025-11-25' });
    },
  );

  it('L4 works on every instance with the same keys, and after a restart', async () => {
    const [one, two] = [await start(), await start()];
    const client = await OldClient.connect(one.url, { capabilities: { elicitation: {} } });
    const moved = new OldClient(two.url);
    moved.sessionId = client.sessionId;
    const { result } = await moved.call('who');
    expect(result).toEqual({
      content: [
        { type: 'text', text: '[{"name":"old","version":"1"},{"elicitation":{"form":{}}}]' },
      ],
    });
  });

  it('L4 is 404 when it is not one, or of other keys, another audience, another principal, or over', async () => {
    let now = Date.now();
    const own = await start({ now: () => now, legacy: { sessionTtl: 1_000 } });
    const client = await OldClient.connect(own.url);
    const id = client.sessionId!;
    const others = [
      await start({ state: { keys: [`${'B'.repeat(42)}A`] } }),
      await start({ audience: 'another' }),
      await start({ http: { authenticate: () => ({ issuer: 'i', subject: 'them' }) } }),
    ];
    const changed = `${id.slice(0, -2)}${id.endsWith('A') ? 'B' : 'A'}x`;
    const tried = [
      ...others.map(({ url }) => [url, id] as const),
      [own.url, changed] as const,
      [own.url, 'x'] as const,
      [own.url, 'A'.repeat(8_000)] as const,
    ];
    for (const [url, session] of tried) {
      const stranger = new OldClient(url);
      stranger.sessionId = session;
      const response = await stranger.request('tools/list');
      expect(response.status).toBe(404);
      expect(await response.reply()).toMatchObject({ id: 1, error: { code: -32001 } });
      expect((await stranger.get()).status).toBe(404);
      expect((await stranger.delete()).status).toBe(404);
    }
    now += 1_001;
    expect((await client.request('tools/list')).status).toBe(404);
  });

  it('L4 authenticates nobody: origin, host and credentials are checked for every method', async () => {
    const { url } = await start({
      http: {
        authenticate: ({ headers }) =>
          headers.get('authorization') === 'Bearer ok'
            ? { issuer: 'i', subject: 's' }
            : new Response(null, { status: 401 }),
      },
    });
    const client = await OldClient.connect(url, { headers: { authorization: 'Bearer ok' } });
    const bad = { authorization: 'Bearer bad' };
    expect((await client.request('tools/list', {}, bad)).status).toBe(401);
    expect((await client.get(bad)).status).toBe(401);
    expect((await client.delete(bad)).status).toBe(401);
    for (const headers of [{ origin: 'https://evil.example' }, { host: 'evil.example' }]) {
      expect((await client.request('tools/list', {}, headers)).status).toBe(403);
      expect((await client.get(headers)).status).toBe(403);
      expect((await client.delete(headers)).status).toBe(403);
    }
  });

  it('L4 has an id that can be used, whatever the client calls itself', async () => {
    const { url } = await start();
    const clientInfo = { name: '\u0001'.repeat(300), version: '\ud800'.repeat(300) };
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
    const client = new OldClient(url);
    const response = await client.post({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
    client.sessionId = response.headers['mcp-session-id'] as string;
    expect((await client.request('ping')).status).toBe(200);
  });

  it('L4 another old version in the header changes nothing', async () => {
    const { url } = await start();
    const client = await OldClient.connect(url, { capabilities: { elicitation: {} } });
    const response = await client.request(
      'tools/call',
      { name: 'ask', arguments: {} },
      { 'mcp-protocol-version': '2024-11-05' },
    );
    const question = await response.message(isQuestion);
    expect(question.params).toMatchObject({ mode: 'form' });
    await client.answer(question, { action: 'decline' });
    await response.end();
  });

  it('L5 is not needed for calls; without it nothing can be asked, and GET and DELETE are not there', async () => {
    const { url } = await start();
    const client = new OldClient(url);
    expect((await client.call('greet', { name: 'x' })).result).toEqual({
      content: [{ type: 'text', text: 'hi x' }],
    });
    expect((await client.call('who')).result).toEqual({
      content: [{ type: 'text', text: '[null,{}]' }],
    });
    expect((await client.get()).status).toBe(405);
    expect((await client.delete()).status).toBe(405);
  });

  it('L5 is 405 for DELETE, which ends its streams', async () => {
    const { url } = await start();
    const client = await OldClient.connect(url);
    const stream = await client.get();
    expect(stream.status).toBe(200);
    expect((await client.delete()).status).toBe(405);
    await stream.end();
    expect((await client.call('greet', { name: 'x' })).result).toBeDefined();
  });
});

describe('what an old client is answered', () => {
  const NEW = /resultType|ttlMs|cacheScope|io\.modelcontextprotocol\//;

  it.each(OLD)('L2 has nothing of this revision, for a client of %s', async (version) => {
    const { url } = await start();
    const client = await OldClient.connect(url, { version });
    const requests: [string, object][] = [
      ['ping', {}],
      ['tools/list', {}],
      ['prompts/list', {}],
      ['resources/list', {}],
      ['resources/templates/list', {}],
      ['tools/call', { name: 'greet', arguments: { name: 'x' }, task: { ttl: 5 } }],
      ['tools/call', { name: 'greet', arguments: {} }],
      ['tools/call', { name: 'ask', arguments: {} }],
      ['tools/call', { name: 'nope' }],
      ['prompts/get', { name: 'p' }],
      ['resources/read', { uri: 'test://r' }],
      ['resources/read', { uri: 'test://nope' }],
      ['logging/setLevel', { level: 'debug' }],
      ['resources/subscribe', { uri: 'test://r' }],
      ['resources/unsubscribe', { uri: 'test://r' }],
      ['server/discover', {}],
      ['subscriptions/listen', { notifications: {} }],
      ['tasks/get', { taskId: 'x' }],
    ];
    for (const [method, params] of requests) {
      const response = await client.request(method, params as never);
      const reply = await response.reply();
      expect(response.status).toBe(200);
      expect(reply.id).toBeDefined();
      expect(response.raw).not.toMatch(NEW);
    }
  });

  it('L2 is exactly {} where there is nothing to say', async () => {
    const { url } = await start();
    const client = await OldClient.connect(url);
    for (const [method, params] of [
      ['ping', {}],
      ['logging/setLevel', { level: 'error' }],
      ['resources/subscribe', { uri: 'test://r' }],
      ['resources/unsubscribe', { uri: 'test://r' }],
    ] as const) {
      const response = await client.request(method, params);
      expect((await response.reply()).result).toEqual({});
    }
  });

  it('L2 has structured content that is not an object in an object, as its schema says', async () => {
    const { url } = await start();
    const client = await OldClient.connect(url);
    expect((await client.call('count')).result).toEqual({
      content: [{ type: 'text', text: '5' }],
      structuredContent: { result: 5 },
    });
    const tools = (await (await client.request('tools/list')).reply()).result!['tools'] as {
      name: string;
      outputSchema?: object;
    }[];
    expect(tools.find(({ name }) => name === 'count')!.outputSchema).toMatchObject({
      type: 'object',
      properties: { result: { type: 'number' } },
      required: ['result'],
    });
  });

  it.each(['server/discover', 'subscriptions/listen', 'tasks/get', 'no/method'])(
    'L2 %s is a method that old clients do not have',
    async (method) => {
      const { url } = await start();
      const client = await OldClient.connect(url);
      const response = await client.request(method);
      expect(response.status).toBe(200);
      expect(await response.reply()).toMatchObject({ error: { code: -32601 } });
    },
  );

  it('L2 cannot be swayed by what only this revision has in a request', async () => {
    const { url } = await start();
    const client = await OldClient.connect(url);
    const _meta = {
      'io.modelcontextprotocol/clientCapabilities': { roots: {} },
      'io.modelcontextprotocol/clientInfo': { name: 'evil', version: '1' },
      'own.example/x': 1,
    };
    const response = await client.request('tools/call', {
      name: 'who',
      arguments: {},
      requestState: 'x',
      inputResponses: { go: {} },
      _meta,
    });
    expect((await response.reply()).result).toEqual({
      content: [{ type: 'text', text: '[{"name":"old","version":"1"},{}]' }],
    });
  });

  it('L11 is a sentence for the model when the client cannot be asked', async () => {
    const { url } = await start();
    const client = await OldClient.connect(url);
    expect((await client.call('ask')).result).toEqual({
      isError: true,
      content: [{ type: 'text', text: expect.stringContaining('elicitation') as string }],
    });
  });

  it('L11 is -32002 for a resource that is not there', async () => {
    const { url } = await start();
    const client = await OldClient.connect(url);
    const response = await client.request('resources/read', { uri: 'test://nope' });
    expect(response.status).toBe(200);
    expect(await response.reply()).toMatchObject({
      error: { code: -32002, data: { uri: 'test://nope' } },
    });
  });

  it('L11 is 400 for what cannot be parsed, and for a version that nobody has', async () => {
    const { url } = await start();
    const client = await OldClient.connect(url);
    expect((await client.post('{')).status).toBe(400);
    expect(
      (await client.request('tools/list', {}, { 'mcp-protocol-version': '1999-01-01' })).status,
    ).toBe(400);
  });
});

describe('the era of a message', () => {
  it('L1 is its own: one server serves both, in any order', async () => {
    const { url } = await start();
    const client = await OldClient.connect(url);
    const modern = modernCall('greet', { name: 'new' });
    const headers = {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'greet',
      'mcp-session-id': undefined,
    };
    expect(await (await client.post(modern, headers)).reply()).toMatchObject({
      result: { resultType: 'complete' },
    });
    expect((await client.call('greet', { name: 'old' })).result).toEqual({
      content: [{ type: 'text', text: 'hi old' }],
    });
  });

  it('L1 is not changed by the header: contradictions are errors', async () => {
    const { url } = await start();
    const client = await OldClient.connect(url);
    const modern = modernCall('greet', { name: 'new' });
    const response = await client.post(modern, { 'mcp-protocol-version': '2025-11-25' });
    expect(response.status).toBe(400);
    expect(await response.reply()).toMatchObject({ error: { code: -32020 } });
    const old = await client.request('tools/list', {}, { 'mcp-protocol-version': '2026-07-28' });
    expect(old.status).toBe(400);
  });

  it('L1 is refused where legacy is false, and so are GET and DELETE', async () => {
    const { url } = await start({ legacy: false });
    const client = new OldClient(url);
    const response = await client.post({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} });
    expect(response.status).toBe(400);
    expect((await response.reply()).error!.message).toContain('2026-07-28');
    expect((await client.get()).status).toBe(405);
    expect((await client.delete()).status).toBe(405);
  });
});

describe('changes, to an old client', () => {
  it('L15 arrive on its GET stream, which begins with a comment and has no event ids', async () => {
    const { url, server } = await start();
    const client = await OldClient.connect(url);
    await (await client.request('resources/subscribe', { uri: 'test://r' })).end();
    const stream = await client.get();
    await until(() => stream.raw.startsWith(':'));
    server.registerTool('later', {}, () => 'x');
    await stream.message(({ method }) => method === 'notifications/tools/list_changed');
    server.sendResourceUpdated({ uri: 'test://r' });
    const updated = await stream.message(
      ({ method }) => method === 'notifications/resources/updated',
    );
    expect(updated.params).toEqual({ uri: 'test://r' });
    expect(stream.raw).not.toContain('id:');
    expect(stream.raw).not.toContain('_meta');
    stream.cut();
  });

  it('L15 follow what is subscribed to while the stream is open', async () => {
    const { url, server } = await start();
    const client = await OldClient.connect(url);
    const stream = await client.get();
    await until(() => stream.raw !== '');
    await (await client.request('resources/subscribe', { uri: 'test://r' })).end();
    server.sendResourceUpdated({ uri: 'test://r' });
    await stream.message(({ method }) => method === 'notifications/resources/updated');
    await (await client.request('resources/unsubscribe', { uri: 'test://r' })).end();
    server.sendResourceUpdated({ uri: 'test://r' });
    server.sendToolListChanged();
    server.registerTool('later', {}, () => 'x');
    await stream.message(({ method }) => method === 'notifications/tools/list_changed');
    expect(
      stream.messages.filter(({ method }) => method === 'notifications/resources/updated'),
    ).toHaveLength(1);
    stream.cut();
  });

  it('L15 of before it connected are made known at once', async () => {
    const before = await start();
    const client = await OldClient.connect(before.url);
    const after = await start();
    after.server.registerTool('new', {}, () => 'x');
    const moved = new OldClient(after.url);
    moved.sessionId = client.sessionId;
    const stream = await moved.get();
    await stream.message(({ method }) => method === 'notifications/tools/list_changed');
    stream.cut();
    const same = await client.get();
    await until(() => same.raw !== '');
    before.server.sendResourceUpdated({ uri: 'test://other' });
    expect(same.messages).toEqual([]);
    same.cut();
  });

  it('L15 go to the newest of up to four streams, and no stream is ended for another', async () => {
    const { url, server } = await start();
    const client = await OldClient.connect(url);
    const streams = [
      await client.get(),
      await client.get(),
      await client.get(),
      await client.get(),
    ];
    await Promise.all(streams.map((stream) => until(() => stream.raw !== '')));
    expect((await client.get()).status).toBe(503);
    server.registerTool('later', {}, () => 'x');
    await streams[3]!.message(({ method }) => method === 'notifications/tools/list_changed');
    expect(streams.map(({ messages }) => messages.length)).toEqual([0, 0, 0, 1]);
    expect(streams.some(({ isEnded }) => isEnded)).toBe(false);
    streams[3]!.cut();
    await until(() => streams[3]!.isEnded);
    streams.forEach((stream) => stream.cut());
  });

  it('L15 go on at an older stream when the newest has ended, also those of what was watched since', async () => {
    const { url, server } = await start();
    const client = await OldClient.connect(url);
    const streams = [await client.get(), await client.get()];
    await Promise.all(streams.map((stream) => until(() => stream.raw !== '')));
    await (await client.request('resources/subscribe', { uri: 'test://r' })).end();
    streams[1]!.cut();
    const updated = (): boolean =>
      streams[0]!.messages.some(({ method }) => method === 'notifications/resources/updated');
    await until(() => {
      server.sendResourceUpdated({ uri: 'test://r' });
      return updated();
    });
    streams[0]!.cut();
  });

  it('L6 L15 are of no more resources than can be listened to', async () => {
    const { url, server } = await start();
    server.registerResource(
      'any',
      new ResourceTemplate('any://{+rest}', { list: undefined }),
      {},
      () => 'x',
    );
    const client = await OldClient.connect(url);
    const replies = [];
    for (let i = 0; i < 140; i++) {
      const uri = `any://${i}/${'x'.repeat(1_990)}`;
      replies.push(await (await client.request('resources/subscribe', { uri })).reply());
    }
    expect(replies.filter(({ error }) => error !== undefined).length).toBeGreaterThan(5);
    expect((await client.get()).status).toBe(200);
  });

  it('L15 are 503 where there are too many streams, and end when the server closes', async () => {
    const { url, server } = await start({ limits: { listenStreams: 1 } });
    const client = await OldClient.connect(url);
    const stream = await client.get();
    const second = await client.get();
    expect(second.status).toBe(503);
    expect(second.headers['retry-after']).toBe('1');
    await server.close();
    await stream.end();
  });

  it('L15 are not offered by a server that never changes', async () => {
    const { url } = await start({ limits: { listenStreams: 0 } });
    const client = await OldClient.connect(url);
    expect((await client.get()).status).toBe(405);
  });

  it('L6 are only of resources that the client may read, and of so many', async () => {
    const { url } = await start();
    const client = await OldClient.connect(url);
    const subscribe = async (uri: string) =>
      (await client.request('resources/subscribe', { uri })).reply();
    expect(await subscribe('test://nope')).toMatchObject({ error: { code: -32002 } });
    expect(await subscribe(`test://r?${'x'.repeat(3_000)}`)).toMatchObject({ error: {} });
    expect(await (await client.request('resources/subscribe', { uri: 5 })).reply()).toMatchObject({
      error: { code: -32602 },
    });
  });

  it('L6 the log level is info until it is set', async () => {
    const { url, server } = await start();
    server.registerTool('logs', {}, (ctx) => {
      ctx.log('debug', 'd');
      ctx.log('info', 'i');
      ctx.log('error', 'e');
      return 'x';
    });
    const client = await OldClient.connect(url);
    const levels = async () => {
      const response = await client.request('tools/call', { name: 'logs', arguments: {} });
      await response.end();
      return response.messages.flatMap(({ params }) => (params?.['level'] as string) ?? []);
    };
    expect(await levels()).toEqual(['info', 'error']);
    await (await client.request('logging/setLevel', { level: 'debug' })).end();
    expect(await levels()).toEqual(['debug', 'info', 'error']);
    expect(
      await (await client.request('logging/setLevel', { level: 'loud' })).reply(),
    ).toMatchObject({ error: { code: -32602 } });
  });
});
