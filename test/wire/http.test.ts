import { expect, it, vi } from 'vitest';
import type { McpServer } from '../../src/server/server.ts';
import { type Opened, overWires } from '../support/each-wire.ts';
import { HANG } from '../support/hang.ts';
import { type Message, call, request, textOf } from '../support/messages.ts';
import { until } from '../support/until.ts';
import { warningsTo } from '../support/logger.ts';
import { HTTP_WIRES } from '../support/wires.ts';

const mirroring = {
  type: 'object',
  properties: {
    city: { type: 'string', 'x-mcp-header': 'City' },
    guests: { type: 'integer', 'x-mcp-header': 'Guests' },
    vip: { type: 'boolean', 'x-mcp-header': 'Vip' },
    deep: { type: 'object', properties: { zone: { type: 'string', 'x-mcp-header': 'Zone' } } },
  },
};

function tables(server: McpServer): void {
  server.registerTool('book', { inputSchema: mirroring }, (args) => JSON.stringify(args));
  server.registerTool('greet', {}, () => 'hello');
  server.registerTool('名前', {}, () => 'named');
  server.registerTool('principal', {}, (ctx) => String(ctx.principal?.subject));
  server.registerTool('head', {}, (ctx) => {
    const { method, url, headers } = ctx.request as Request;
    return `${method} ${new URL(url, 'http://localhost').pathname} ${headers.get('X-Own')}`;
  });
}

function greeting(server: McpServer): void {
  server.registerTool('greet', {}, () => 'hello');
}

const sentinel = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`;

async function mismatch(
  { send }: Opened,
  message: Message,
  headers: Record<string, string | undefined>,
): Promise<void> {
  const { status, response } = await send(message, { headers });
  expect({ status, id: response.id, code: response.error?.code }).toEqual({
    status: 400,
    id: message.id,
    code: -32020,
  });
}

overWires('headers', HTTP_WIRES, ({ open }) => {
  it('HS-7 HS-17 EN-8 a missing version, method or name header is a mismatch', async () => {
    const opened = await open(tables);
    for (const header of ['mcp-protocol-version', 'mcp-method', 'mcp-name']) {
      await mismatch(opened, call('greet'), { [header]: undefined });
    }
    const { response } = await opened.send(request('initialize'), {
      headers: { 'mcp-protocol-version': undefined },
    });
    expect(response.error!.message).toContain('2026-07-28');
  });

  it('HS-8 EN-8 a header that differs from the body is a mismatch', async () => {
    const opened = await open(tables);
    await mismatch(opened, call('greet'), { 'mcp-protocol-version': '2025-11-25' });
    await mismatch(opened, call('greet'), { 'mcp-method': 'tools/list' });
    await mismatch(opened, call('greet'), { 'mcp-method': 'Tools/Call' });
    await mismatch(opened, call('greet'), { 'mcp-name': 'Greet' });
    await mismatch(opened, call('greet'), { 'mcp-name': 'book' });
    await mismatch(opened, call('greet'), { 'mcp-method': `a${' '.repeat(8_000)}b` });
  });

  it('T13 a request is checked in this order: version header, _meta, version, other headers, method', async () => {
    const opened = await open(tables, { legacy: false });
    const noMeta = { ...call('greet'), params: { name: 'greet' } };
    await mismatch(opened, noMeta, { 'mcp-protocol-version': undefined });
    const code = async (message: Message, headers: Record<string, string | undefined>) =>
      (await opened.send(message, { headers })).response.error?.code;
    expect(await code(noMeta, { 'mcp-method': undefined })).toBe(-32602);
    const old = request(
      'tools/call',
      {},
      { 'io.modelcontextprotocol/protocolVersion': '2025-11-25' },
    );
    expect(await code(old, { 'mcp-method': 'x' })).toBe(-32022);
    expect(await code(request('no/method'), { 'mcp-method': 'x' })).toBe(-32020);
    expect(await code(request('no/method'), {})).toBe(-32601);
  });

  it('HS-9 header names are case-insensitive and values are trimmed', async () => {
    const { send } = await open(tables);
    const headers = {
      'mcp-method': undefined,
      'MCP-METHOD': '  tools/call\t',
      'mcp-name': undefined,
      'Mcp-NAME': ' greet ',
      'mcp-protocol-version': undefined,
      'MCP-Protocol-Version': ' 2026-07-28 ',
    };
    expect(textOf((await send(call('greet'), { headers })).response)).toBe('hello');
  });

  it('HS-10 encoded names in headers are decoded before they are compared', async () => {
    const opened = await open(tables);
    expect(textOf((await opened.send(call('名前'))).response)).toBe('named');
    const encoded = await opened.send(call('greet'), {
      headers: { 'mcp-name': sentinel('greet') },
    });
    expect(textOf(encoded.response)).toBe('hello');
    const broken = [
      '=?base64?Z3JlZXQ?=',
      '=?base64?Z3JlZXQ==?=',
      '=?base64?Z3J!ZXQ=?=',
      '=?BASE64?Z3JlZXQ=?=',
      '=?base64?Z3JlZXR=?=',
      '=?base64?/w==?=',
      '=?base64?Z3JlZXQ=',
    ];
    for (const name of broken) await mismatch(opened, call('greet'), { 'mcp-name': name });
    // Without a name in the body there is nothing that it could match either.
    await mismatch(opened, request('tools/call'), { 'mcp-name': broken[0]! });
  });

  it('HS-11 headers that mirror arguments have to be there and equal', async () => {
    const opened = await open(tables);
    const message = call('book', { city: 'Évora', guests: 42, vip: true, deep: { zone: 'a b' } });
    const right = {
      'mcp-param-city': sentinel('Évora'),
      'mcp-param-guests': '42',
      'mcp-param-vip': 'true',
      'mcp-param-zone': 'a b',
    };
    const good = await opened.send(message, { headers: right });
    expect(textOf(good.response)).toContain('Évora');
    const numeric = await opened.send(message, {
      headers: { ...right, 'mcp-param-guests': '42.0' },
    });
    expect(textOf(numeric.response)).toContain('42');
    const wrong: Record<string, string | undefined>[] = [
      { 'mcp-param-city': undefined },
      { 'mcp-param-city': 'Evora' },
      { 'mcp-param-city': '=?base64?w4l2b3J?=' },
      { 'mcp-param-guests': '43' },
      { 'mcp-param-guests': '0x2a' },
      { 'mcp-param-vip': 'True' },
      { 'mcp-param-zone': undefined },
    ];
    for (const headers of wrong) await mismatch(opened, message, { ...right, ...headers });
  });

  it('HS-11 mirrored integers that numbers of JavaScript cannot tell apart are refused', async () => {
    const opened = await open(tables);
    const exact = Number.MAX_SAFE_INTEGER;
    const headers = (guests: string) => ({ headers: { 'mcp-param-guests': guests } });
    const largest = await opened.send(call('book', { guests: exact }), headers(String(exact)));
    expect(largest.response.error).toBeUndefined();
    for (const [body, header] of [
      ['9007199254740992', '9007199254740993'],
      ['-9007199254740993', '-9007199254740993'],
    ] as const) {
      const message = JSON.stringify(call('book', { guests: 0 })).replace(
        '"guests":0',
        `"guests":${body}`,
      );
      const { status, response } = await opened.send(message, {
        headers: { 'mcp-method': 'tools/call', 'mcp-name': 'book', 'mcp-param-guests': header },
      });
      expect({ status, code: response.error?.code }).toEqual({ status: 400, code: -32020 });
    }
  });

  it('HS-11 SE-3 absent arguments have no header, and none is taken from one', async () => {
    const opened = await open(tables);
    const plain = await opened.send(call('book', { guests: null, deep: {} }));
    expect(
      JSON.parse(textOf(plain.response).replace('Invalid arguments:', '{}').split('\n')[0]!),
    ).toBeDefined();
    await mismatch(opened, call('book', {}), { 'mcp-param-city': 'Lisboa' });
    const empty = await opened.send(call('book', { city: '' }), {
      headers: { 'mcp-param-city': '' },
    });
    expect(textOf(empty.response)).toBe('{"city":""}');
  });

  it('HS-15 session and event ids are ignored, and none are made', async () => {
    const { send } = await open(tables);
    const { status, headers } = await send(call('greet'), {
      headers: { 'mcp-session-id': 'abc', 'last-event-id': '7' },
    });
    expect(status).toBe(200);
    expect(headers).not.toHaveProperty('mcp-session-id');
  });

  it('ctx.request shows the head of this round', async () => {
    const { send } = await open(tables);
    const { response } = await send(call('head'), { headers: { 'x-own': 'mine' } });
    expect(textOf(response)).toBe('POST /mcp mine');
  });
});

overWires('the endpoint', HTTP_WIRES, ({ open }) => {
  it('HS-6 HS-13 a request is answered with JSON, or with a stream where there is something to stream', async () => {
    const { send } = await open((server) => {
      tables(server);
      server.registerTool('work', {}, (ctx) => {
        ctx.progress(1);
        return 'done';
      });
    });
    const plain = await send(call('greet'));
    expect(plain.headers!['content-type']).toBe('application/json');
    const message = request('tools/call', { name: 'work' }, { progressToken: 1 });
    const streamed = await send(message);
    expect(streamed.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'x-accel-buffering': 'no',
    });
    expect(streamed.messages).toHaveLength(2);
    const jsonOnly = await send(message, { headers: { accept: 'application/json' } });
    expect(jsonOnly.headers!['content-type']).toBe('application/json');
    expect(jsonOnly.messages).toHaveLength(1);
    const streamOnly = await send(call('greet'), { headers: { accept: 'text/event-stream' } });
    expect(streamOnly.headers!['content-type']).toBe('text/event-stream');
    expect(textOf(streamOnly.response)).toBe('hello');
    const none = await send(call('greet'), { headers: { accept: undefined } });
    expect(none.headers!['content-type']).toBe('application/json');
  });

  it('HC-2 clients that can read neither JSON nor streams, and bodies that are not JSON, are refused', async () => {
    const { send } = await open(tables);
    expect((await send(call('greet'), { headers: { accept: 'text/html' } })).status).toBe(406);
    const types = ['text/plain', 'application/jsonp', undefined];
    for (const type of types) {
      const { status } = await send(call('greet'), { headers: { 'content-type': type } });
      expect(status).toBe(415);
    }
    const charset = { 'content-type': 'Application/JSON; charset=utf-8' };
    expect((await send(call('greet'), { headers: charset })).status).toBe(200);
  });

  it('T16 a capability that turns out to be missing after the head rides in the stream', async () => {
    const { send } = await open((server) =>
      server.registerTool('ask', {}, async (ctx) => {
        ctx.progress(1);
        await ctx.listRoots();
        return 'never';
      }),
    );
    const bare = { 'io.modelcontextprotocol/clientCapabilities': {} };
    const streamed = await send(
      request('tools/call', { name: 'ask' }, { ...bare, progressToken: 1 }),
    );
    expect(streamed.status).toBe(200);
    expect(streamed.response.error?.code).toBe(-32021);
    const whole = await send(request('tools/call', { name: 'ask' }, bare));
    expect(whole.status).toBe(400);
    expect(whole.response.error?.code).toBe(-32021);
  });

  it('T10 errors keep their status for clients that only read streams', async () => {
    const { send } = await open((server) => {
      tables(server);
      server.registerTool('sample', { requires: { sampling: {} } }, () => 'x');
    });
    const headers = { accept: 'text/event-stream' };
    const bare = { 'io.modelcontextprotocol/clientCapabilities': {} };
    const missing = await send(request('tools/call', { name: 'sample' }, bare), { headers });
    expect(missing).toMatchObject({ status: 400, response: { error: { code: -32021 } } });
    const unknown = await send(request('no/method'), { headers });
    expect(unknown).toMatchObject({ status: 404, response: { error: { code: -32601 } } });
    const inBand = await send(call('nowhere'), { headers });
    expect(inBand).toMatchObject({ status: 200, response: { error: { code: -32602 } } });
    expect(inBand.headers!['content-type']).toBe('text/event-stream');
  });

  it('HS-16 many requests are served at once', async () => {
    const { send } = await open((server) =>
      server.registerTool('echo', { inputSchema: { type: 'object' } }, async (args) => {
        await new Promise((resolve) => setTimeout(resolve, Number(args['ms'])));
        return String(args['n']);
      }),
    );
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => send(call('echo', { n, ms: n % 7 }))),
    );
    expect(answers.map(({ response }) => textOf(response))).toEqual(
      answers.map((_, n) => String(n)),
    );
  });

  it('more requests than may be served at once get 503, listen streams aside', async () => {
    let release!: () => void;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let running = 0;
    const { send, server } = await open(
      (target) =>
        target.registerTool('wait', {}, async () => {
          running++;
          await gate;
          return 'done';
        }),
      { http: { maxConcurrentRequests: 2 } },
    );
    let acknowledged!: () => void;
    const open_ = new Promise<void>((resolve) => (acknowledged = resolve));
    const listen = request('subscriptions/listen', { notifications: {} });
    const listening = send(listen, { onMessage: acknowledged });
    await open_;
    const waiting = [send(call('wait')), send(call('wait'))];
    await until(() => running === 2);
    const busy = await send(call('wait'));
    expect(busy.status).toBe(503);
    expect(busy.headers!['retry-after']).toBe('1');
    release();
    for (const { response } of await Promise.all(waiting)) expect(textOf(response)).toBe('done');
    expect((await send(call('wait'))).status).toBe(200);
    server.close();
    await listening;
  });
});

overWires('origins', HTTP_WIRES, ({ open }) => {
  it('HS-2 a foreign page is refused, a page of this machine and no page at all are not', async () => {
    const { send } = await open(tables);
    const status = async (origin: string | undefined) =>
      (await send(call('greet'), { headers: { origin } })).status;
    expect(await status(undefined)).toBe(200);
    expect(await status('http://localhost:6274')).toBe(200);
    expect(await status('https://evil.example')).toBe(403);
    expect(await status('null')).toBe(403);
    const refused = await send(call('greet'), { headers: { origin: 'https://evil.example' } });
    expect(refused.response).toEqual({
      jsonrpc: '2.0',
      error: { code: -32600, message: 'Origin not allowed' },
    });
    expect(refused.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('HS-2 a listed page is let in, and told so where cors is on', async () => {
    const origin = 'https://app.example';
    const quiet = await open(tables, { http: { allowedOrigins: [origin] } });
    const answered = await quiet.send(call('greet'), { headers: { origin } });
    expect(answered.status).toBe(200);
    expect(answered.headers).not.toHaveProperty('access-control-allow-origin');
    const open_ = await open(tables, { http: { allowedOrigins: [origin], cors: true } });
    const told = await open_.send(call('greet'), { headers: { origin } });
    expect(told.headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' });
    expect(told.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it('HS-2 a page can read how to sign in, and when to try again', async () => {
    const origin = 'https://app.example';
    const denied = new Response(null, { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
    const { send } = await open(tables, {
      http: { allowedOrigins: [origin], cors: true, authenticate: () => denied },
    });
    const { headers } = await send(call('greet'), { headers: { origin } });
    expect(headers).toMatchObject({
      'www-authenticate': 'Bearer',
      'access-control-expose-headers': 'WWW-Authenticate, Retry-After, Mcp-Session-Id',
    });
  });

  it('HS-2 pages of applications are let in by their scheme', async () => {
    const http = { allowedOrigins: ['vscode-webview://*', 'chrome-extension://abc'], cors: true };
    const { send } = await open(tables, { http });
    const status = async (origin: string) =>
      (await send(call('greet'), { headers: { origin } })).status;
    for (const origin of ['vscode-webview://1a2b', 'chrome-extension://abc']) {
      const { status: code, headers } = await send(call('greet'), { headers: { origin } });
      expect(code).toBe(200);
      expect(headers).toMatchObject({ 'access-control-allow-origin': origin });
    }
    for (const origin of ['chrome-extension://abd', 'vscode-webview2://1', 'null']) {
      expect(await status(origin)).toBe(403);
    }
  });

  it('HS-2 a page that may call can read what is wrong with its calls', async () => {
    const origin = 'https://app.example';
    const http = { allowedOrigins: [origin], cors: true, maxBodyBytes: 2_000 };
    const { send } = await open(tables, { http });
    const large = await send(call('greet', { text: 'x'.repeat(3_000) }), { headers: { origin } });
    const typed = await send(call('greet'), { headers: { origin, 'content-type': 'text/plain' } });
    const read = await send(call('greet'), { headers: { origin, accept: 'text/html' } });
    expect([large.status, typed.status, read.status]).toEqual([413, 415, 406]);
    for (const { headers } of [large, typed, read]) {
      expect(headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' });
    }
    const denied = { ...http, authenticate: () => new Response('no', { status: 401 }) };
    const { headers } = await (
      await open(tables, { http: denied })
    ).send(call('greet'), {
      headers: { origin },
    });
    expect(headers).toMatchObject({ 'access-control-allow-origin': origin });
  });

  it('HS-2 a name that was made to point here is refused', async () => {
    const { send } = await open(tables);
    const rebound = { host: 'evil.example:3000', origin: 'http://evil.example:3000' };
    expect((await send(call('greet'), { headers: rebound })).status).toBe(403);
    const hosts = await open(tables, { http: { allowedHosts: ['mcp.example'] } });
    expect(
      (await hosts.send(call('greet'), { headers: { host: 'mcp.example:8080' } })).status,
    ).toBe(200);
    expect((await hosts.send(call('greet'), { headers: { host: 'other.example' } })).status).toBe(
      403,
    );
  });

  it('HS-2 a refused host or page is one line in the log, which names the option', async () => {
    const warnings: string[] = [];
    const { send } = await open(greeting, {
      logger: warningsTo(warnings),
      http: { allowedHosts: ['mcp.example'] },
    });
    const headers = { host: 'api.example:8443' };
    for (let i = 0; i < 3; i++) await send(call('greet'), { headers });
    expect(warnings).toEqual([expect.stringMatching(/'api.example:8443'.*http.allowedHosts/)]);
    const page = { host: 'mcp.example', origin: 'https://evil.example' };
    for (let i = 0; i < 3; i++) await send(call('greet'), { headers: page });
    expect(warnings[1]).toMatch(/'https:\/\/evil.example'.*http.allowedOrigins/);
    expect(warnings).toHaveLength(2);
    for (let i = 0; i < 200; i++) await send(call('greet'), { headers: { host: `h${i}.example` } });
    expect(warnings.length).toBeLessThan(110);
  });

  it('HS-2 a host is listed with or without a port', async () => {
    const { send } = await open(tables, {
      http: { allowedHosts: ['mcp.example.com:8443', 'api.example'] },
    });
    const status = async (host: string) =>
      (await send(call('greet'), { headers: { host } })).status;
    expect(await status('mcp.example.com:8443')).toBe(200);
    expect(await status('api.example:1')).toBe(200);
    expect(await status('mcp.example.com')).toBe(403);
    expect(await status('mcp.example.com:8444')).toBe(403);
  });

  it('refuses origins that are not written as one', async () => {
    for (const origin of ['app.example', 'https://app.example/', '*', 'null', 'file://*']) {
      await expect(open(tables, { http: { allowedOrigins: [origin] } })).rejects.toThrow(
        'must be an array of origins',
      );
    }
  });
});

overWires('authentication', HTTP_WIRES, ({ open }) => {
  const authenticate = async (head: { headers: { get(name: string): string | null } }) => {
    const token = head.headers.get('Authorization');
    if (token === 'Bearer boom') throw new Error('the token store is down');
    if (token?.startsWith('Bearer '))
      return { issuer: 'https://id.example', subject: token.slice(7) };
    return new Response('sign in', { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
  };
  const as = (subject: string) => ({ headers: { authorization: `Bearer ${subject}` } });

  it('AU-2 authenticate decides who is calling before anything is read', async () => {
    const { send } = await open(tables, { http: { authenticate } });
    expect(textOf((await send(call('principal'), as('ada'))).response)).toBe('ada');
    const refused = await send(call('principal'));
    expect(refused.status).toBe(401);
    expect(refused.headers).toMatchObject({ 'www-authenticate': 'Bearer' });
    const down = await send(call('principal'), as('boom'));
    expect(down.status).toBe(401);
    expect(JSON.stringify(down)).not.toContain('store');
  });

  it('AU-2 authenticate denies with a principal that does not say who it is', async () => {
    const nobody: unknown[] = [
      undefined,
      null,
      true,
      'ada',
      {},
      [],
      { issuer: 'i' },
      { issuer: 'i', subject: 7 },
      { issuer: 'i', subject: 's', bind: 'tenant' },
      { issuer: 'i', subject: 's', bind: [undefined] },
      new Error('not found'),
    ];
    for (const found of nobody) {
      const { send } = await open(tables, { http: { authenticate: () => found as never } });
      const { status, response } = await send(call('principal'));
      expect({ status, error: response.error }).toEqual({
        status: 401,
        error: { code: -32600, message: 'Not authenticated' },
      });
    }
    const sound = { issuer: 'i', subject: 'ada', bind: ['tenant'], status: 403, headers: {} };
    const { send } = await open(tables, { http: { authenticate: () => sound } });
    expect(textOf((await send(call('principal'))).response)).toBe('ada');
  });

  it('AU-2 the log says why authenticate let nobody in, once, and shows no credentials', async () => {
    const circular = new Error('no such key: s3cret-token');
    const failures: [() => unknown, RegExp][] = [
      [() => undefined, /returned must be an object with an issuer and a subject/],
      [() => ({ issuer: 'i', sub: 's' }), /must have an issuer and a subject/],
      [() => ({ issuer: 'i', subject: 's', bind: 't' }), /an array of strings as its bind/],
      [() => Promise.reject(circular), /threw 'Error: no such key: \[credentials\]'/],
      [() => (undefined as never as string).length, /threw 'TypeError: Cannot read prop/],
    ];
    for (const [authenticate_, words] of failures) {
      const warnings: string[] = [];
      const { send } = await open(greeting, {
        logger: warningsTo(warnings),
        http: { authenticate: authenticate_ as never },
      });
      for (let i = 0; i < 3; i++) await send(call('greet'), as('s3cret-token'));
      expect(warnings).toEqual([expect.stringMatching(words)]);
      expect(warnings[0]).not.toContain('s3cret');
    }
  });

  it('AU-2 authenticate may answer with responses of any class, the same one twice, and read ones', async () => {
    const shared = new Response('no', {
      status: 403,
      headers: { 'content-length': '2', 'x-why': 'it is late' },
    });
    const foreign = { status: 403, headers: new Headers({ 'x-why': 'it is late' }), text() {} };
    const read = new Response('no', { status: 403, headers: { 'x-why': 'it is late' } });
    await read.text();
    for (const found of [shared, foreign, read]) {
      const { send } = await open(tables, { http: { authenticate: () => found as never } });
      for (let i = 0; i < 2; i++) {
        const { status, headers } = await send(call('principal'));
        expect({ status, why: headers!['x-why'] }).toEqual({ status: 403, why: 'it is late' });
      }
    }
  });

  it('HS-14 nothing runs, and nothing is kept, for clients that leave during authenticate', async () => {
    let ran = 0;
    let begun!: () => void;
    let release!: () => void;
    const signedIn = { issuer: 'i', subject: 's' };
    const opened = await open((server) => server.registerTool('t', {}, () => String(++ran)), {
      limits: { listenStreams: 1 },
      http: {
        maxConcurrentRequests: 1,
        authenticate: ({ headers }) => {
          if (headers.get('x-slow') === null) return signedIn;
          begun();
          return new Promise((resolve) => (release = () => resolve(signedIn)));
        },
      },
    });
    const list = async () => (await opened.send(request('tools/list'))).status;
    const listen = request('subscriptions/listen', { notifications: {} });
    for (const message of [call('t'), listen, { ...listen, id: 'again' }]) {
      const authenticating = new Promise<void>((resolve) => (begun = resolve));
      const abort = new AbortController();
      const answer = opened.send(message, { signal: abort.signal, headers: { 'x-slow': '1' } });
      const gone = answer.then(
        () => false,
        () => true,
      );
      await authenticating;
      abort.abort();
      expect(await gone).toBe(true);
      // The server learns of it a little later: then the only slot is free again.
      await vi.waitUntil(async () => (await list()) === 200, HANG);
      release();
      await expect.poll(list).toBe(200);
    }
    expect(textOf((await opened.send(call('t'))).response)).toBe('1');
    let acknowledged!: () => void;
    const open_ = new Promise<void>((resolve) => (acknowledged = resolve));
    const listening = opened.send(listen, { onMessage: acknowledged });
    await open_;
    opened.server.close();
    expect((await listening).response.result).toBeDefined();
  });

  it('MS-16 AU-5 a state is refused from anybody but the caller it was made for', async () => {
    const asking = (server: McpServer): void => {
      server.registerTool('ask', {}, async (ctx) => String(await ctx.confirm('go', 'Go?')));
    };
    const opened = await open(asking, { http: { authenticate } });
    const anonymous = await open(asking);
    const first = call('ask');
    const { response } = await opened.send(first, as('ada'));
    const params = {
      ...first.params,
      requestState: response.result!['requestState'],
      inputResponses: { go: { action: 'accept', content: { confirm: true } } },
    };
    const again = { ...first, params };
    for (const answer of [opened.send(again, as('bob')), anonymous.send(again)]) {
      expect((await answer).response.error).toMatchObject({ data: { reason: 'request_state' } });
    }
    expect(textOf((await opened.send(again, as('ada'))).response)).toBe('true');
  });

  it('S5 authenticate and unprotected state are refused together', async () => {
    const options = { state: { protection: 'unsafe-plaintext' as const }, http: { authenticate } };
    await expect(open(tables, options)).rejects.toThrow('needs protected state');
  });
});
