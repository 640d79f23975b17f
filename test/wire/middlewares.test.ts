/** Frameworks and middlewares in front that take a request's body or its response: the log says what to do. */
import { type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { afterEach, describe, expect, it } from 'vitest';
import { nodeHandler } from '../../src/http/node/serve.ts';
import { McpServer } from '../../src/server/server.ts';
import { warningsTo } from '../support/logger.ts';
import { call } from '../support/messages.ts';
import { headersFor } from '../support/wires.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function listen(listener: RequestListener): Promise<string> {
  const http = createServer(listener).listen(0, '127.0.0.1');
  closers.push(() => http.close().closeAllConnections());
  await new Promise((resolve) => http.once('listening', resolve));
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
}

/** A server, and all that its log says. */
function greeter(): { server: McpServer; log: string[] } {
  const log: string[] = [];
  const toLog = (line: string): void => void log.push(line);
  const logger = { ...warningsTo(log), error: toLog };
  const server = new McpServer({ name: 's', version: '1' }, { logger });
  server.registerTool('greet', {}, () => 'hello');
  server.registerTool('work', {}, async (ctx) => {
    ctx.progress(1);
    await ctx.now();
    return 'done';
  });
  return { server, log };
}

function init(tool = 'greet'): RequestInit & { body: string } {
  const message = { ...call(tool) };
  message.params = { ...message.params, _meta: { ...message.params._meta, progressToken: 1 } };
  return { method: 'POST', headers: headersFor(message), body: JSON.stringify(message) };
}

describe('a body that something in front has read', () => {
  it('and not passed on is named in the log of nodeHandler', async () => {
    const { server, log } = greeter();
    const handle = nodeHandler(server, { onLoopback: true });
    const url = await listen((request, response) => {
      request.resume().once('end', () => handle(request, response));
    });
    expect((await fetch(url, init())).status).toBe(500);
    expect(log).toEqual([
      expect.stringMatching(/read its body .*nodeHandler\(server\)\(request, response, body\)/),
    ]);
  });

  it.each<[string, (request: Request) => unknown]>([
    ['wholly', (request) => request.json()],
    ['in part', (request) => request.body!.getReader()],
  ])('%s and not passed on is named by server.fetch', async (_how, read) => {
    const { server, log } = greeter();
    const app = new Hono();
    app.use(async (c, next) => {
      await read(c.req.raw);
      await next();
    });
    app.all('/mcp', (c) => server.fetch(c.req.raw));
    const response = await app.request('http://localhost/mcp', init());
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('did not pass it on');
    expect(log).toEqual([expect.stringMatching(/read its body .*request\.clone\(\)/)]);
  });

  it.each<[string, (request: Request) => Request | Promise<Request>]>([
    ['from a copy', (request) => (void request.clone().text(), request)],
    [
      'and passed on in a new request',
      async (request) =>
        new Request(request, { method: 'POST', body: await request.clone().text() }),
    ],
  ])('%s is served by server.fetch', async (_how, pass) => {
    const { server, log } = greeter();
    const passed = await pass(new Request('http://localhost/mcp', init()));
    expect(await (await server.fetch(passed)).text()).toContain('hello');
    expect(log).toEqual([]);
  });
});

describe('a response that the framework sends itself', () => {
  it.each(['greet', 'work'])('while %s is called is named in the log', async (tool) => {
    const { server, log } = greeter();
    const handle = nodeHandler(server, { onLoopback: true });
    const url = await listen((request, response) => {
      handle(request, response);
      response.writeHead(404).end('Not Found');
    });
    const response = await fetch(url, init(tool)).catch(() => undefined);
    expect(response?.status ?? 404).toBe(404);
    await expect.poll(() => log).toHaveLength(1);
    expect(log[0]).toMatch(/answered by something else.*ctx\.respond = false/);
  });
});
