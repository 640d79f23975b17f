/** Serving and ceasing to: what an operator sees. */
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Client } from '../../src/client/client.ts';
import { type Serving, nodeHandler, serve } from '../../src/http/node/serve.ts';
import type { Logger } from '../../src/base/logging/logger.ts';
import { McpServer } from '../../src/server/server.ts';
import { generateKey } from '../../src/state/key-ring.ts';
import { silent } from '../support/logger.ts';
import { call, request } from '../support/messages.ts';
import { rawHead } from '../support/raw-head.ts';
import { until } from '../support/until.ts';
import { headersFor } from '../support/wires.ts';

const opened: Serving[] = [];

afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

function asking(options = {}): McpServer {
  const server = new McpServer({ name: 's', version: '1' }, { logger: silent, ...options });
  server.registerTool('ask', {}, async (ctx) => String(await ctx.confirm('go', 'Go?')));
  return server;
}

function client(url: string): Client {
  const onElicit = () => ({ action: 'accept' as const, content: { confirm: true } });
  return new Client(url, { name: 'c', version: '1', onElicit });
}

async function serving(server: McpServer, options = {}): Promise<Serving> {
  const started = await serve(server, { port: 0, signals: false, ...options });
  opened.push(started);
  return started;
}

describe('serve', () => {
  it('HS-3 serve binds to this machine, and says where', async () => {
    const { url, port, ready } = await serving(asking());
    expect(url).toBe(`http://127.0.0.1:${port}/mcp`);
    expect(ready).toBe(true);
    const { content } = await client(url).callTool('ask');
    expect(content).toEqual([{ type: 'text', text: 'true' }]);
  });

  it('serve takes a path', async () => {
    const { url } = await serving(asking(), { path: '/api/mcp' });
    expect(new URL(url).pathname).toBe('/api/mcp');
    expect((await client(url).callTool('ask')).isError).toBeUndefined();
    await expect(serve(asking(), { path: 'mcp', port: 0 })).rejects.toThrow('begin with a slash');
  });

  it('serve rejects when the port is in use', async () => {
    const { port } = await serving(asking());
    await expect(serve(asking(), { port, signals: false })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('S5 serve does not expose unprotected state to other machines', async () => {
    const server = asking({ state: { protection: 'unsafe-plaintext' } });
    await expect(serve(server, { host: '0.0.0.0', port: 0 })).rejects.toThrow(
      'for this machine only',
    );
    const { url } = await serving(server);
    expect((await client(url).callTool('ask')).content).toEqual([{ type: 'text', text: 'true' }]);
  });

  it('S5 nodeHandler does not serve unprotected state unless it is on loopback', async () => {
    const server = asking({ state: { protection: 'unsafe-plaintext' } });
    expect(() => nodeHandler(server)).toThrow(expect.objectContaining({ code: 'invalid_options' }));
    expect(nodeHandler(server, { onLoopback: true })).toBeTypeOf('function');
    const post = new Request('http://localhost/mcp', { method: 'POST', body: '{}' });
    await expect(server.fetch(post)).rejects.toMatchObject({
      code: 'invalid_options',
      message: expect.stringContaining('mcp-rondo/node') as string,
    });
  });

  it('SU-6 closing lets rounds finish, and cancels what is left after the grace', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const log: string[] = [];
    const server = asking();
    let running = 0;
    let finish!: () => void;
    const finished = new Promise<string>((resolve) => (finish = () => resolve('finished')));
    const wait = (end: Promise<string>) => async (ctx: { signal: AbortSignal }) => {
      running++;
      const cancelled = new Promise<string>((resolve) => {
        ctx.signal.addEventListener('abort', () => resolve('cancelled'));
      });
      log.push(await Promise.race([end, cancelled]));
      return 'done';
    };
    server.registerTool('short', {}, wait(finished));
    server.registerTool('long', {}, wait(new Promise(() => {})));
    const started = await serve(server, { port: 0, signals: false, grace: 200 });
    const short = client(started.url).callTool('short');
    const long = client(started.url).callTool('long');
    await until(() => running === 2);
    const closing = started.close();
    expect(started.ready).toBe(false);
    finish();
    expect((await short).content).toEqual([{ type: 'text', text: 'done' }]);
    expect(log).toEqual(['finished']);
    vi.advanceTimersByTime(200);
    await expect(long).rejects.toMatchObject({ code: 'transport_failed' });
    await closing;
    expect(log).toEqual(['finished', 'cancelled']);
    await expect(client(started.url).callTool('short')).rejects.toMatchObject({
      code: 'transport_failed',
    });
  });

  it('closing twice is one closing, and closes connections on the way', async () => {
    let release!: () => void;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const server = asking();
    let begun!: () => void;
    const running = new Promise<void>((resolve) => (begun = resolve));
    server.registerTool('wait', {}, async () => {
      begun();
      await gate;
      return 'done';
    });
    const started = await serve(server, { port: 0, signals: false, grace: 600_000 });
    const calling = client(started.url).callTool('wait');
    await running;
    const closing = started.close();
    expect(started.close()).toBe(closing);
    release();
    expect((await calling).content).toEqual([{ type: 'text', text: 'done' }]);
    await closing;
  });

  it('closing does not wait for connections on which nothing is served', async () => {
    const started = await serve(asking(), { port: 0, signals: false, grace: 600_000 });
    const silent_ = connect(started.port, '127.0.0.1');
    const half = connect(started.port, '127.0.0.1');
    const cut = [silent_, half].map((socket) => {
      socket.on('error', () => {});
      return new Promise((resolve) => socket.once('close', resolve));
    });
    await new Promise((resolve) => half.write('POST /mcp HTTP/1.1\r\nHost: 127.', resolve));
    await client(started.url).listTools();
    await started.close();
    await Promise.all(cut);
  });

  it('SU-6 closing ends listen streams that begin meanwhile at once, and only its own', async () => {
    const server = asking();
    const started = await serve(server, { port: 0, signals: false, grace: 600_000 });
    const other = await serving(server);
    const elsewhere = await client(other.url).listen({ toolsListChanged: true });
    const message = request('subscriptions/listen', { notifications: { toolsListChanged: true } });
    const text = `${rawHead(message, started.port)}${JSON.stringify(message)}`;
    const late = connect(started.port, '127.0.0.1');
    let got = '';
    late.on('data', (chunk: Buffer) => (got += chunk.toString()));
    await new Promise((resolve) => late.write(text.slice(0, -5), resolve));
    await client(started.url).listTools();
    const closing = started.close();
    late.write(text.slice(-5));
    const ended = new Promise((resolve) => late.once('close', resolve));
    await Promise.all([closing, ended]);
    expect(got.indexOf('acknowledged')).toBeGreaterThan(0);
    expect(got.indexOf('"result"')).toBeGreaterThan(got.indexOf('acknowledged'));
    server.sendToolListChanged();
    for await (const change of elsewhere) {
      expect(change).toEqual({ type: 'toolsListChanged' });
      break;
    }
  });
});

describe('state keys', () => {
  const capture = (): { logger: Logger; lines: string[] } => {
    const lines: string[] = [];
    const keep = (line: string): void => void lines.push(line);
    return { lines, logger: { debug: keep, info: keep, warn: keep, error: keep } };
  };

  it('S4 a server without keys warns once, when the first state is sealed', async () => {
    const { logger, lines } = capture();
    const server = asking({ logger });
    const { url } = await serving(server);
    expect(lines).toEqual([]);
    await client(url).callTool('ask');
    await client(url).callTool('ask');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('RONDO_STATE_KEYS');
  });

  it('S4 an environment that must not be read, as on Deno, stops no server', async () => {
    const { env } = process;
    const { logger, lines } = capture();
    const denied = (): never => {
      throw new Error('NotCapable: Requires env access');
    };
    let reads = 0;
    process.env = new Proxy(env, { get: () => (reads++, denied()) });
    let servers: McpServer[];
    try {
      const keyed = asking({ logger, state: { keys: [generateKey()] } });
      expect(reads).toBe(0);
      servers = [keyed, asking({ logger })];
    } finally {
      process.env = env;
    }
    for (const server of servers) {
      const { url } = await serving(server);
      expect((await client(url).callTool('ask')).content).toEqual([{ type: 'text', text: 'true' }]);
    }
    expect(lines).toEqual([expect.stringContaining('on Deno, allow it to be read')]);
  });

  it('S5 keys beside unprotected state, and unknown protections, are refused', () => {
    const keys = [generateKey()];
    expect(() => asking({ state: { protection: 'unsafe-plaintext', keys } })).toThrow('exclude');
    expect(() => asking({ state: { protection: 'plaintext' } })).toThrow('unsafe-plaintext');
  });
});

describe('nodeHandler', () => {
  type Listener = (request: IncomingMessage, response: ServerResponse, text: string) => void;

  /** A server of somebody's own, that reads bodies itself. */
  async function hosted(listener: Listener): Promise<string> {
    const http = createServer((incoming, response) => {
      let text = '';
      incoming.on('data', (chunk: Buffer) => (text += chunk.toString()));
      incoming.on('end', () => listener(incoming, response, text));
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    opened.push({
      close: async () => {
        http.closeAllConnections();
        http.close();
      },
    } as Serving);
    return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  }

  async function post(url: string, body: string): Promise<{ status: number; text: string }> {
    const response = await fetch(url, { method: 'POST', headers: headersFor(call('ask')), body });
    return { status: response.status, text: await response.text() };
  }

  it('nodeHandler takes a body that something else has read, or parsed', async () => {
    const handle = nodeHandler(asking(), { onLoopback: true });
    for (const body of [JSON.parse, String, (text: string): Buffer => Buffer.from(text)]) {
      const url = await hosted((incoming, response, text) =>
        handle(incoming, response, body(text)),
      );
      const { content } = await client(url).callTool('ask');
      expect(content).toEqual([{ type: 'text', text: 'true' }]);
    }
  });

  it('nodeHandler refuses parsed bodies as it refuses others, and survives them', async () => {
    const authenticate = async (): Promise<never> => ({ issuer: 'i', subject: 's' }) as never;
    const bodies: unknown[] = [[], null, 7, { a: 7n }];
    const circle: Record<string, unknown> = {};
    circle['circle'] = circle;
    bodies.push(circle);
    for (const depth of [129, 100_000]) {
      let nested: unknown = {};
      for (let i = 0; i < depth; i++) nested = [nested];
      bodies.push(nested);
    }
    for (const options of [{}, { http: { authenticate } }]) {
      const handle = nodeHandler(asking(options), { onLoopback: true });
      for (const body of bodies) {
        const url = await hosted((incoming, response) => handle(incoming, response, body));
        const { status, text } = await post(url, '{}');
        expect(status).toBe(400);
        expect(JSON.parse(text)).toMatchObject({ error: { code: -32600 } });
      }
    }
  });

  it('nodeHandler says so where a body was read and not passed on', async () => {
    const handle = nodeHandler(asking(), { onLoopback: true });
    const url = await hosted((incoming, response) => handle(incoming, response));
    const { status, text } = await post(url, '{}');
    expect(status).toBe(500);
    expect(text).toContain('did not pass it on');
  });

  it('nodeHandler does nothing with a request that is answered already', async () => {
    const handle = nodeHandler(asking(), { onLoopback: true });
    const url = await hosted((incoming, response, text) => {
      response.writeHead(503).end('too late');
      handle(incoming, response, text);
    });
    expect(await post(url, JSON.stringify(call('ask')))).toEqual({ status: 503, text: 'too late' });
    expect(await post(url, 'no json')).toEqual({ status: 503, text: 'too late' });
  });

  it('nodeHandler does not serve clients that left before', async () => {
    const server = asking({ http: { maxConcurrentRequests: 1 } });
    const handle = nodeHandler(server, { onLoopback: true });
    let isSlow = true;
    const url = await hosted((incoming, response, text) => {
      if (!isSlow) return handle(incoming, response, text);
      incoming.socket.once('close', () => setImmediate(() => handle(incoming, response, text)));
      incoming.socket.destroy();
    });
    for (let i = 0; i < 2; i++) await expect(post(url, '{}')).rejects.toThrow();
    isSlow = false;
    expect((await client(url).callTool('ask')).isError).toBeUndefined();
  });

  it('nodeHandler answers 408 when a body does not arrive', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const http = createServer(nodeHandler(asking(), { onLoopback: true }));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as AddressInfo;
    const slow = connect(port, '127.0.0.1');
    const answered = new Promise<string>((resolve) => {
      slow.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    });
    slow.write(`${rawHead(call('ask'), port)}{"jsonrpc"`);
    await until(() => vi.getTimerCount() > 0);
    vi.advanceTimersByTime(30_000);
    expect(await answered).toMatch(/^HTTP\/1.1 408 /);
    await new Promise((resolve) => slow.once('close', resolve));
    http.close();
  });
});

describe('options', () => {
  it('options of a server are checked where they are given', () => {
    const info = { name: 's', version: '1' };
    const bad = [
      { pageSize: 0 },
      { state: { ttl: -1 } },
      { state: { flowTtl: Number.NaN } },
      { state: { maxLength: '1' as never } },
      { limits: { rounds: 0 } },
      { limits: { roundTimeout: 0 } },
      { http: { maxBodyBytes: 0 } },
      { http: { maxConcurrentRequests: -1 } },
    ];
    for (const options of bad) {
      expect(() => new McpServer(info, options)).toThrow(
        expect.objectContaining({ code: 'invalid_options' }),
      );
    }
    expect(() => new McpServer({ name: '', version: '1' })).toThrow('a name and a version');
    const server = new McpServer(info);
    server.registerTool('t', {}, () => 'x');
    expect(() => server.registerTool('t', {}, () => 'x')).toThrow("Tool 't' is registered already");
    expect(() => server.registerTool('', {}, () => 'x')).toThrow('1 to 128 characters');
    expect(() => server.registerTool('u', { stateTtl: 0 }, () => 'x')).toThrow('stateTtl');
    expect(() => server.registerResource('r', 'no uri', {}, () => 'x')).toThrow(
      'not an absolute URI',
    );
  });
});
