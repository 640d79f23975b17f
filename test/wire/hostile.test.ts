/** Input that no client of good will sends: it gets its answer, and the next request works. */
import { request as httpRequest } from 'node:http';
import { type Socket, connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Serving, serve } from '../../src/http/node/serve.ts';
import { McpServer } from '../../src/server/server.ts';
import { ALL_WIRES, type Opened, overWires } from '../support/each-wire.ts';
import { silent } from '../support/logger.ts';
import { call, request, textOf } from '../support/messages.ts';
import { headersFor } from '../support/wires.ts';

function echo(server: McpServer): void {
  server.registerTool('echo', { inputSchema: { type: 'object' } }, (args) => {
    const polluted = ({} as { admin?: boolean }).admin;
    return JSON.stringify({ args, polluted });
  });
}

async function stillWorks({ send }: Opened): Promise<void> {
  const { response } = await send(call('echo', { a: 1 }));
  expect(textOf(response)).toBe('{"args":{"a":1}}');
}

overWires('hostile messages', ALL_WIRES, ({ open, wire }) => {
  const nested = (depth: number, text: string): string =>
    JSON.stringify(call('echo', { deep: 'HERE' })).replace(
      '"HERE"',
      `${'['.repeat(depth)}${text}${']'.repeat(depth)}`,
    );

  it('messages nested 10,000 deep are refused, and so are a million', async () => {
    const opened = await open(echo);
    for (const depth of [10_000, 1_000_000]) {
      const { response } = await opened.send(nested(depth, ''));
      expect(response.error).toMatchObject({ code: -32600 });
    }
    await stillWorks(opened);
  });

  it('messages nested as deep as allowed are served', async () => {
    const opened = await open(echo);
    const message = call('echo', {
      deep: JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`) as unknown,
    });
    expect((await opened.send(message)).response.result).toBeDefined();
  });

  it('messages with brackets in strings are not taken for nested ones', async () => {
    const opened = await open(echo);
    const text = `${'[{"\\'.repeat(300)}"`;
    const { response } = await opened.send(call('echo', { text }));
    expect(JSON.parse(textOf(response))).toEqual({ args: { text } });
  });

  it('messages with members named __proto__ are refused, however they spell it', async () => {
    const opened = await open(echo);
    const message = JSON.stringify(call('echo', { HERE: { admin: true } }));
    for (const name of ['__proto__', '__pr\\u006fto__', '\\u005f_proto__']) {
      const { response } = await opened.send(message.replace('HERE', name));
      expect(response.error).toMatchObject({ code: -32600 });
    }
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    await stillWorks(opened);
  });

  it('messages with names the prototype has are like any others', async () => {
    const opened = await open(echo);
    for (const name of ['constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      const message = call(name);
      expect((await opened.send(message)).response.error?.code).toBe(-32602);
      expect((await opened.send(request(name))).response.error?.code).toBe(-32601);
      expect((await opened.send(call('echo', { [name]: 1 }))).response.result).toBeDefined();
    }
    await stillWorks(opened);
  });

  it('EN-1 messages with ids that JSON numbers cannot tell apart are refused, without an id', async () => {
    const opened = await open(echo);
    const message = JSON.stringify({ ...call('echo'), id: 7 });
    for (const id of ['9007199254740993', '1e300', '-9007199254740992', '1.5']) {
      const { response } = await opened.send(message.replace('"id":7', `"id":${id}`));
      expect(response).toMatchObject({ error: { code: -32600 } });
      expect(response).not.toHaveProperty('id');
    }
    await stillWorks(opened);
  });

  it('messages that are cut off, empty or doubled are refused', async () => {
    const opened = await open(echo);
    const whole = JSON.stringify(call('echo'));
    const broken = [whole.slice(0, -1), `${whole}${whole}`, '{', '"', '{"a":}', 'NaN'];
    if (wire !== 'stdio') broken.push('', ' ');
    for (const text of broken) {
      const { response } = await opened.send(text);
      expect(response.error).toMatchObject({ code: -32700 });
      expect(response).not.toHaveProperty('id');
    }
    await stillWorks(opened);
  });

  it('messages of the wrong types everywhere are refused without a stack', async () => {
    const opened = await open(echo);
    const values: unknown[] = [
      null,
      0,
      -1,
      1e308,
      '',
      'x',
      true,
      [],
      [[]],
      {},
      { a: { toString: 1 } },
    ];
    const methods = [
      'tools/call',
      'tools/list',
      'prompts/get',
      'resources/read',
      'completion/complete',
      'subscriptions/listen',
      'server/discover',
    ];
    for (const method of methods) {
      for (const value of values) {
        const params = Object.fromEntries(
          [
            'name',
            'uri',
            'arguments',
            'cursor',
            'ref',
            'argument',
            'notifications',
            'inputResponses',
            'requestState',
          ].map((name) => [name, value]),
        );
        if (method === 'subscriptions/listen' && JSON.stringify(value).startsWith('{')) continue;
        const { response } = await opened.send(request(method, params), {
          headers: { 'mcp-name': typeof value === 'string' && value !== '' ? value : 'x' },
        });
        expect(response.error ?? response.result).toBeDefined();
        expect(JSON.stringify(response)).not.toMatch(/\bat .*\.(?:ts|js):\d/);
      }
    }
    await stillWorks(opened);
  });
});

describe('hostile connections', () => {
  let serving: Serving;
  const sockets: Socket[] = [];

  afterEach(async () => {
    for (const opened of sockets.splice(0)) opened.destroy();
    await serving.close();
  });

  async function open(options = {}): Promise<void> {
    const server = new McpServer({ name: 's', version: '1' }, { logger: silent, http: options });
    echo(server);
    server.registerTool('slow', {}, async (ctx) => {
      ctx.progress(1);
      await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve));
      return 'never';
    });
    serving = await serve(server, { port: 0, signals: false, grace: 100 });
  }

  async function socket(): Promise<Socket> {
    const opened = connect(serving.port, '127.0.0.1');
    opened.on('error', () => {});
    sockets.push(opened);
    await new Promise((resolve) => opened.once('connect', resolve));
    return opened;
  }

  function head(length: number | string): string {
    const headers = { ...headersFor(call('echo')), host: `127.0.0.1:${serving.port}` };
    const lines = Object.entries({ ...headers, 'content-length': String(length) });
    return `POST /mcp HTTP/1.1\r\n${lines.map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n`;
  }

  function post(
    body: string | Buffer,
    more: { method?: string; path?: string; headers?: Record<string, string> } = {},
  ): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const { method = 'POST', path = '/mcp', headers = {} } = more;
      const outgoing = httpRequest(
        {
          port: serving.port,
          host: '127.0.0.1',
          path,
          method,
          headers: { ...headersFor(call('echo')), ...headers },
        },
        (incoming) => {
          let text = '';
          incoming.on('data', (chunk: Buffer) => (text += chunk.toString()));
          incoming.once('end', () => resolve({ status: incoming.statusCode!, text }));
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }

  async function works(): Promise<void> {
    const { status, text } = await post(JSON.stringify(call('echo', { a: 1 })));
    expect(status).toBe(200);
    expect(text).toContain('{\\"a\\":1}');
  }

  it('bodies over the limit are refused, announced or not', async () => {
    await open({ maxBodyBytes: 1_000 });
    const big = JSON.stringify(call('echo', { text: 'x'.repeat(2_000) }));
    expect(await post(big)).toMatchObject({ status: 413 });
    const chunked = { 'transfer-encoding': 'chunked' };
    expect(await post(big, { headers: chunked })).toMatchObject({ status: 413 });
    const lying = await socket();
    lying.write(head(10));
    lying.write('x'.repeat(5_000));
    await works();
  });

  it('bytes that are no UTF-8 are refused', async () => {
    await open();
    const text = JSON.stringify(call('echo', { text: 'HERE' }));
    const bytes = Buffer.from(text.replace('HERE', '\u00e9'), 'latin1');
    const { status, text: answer } = await post(bytes);
    expect(status).toBe(400);
    expect(JSON.parse(answer)).toMatchObject({ error: { code: -32700 } });
    await works();
  });

  it('HS-1 other methods and other paths have their own answers', async () => {
    await open();
    for (const method of ['GET', 'DELETE', 'PUT', 'PATCH', 'OPTIONS']) {
      expect(await post('', { method })).toMatchObject({ status: 405 });
    }
    expect(await post('{}', { path: '/' })).toMatchObject({ status: 404 });
    expect(await post('{}', { path: '/mcp/more' })).toMatchObject({ status: 404 });
    expect((await post(JSON.stringify(call('echo')), { path: '/mcp?x=1' })).status).toBe(200);
    await works();
  });

  it('clients that hang up in the middle of a body, or of a stream, leave nothing behind', async () => {
    await open();
    const body = await socket();
    body.write(head(500));
    body.write('{"jsonrpc":"2.0",');
    await works();
    body.destroy();
    const message = JSON.stringify(request('tools/call', { name: 'slow' }, { progressToken: 1 }));
    const stream = await socket();
    stream.write(
      head(Buffer.byteLength(message)).replace('mcp-name: echo', 'mcp-name: slow') + message,
    );
    await new Promise((resolve) => stream.once('data', resolve));
    stream.destroy();
    await works();
  });

  it('headers that never end, or are too large, do not block the server', async () => {
    await open();
    const large = await socket();
    large.write(`POST /mcp HTTP/1.1\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`);
    const answer = await new Promise<string>((resolve) => {
      large.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    });
    expect(answer).toMatch(/^HTTP\/1.1 431/);
    const nonsense = await socket();
    nonsense.write('\0\0\0\r\n\r\n');
    await works();
  });

  it('clients that do not read their stream are given up', async () => {
    const { setInterval, clearInterval } = globalThis;
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const server = new McpServer({ name: 's', version: '1' }, { logger: silent });
    echo(server);
    let aborted!: () => void;
    const over = new Promise<void>((resolve) => (aborted = resolve));
    server.registerTool('flood', {}, async (ctx) => {
      ctx.signal.addEventListener('abort', aborted);
      for (let i = 0; !ctx.signal.aborted; i++) {
        ctx.progress(i, undefined, 'x'.repeat(60_000));
        await new Promise((resolve) => setImmediate(resolve));
      }
      return 'never';
    });
    serving = await serve(server, { port: 0, signals: false, grace: 100 });
    const message = JSON.stringify(request('tools/call', { name: 'flood' }, { progressToken: 1 }));
    const lazy = await socket();
    lazy.pause();
    lazy.write(
      head(Buffer.byteLength(message)).replace('mcp-name: echo', 'mcp-name: flood') + message,
    );
    // Behind when one comment is due, and still when the next is: those are all the time it has.
    const comments = setInterval(() => vi.advanceTimersByTime(15_000), 100);
    await over;
    clearInterval(comments);
    vi.useRealTimers();
    await works();
  });
});
