import { expect, it } from 'vitest';
import { RpcError } from '../../src/protocol/rpc-error.ts';
import type { McpServer } from '../../src/server/server.ts';
import { ALL_WIRES, overWires } from '../support/each-wire.ts';
import { type Message, call, meta, request } from '../support/messages.ts';
import { HTTP_WIRES } from '../support/wires.ts';

const VERSION = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';

function echo(server: McpServer): void {
  server.registerTool('echo', { inputSchema: { type: 'object' } }, (args) => JSON.stringify(args));
}

function without(message: Message, key: string): Message {
  const { [key]: _, ...rest } = message.params!._meta!;
  return { ...message, params: { ...message.params, _meta: rest } };
}

overWires('the envelope', ALL_WIRES, ({ open }) => {
  it('EN-2 results repeat the id in its own type and say what they are', async () => {
    const { send } = await open(echo);
    for (const id of [0, 7, -3, '7', 'ünïcode', '']) {
      const { response } = await send({ ...call('echo', { a: 1 }), id });
      expect(response).toMatchObject({ jsonrpc: '2.0', id, result: { resultType: 'complete' } });
    }
  });

  it('EN-1 ids that are null, fractions or anything else are refused', async () => {
    const { send } = await open(echo);
    for (const id of [null, 1.5, true, {}, []]) {
      const text = JSON.stringify({ ...call('echo'), id });
      const { response } = await send(text);
      expect(response).toMatchObject({ error: { code: -32600 } });
      expect('id' in response).toBe(false);
    }
  });

  it('EN-3 EN-5 errors repeat the id, with an integer code and a message', async () => {
    const { send } = await open(echo);
    const { response } = await send({ ...request('no/such/method'), id: 'x1' });
    expect(response).toEqual({
      jsonrpc: '2.0',
      id: 'x1',
      error: { code: -32601, message: 'Method not found: no/such/method' },
    });
  });

  it('EN-3 T15 errors leave the id out when it could not be read', async () => {
    const { send } = await open(echo);
    const { response } = await send('this is not json');
    expect(response).toEqual({
      jsonrpc: '2.0',
      error: { code: -32700, message: 'The message is not valid JSON' },
    });
  });

  it('EN-5 JSON that is not a request is refused', async () => {
    const { send } = await open(echo);
    const wrong: unknown[] = [
      [],
      [call('echo')],
      'text',
      1,
      null,
      { id: 1, method: 'tools/list' },
      { jsonrpc: '1.0', id: 1, method: 'tools/list' },
      { jsonrpc: '2.0', id: 1, method: 1 },
      { jsonrpc: '2.0', id: 1, method: 'tools/list', params: [] },
      { jsonrpc: '2.0', id: 1, method: 'tools/list', params: 'x' },
    ];
    for (const value of wrong) {
      const answer = send(JSON.stringify(value));
      const readable = (value as { id?: number } | null)?.id === 1;
      expect((await (readable ? sendWithId(send, value) : answer)).response).toMatchObject({
        error: { code: -32600 },
      });
    }
  });

  it('HS-4 IO-3 responses are refused: clients do not send them', async () => {
    const { send } = await open(echo);
    const { response } = await sendWithId(send, { jsonrpc: '2.0', id: 5, result: {} });
    expect(response).toMatchObject({ id: 5, error: { code: -32600 } });
  });

  it('EN-7 VM-1 requests without _meta, version or capabilities are refused', async () => {
    const { send } = await open(echo);
    const full = request('tools/list');
    const gaps: Message[] = [
      { ...full, params: {} },
      { jsonrpc: '2.0', id: 9, method: 'tools/list' },
      without(full, VERSION),
      without(full, CAPABILITIES),
      { ...full, params: { _meta: { ...meta(), [CAPABILITIES]: [] } } },
      { ...full, params: { _meta: { ...meta(), [VERSION]: 20260728 } } },
    ];
    for (const gap of gaps) {
      const { response, status } = await send(gap, {
        headers: { 'mcp-protocol-version': '2026-07-28' },
      });
      expect(response).toMatchObject({ id: gap.id, error: { code: -32602 } });
      expect([400, undefined]).toContain(status);
    }
  });

  it('VM-2 requests without clientInfo, or with one that is nonsense, are served', async () => {
    const { send } = await open(echo);
    const bare = without(request('tools/list'), 'io.modelcontextprotocol/clientInfo');
    expect((await send(bare)).response.result).toBeDefined();
    const odd = request('tools/list', {}, { 'io.modelcontextprotocol/clientInfo': 'nobody' });
    expect((await send(odd)).response.result).toBeDefined();
  });

  it('EN-10 VM-4 versions that are not served are refused, naming those that are', async () => {
    const { send } = await open(echo);
    for (const version of ['2025-11-25', 'v999']) {
      const message = request('tools/list', {}, { [VERSION]: version });
      const { response } = await send(message);
      expect(response.error).toMatchObject({
        code: -32022,
        data: { supported: ['2026-07-28'], requested: version },
      });
    }
  });

  it('VM-3 MS-10 a request is served without knowledge of earlier ones', async () => {
    const { send } = await open((server) =>
      server.registerTool('can', {}, (ctx) => String(ctx.client.supports({ sampling: {} }))),
    );
    const able = call('can');
    const unable = { ...call('can'), params: { name: 'can', _meta: meta({}) } };
    const texts = [];
    for (const message of [able, unable, able]) {
      const { response } = await send({ ...message, id: Math.random().toString() });
      texts.push((response.result!['content'] as { text: string }[])[0]!.text);
    }
    expect(texts).toEqual(['true', 'false', 'true']);
  });

  it('VM-9 EN-6 methods that this revision removed are not known', async () => {
    const { send } = await open(echo);
    const removed = [
      'initialize',
      'ping',
      'logging/setLevel',
      'resources/subscribe',
      'resources/unsubscribe',
    ];
    for (const method of removed) {
      const { response, status } = await send(request(method));
      expect(response.error?.code).toBe(-32601);
      expect([404, undefined]).toContain(status);
    }
    const { response } = await send(request('initialize'));
    expect(response.error?.message).toContain('2026-07-28');
  });

  it('VM-9 an old client reads what this server speaks, whatever else is wrong with its initialize', async () => {
    const { send } = await open(echo, { legacy: false });
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c' } };
    const old = { jsonrpc: '2.0', id: 1, method: 'initialize', params } as const;
    const headers = [{}, { 'mcp-protocol-version': undefined, 'mcp-method': undefined }];
    for (const each of headers) {
      const { response } = await send(old, { headers: each });
      expect(response).toMatchObject({
        id: 1,
        error: { message: expect.stringMatching(/^This server speaks MCP 2026-07-28/) as string },
      });
      expect(response.error?.message).not.toContain('mismatch');
      expect(response.error?.data).toMatchObject({ supported: ['2026-07-28'] });
    }
  });

  it('EN-9 a missing capability is named in the message, which is what hosts show', async () => {
    const { send } = await open((server) => {
      server.registerTool('ask', {}, (ctx) =>
        ctx.all({ a: ctx.confirm('a', 'A?'), b: ctx.listRoots() }).then(String),
      );
      server.registerTool('need', { requires: { sampling: { tools: {} }, roots: {} } }, () => 'x');
    });
    const bare = { 'io.modelcontextprotocol/clientCapabilities': { sampling: {} } };
    const message = async (name: string) =>
      (await send(request('tools/call', { name, arguments: {} }, bare))).response.error?.message;
    expect(await message('ask')).toMatch(/needs: elicitation\.form$/);
    expect(await message('need')).toMatch(/needs: sampling\.tools, roots$/);
  });

  it('VM-7 EN-6 methods whose capability nobody uses are not offered', async () => {
    const { send } = await open(echo);
    const absent = [
      'prompts/list',
      'prompts/get',
      'resources/list',
      'resources/read',
      'resources/templates/list',
      'completion/complete',
    ];
    for (const method of absent) {
      expect((await send(request(method, { name: 'x', uri: 'x:y' }))).response.error?.code).toBe(
        -32601,
      );
    }
    const discovered = await send(request('server/discover'));
    expect(discovered.response.result?.['capabilities']).toEqual({
      logging: {},
      tools: { listChanged: true },
    });
  });

  it('VM-8 extensions are advertised, and clients that lack a required one are refused', async () => {
    const extensions = { 'com.example/seals': { colours: ['red'] } };
    const { send } = await open(
      (server) =>
        server.registerTool(
          'seal',
          { requires: { extensions: { 'com.example/seals': {} } } },
          () => 'x',
        ),
      { extensions },
    );
    const discovered = await send(request('server/discover'));
    expect(discovered.response.result?.['capabilities']).toMatchObject({ extensions });
    const { response } = await send(call('seal'));
    expect(response.error).toMatchObject({
      code: -32021,
      data: { requiredCapabilities: { extensions: { 'com.example/seals': {} } } },
    });
    for (const id of ['seals', 'com.example/', '/seals', 'com.example/a b']) {
      await expect(open(echo, { extensions: { [id]: {} } })).rejects.toThrow('needs a prefix');
    }
  });

  it('VM-6 EN-13 server/discover is answered, and every result names the server', async () => {
    const { send } = await open(echo, { instructions: 'Say hello.' });
    const { response } = await send(request('server/discover'));
    expect(response.result).toEqual({
      resultType: 'complete',
      supportedVersions: ['2026-07-28'],
      capabilities: { logging: {}, tools: { listChanged: true } },
      instructions: 'Say hello.',
      ttlMs: 0,
      cacheScope: 'public',
      _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'under-test', version: '1.2.3' } },
    });
    const called = await send(call('echo'));
    expect(called.response.result?._meta).toEqual(response.result?._meta);
  });

  it('VM-10 conversations that are mixed on one connection are kept apart', async () => {
    const { send } = await open((server) =>
      server.registerTool('slow', { inputSchema: { type: 'object' } }, async (args) => {
        await new Promise((resolve) => setTimeout(resolve, Number(args['ms'])));
        return String(args['who']);
      }),
    );
    const answers = await Promise.all(
      [20, 1, 10].map((ms, i) => send({ ...call('slow', { ms, who: `w${i}` }), id: `w${i}` })),
    );
    const seen = answers.map(({ response }) => [
      response.id,
      (response.result!['content'] as { text: string }[])[0]!.text,
    ]);
    expect(seen).toEqual([
      ['w0', 'w0'],
      ['w1', 'w1'],
      ['w2', 'w2'],
    ]);
  });

  it("EN-11 EN-12 an author's own error code is sent unchanged", async () => {
    const { send } = await open((server) =>
      server.registerTool('own', {}, () => {
        throw new RpcError(4711, 'mine', { a: 1 });
      }),
    );
    const { response, status } = await send(call('own'));
    expect(response.error).toEqual({ code: 4711, message: 'mine', data: { a: 1 } });
    expect([200, undefined]).toContain(status);
  });
});

overWires('notifications', HTTP_WIRES, ({ open }) => {
  it('EN-4 HS-5 T27 notifications get no response', async () => {
    const { send } = await open(echo);
    const notification = { jsonrpc: '2.0' as const, method: 'notifications/cancelled', params: {} };
    const answer = await send(notification, { headers: { 'mcp-method': undefined } });
    expect(answer).toMatchObject({ status: 202, messages: [] });
  });
});

/** Over stdio an answer is found by its id. */
function sendWithId(
  send: (message: Message) => Promise<{ response: Message }>,
  value: unknown,
): Promise<{ response: Message }> {
  return send(value as Message);
}
