/** What reaches a server on `node:http`: names, targets, bodies, and the async context. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type RequestListener, createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { Client } from '../../src/client/client.ts';
import { nodeHandler, serve } from '../../src/http/node/serve.ts';
import type { ServerOptions } from '../../src/server/options.ts';
import { McpServer } from '../../src/server/server.ts';
import { silent } from '../support/logger.ts';
import { call, textOf } from '../support/messages.ts';
import { rawHead } from '../support/raw-head.ts';
import { headersFor } from '../support/wires.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

const context = new AsyncLocalStorage<string>();

function greeter(options: ServerOptions = {}): McpServer {
  const server = new McpServer({ name: 's', version: '1' }, { logger: silent, ...options });
  server.registerTool('greet', {}, () => 'hello');
  server.registerTool('head', {}, (ctx) => {
    const { url, headers } = ctx.request as { url: string; headers: Headers };
    return `${url} ${headers.get('Host')}`;
  });
  server.registerTool('context', {}, async (ctx) => {
    await new Promise((resolve) => setImmediate(resolve));
    return `${context.getStore()} ${await ctx.step('s', () => context.getStore())}`;
  });
  return server;
}

async function serving(server: McpServer, options = {}): Promise<{ url: string; port: number }> {
  const started = await serve(server, { port: 0, signals: false, ...options });
  closers.push(() => started.close());
  return started;
}

async function listen(listener: RequestListener): Promise<number> {
  const http = createServer(listener).listen(0, '127.0.0.1');
  closers.push(() => http.close().closeAllConnections());
  await new Promise((resolve) => http.once('listening', resolve));
  return (http.address() as AddressInfo).port;
}

/** Writes raw bytes and reads until the connection is closed. */
function raw(port: number, head: string, body: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  closers.push(() => socket.destroy());
  socket.write(`${head.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n')}${body}`);
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.once('error', reject).once('close', () => resolve(text));
  });
}

describe('the names of a server on this machine', () => {
  it.each([
    '127.0.0.1',
    '127.0.0.2',
    'localhost',
    'LOCALHOST',
    '::ffff:127.0.0.1',
    '0:0:0:0:0:0:0:1',
    '[::1]',
  ])('HS-3 serve on %s gives a URL that works, and refuses other names', async (host) => {
    const { url } = await serving(greeter(), { host });
    const client = new Client(url, { name: 'c', version: '1' });
    expect((await client.callTool('greet')).content).toEqual([{ type: 'text', text: 'hello' }]);
    const headers = { ...headersFor(call('greet')), origin: 'https://evil.example' };
    const foreign = await fetch(url, { method: 'POST', headers, body: '{}' });
    expect(foreign.status).toBe(403);
    const { port } = new URL(url);
    if (!host.startsWith('127.0.0.1')) return;
    const rebound = rawHead(call('greet'), 1).replace('127.0.0.1:1', 'evil.example');
    expect(await raw(Number(port), rebound, '{}')).toMatch(/^HTTP\/1.1 403 /);
  });

  it('HS-2 a server on this machine is not opened to every page', async () => {
    const server = greeter({ http: { allowedOrigins: '*', allowedHosts: ['localhost'] } });
    const refused = { code: 'invalid_options', message: expect.stringContaining('every web page') };
    for (const host of ['127.0.0.1', 'localhost', '::1', '[::1]', '127.0.0.2']) {
      await expect(serve(server, { host, port: 0 })).rejects.toMatchObject(refused);
    }
    expect(() => nodeHandler(server, { onLoopback: true })).toThrow(
      expect.objectContaining(refused),
    );
    expect(nodeHandler(server)).toBeTypeOf('function');
  });
});

describe('a target in absolute form', () => {
  const send = async (port: number, target: string, host = '127.0.0.1'): Promise<string> => {
    const message = call('head');
    const head = rawHead(message, port).replace('POST /mcp', `POST ${target}`);
    return raw(port, head.replace('host: 127.0.0.1', `host: ${host}`), JSON.stringify(message));
  };

  it('is served, and its authority takes the place of Host', async () => {
    const { port } = await serving(greeter());
    const path = `http://localhost:${port}/mcp?a=b`;
    expect(await send(port, path)).toContain(`"/mcp?a=b localhost:${port}"`);
    expect(await send(port, path.replace('http', 'HTTPS'))).toMatch(/^HTTP\/1.1 200 /);
    expect(await send(port, path, 'evil.example')).toMatch(/^HTTP\/1.1 200 /);
    for (const authority of ['evil.example', 'localhost@evil.example', 'evil@localhost', '']) {
      expect(await send(port, `http://${authority}/mcp`)).toMatch(/^HTTP\/1.1 403 /);
    }
    expect(await send(port, `http://localhost:${port}/other`)).toMatch(/^HTTP\/1.1 404 /);
    expect(await send(port, `http://localhost:${port}`)).toMatch(/^HTTP\/1.1 404 /);
  });

  it('is served by a handler, which looks at its host only', async () => {
    const server = greeter({ http: { allowedHosts: ['mcp.example'] } });
    const port = await listen(nodeHandler(server));
    expect(await send(port, 'http://mcp.example/mcp')).toContain('"/mcp mcp.example"');
    expect(await send(port, 'http://other.example/mcp', 'mcp.example')).toMatch(/^HTTP\/1.1 403 /);
  });
});

describe('the async context of a request', () => {
  it('reaches the handler, whether the body comes in pieces or is checked before', async () => {
    const authenticate = async () => ({ issuer: 'i', subject: 's' });
    for (const options of [{}, { http: { authenticate } }]) {
      const handle = nodeHandler(greeter(options), { onLoopback: true });
      let count = 0;
      const port = await listen((request, response) =>
        context.run(`request ${++count}`, () => handle(request, response)),
      );
      for (const expected of ['request 1', 'request 2']) {
        const message = call('context');
        const text = JSON.stringify(message);
        const socket = connect(port, '127.0.0.1');
        const got = new Promise<string>((resolve) => {
          socket.once('data', (chunk: Buffer) => resolve(chunk.toString()));
        });
        socket.write(rawHead(message, port) + text.slice(0, 9));
        await new Promise((resolve) => setImmediate(resolve));
        socket.write(text.slice(9));
        expect(await got).toContain(`"${expected} ${expected}"`);
        socket.destroy();
      }
    }
  });

  it('reaches the handlers of calls that share a connection', async () => {
    const handle = nodeHandler(greeter(), { onLoopback: true });
    let count = 0;
    const port = await listen((request, response) =>
      context.run(`request ${++count}`, () => handle(request, response)),
    );
    const url = `http://127.0.0.1:${port}/mcp`;
    const client = new Client(url, { name: 'c', version: '1', legacy: 'never' });
    const texts = [];
    for (let i = 0; i < 3; i++)
      texts.push(textOf({ result: await client.callTool('context') } as never));
    expect(texts).toEqual([1, 2, 3].map((n) => `request ${n} request ${n}`));
  });
});

describe('a body, as frameworks pass it', () => {
  type Middleware = (request: Record<string, unknown>, text: string) => void;

  /** As Express calls a listener: with `next`, which is never called. */
  async function express(middleware: Middleware | undefined): Promise<string> {
    const handle = nodeHandler(greeter(), { onLoopback: true });
    const next = (): never => {
      throw new Error('next was called');
    };
    const port = await listen(async (request, response) => {
      if (middleware !== undefined) {
        let text = '';
        for await (const chunk of request) text += String(chunk);
        middleware(request as never, text);
      }
      handle(request, response, next);
    });
    const message = call('greet');
    return raw(port, rawHead(message, port), JSON.stringify(message));
  }

  it('is in the stream when nothing has read it', async () => {
    expect(await express(undefined)).toContain('hello');
  });

  it('is in request.body when a parser has read it', async () => {
    for (const parse of [JSON.parse, String, (text: string) => Buffer.from(text)]) {
      const answer = await express((request, text) => (request['body'] = parse(text)));
      expect(answer).toContain('hello');
    }
  });

  it('is in the stream when a parser for other types has left its empty body', async () => {
    const handle = nodeHandler(greeter(), { onLoopback: true });
    const port = await listen((request, response) => {
      (request as { body?: unknown }).body = {};
      handle(request, response, () => {});
    });
    const message = call('greet');
    expect(await raw(port, rawHead(message, port), JSON.stringify(message))).toContain('hello');
  });

  it('is an error when something has read it, wholly or in part, and kept it', async () => {
    expect(await express(() => {})).toMatch(/^HTTP\/1.1 500 .*did not pass it on/s);
    const throwing = (request: object): void =>
      void Object.defineProperty(request, 'body', {
        get() {
          throw new Error('Invalid JSON');
        },
      });
    expect(await express(throwing)).toMatch(/^HTTP\/1.1 500 /);
    const handle = nodeHandler(greeter(), { onLoopback: true });
    const port = await listen((request, response) => {
      request.once('data', () => handle(request, response, () => {}));
    });
    const message = call('greet');
    expect(await raw(port, rawHead(message, port), JSON.stringify(message))).toMatch(
      /^HTTP\/1.1 500 /,
    );
  });

  it('may have been unpacked by what has read it', async () => {
    const handle = nodeHandler(greeter(), { onLoopback: true });
    const message = call('greet');
    const port = await listen((request, response) => {
      request.resume().once('end', () => handle(request, response, message));
    });
    const response = await fetch(`http://127.0.0.1:${port}/mcp`, {
      method: 'POST',
      headers: { ...headersFor(message), 'content-encoding': 'gzip' },
      body: gzipSync(JSON.stringify(message)),
    });
    expect(await response.text()).toContain('hello');
  });
});
