/** What is served beside the endpoint. */
import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type RouteHandler, type Serving, serve } from 'mcp-rondo/node';
import { McpServer, type ServerOptions } from 'mcp-rondo';
import { silent } from '../support/logger.ts';
import { call } from '../support/messages.ts';
import { turns } from '../support/until.ts';
import { headersFor } from '../support/wires.ts';

const opened: Serving[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

type Table = Record<string, RouteHandler>;

async function serving(routes: Table, options: ServerOptions = {}): Promise<Serving> {
  const server = new McpServer({ name: 's', version: '1' }, { logger: silent, ...options });
  server.registerTool('greet', {}, () => 'hello');
  const started = await serve(server, { port: 0, signals: false, grace: 200, routes });
  opened.push(started);
  return started;
}

async function get(at: Serving, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(new URL(path, at.url), init);
}

/** Sends raw bytes and reads until the connection closes. */
function raw(at: Serving, text: string): Promise<string> {
  const socket = connect(at.port, '127.0.0.1');
  socket.write(text);
  return new Promise((resolve, reject) => {
    let got = '';
    socket.on('data', (chunk: Buffer) => (got += chunk.toString()));
    socket.once('error', reject).once('close', () => resolve(got));
  });
}

const line = (path: string, host = '127.0.0.1'): string =>
  `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;

it('a route answers as its handler says, and the endpoint as ever', async () => {
  const at = await serving({
    '/healthz': () => new Response('ok', { headers: { 'x-own': 'yes' } }),
    '/gone': async () => new Response(null, { status: 410 }),
    '/cookies': () => {
      const headers = new Headers([
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
        ['connection', 'upgrade'],
      ]);
      return new Response('x', { headers });
    },
  });
  const healthy = await get(at, '/healthz?verbose');
  expect([healthy.status, healthy.headers.get('x-own'), await healthy.text()]).toEqual([
    200,
    'yes',
    'ok',
  ]);
  expect((await get(at, '/gone')).status).toBe(410);
  const { headers } = await get(at, '/cookies');
  expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect((await get(at, '/healthz/')).status).toBe(404);
  const head = await get(at, '/healthz', { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  const message = call('greet');
  const init = { method: 'POST', headers: headersFor(message), body: JSON.stringify(message) };
  expect(await (await get(at, '/mcp', init)).text()).toContain('hello');
});

it('a route has no methods that a web request cannot have, and leaves the connection alone', async () => {
  const headers = { connection: 'x-mine', 'keep-alive': 'timeout=999', 'x-own': 'yes' };
  const at = await serving({ '/own': () => new Response('ok', { headers }) });
  expect(await raw(at, line('/own').replace('GET', 'TRACE'))).toMatch(/^HTTP\/1.1 405 /);
  const answer = await raw(at, line('/own'));
  expect(answer).toContain('x-own: yes');
  expect(answer).not.toMatch(/x-mine|999/);
});

it('a route is given the whole request', async () => {
  const echo: RouteHandler = async (request) => {
    const { method, url, headers } = request;
    return Response.json({ method, url, own: headers.get('x-own'), body: await request.text() });
  };
  const at = await serving({ '/echo/*': echo });
  const init = { method: 'PUT', headers: { 'x-own': 'a, b' }, body: 'é'.repeat(50_000) };
  expect(await (await get(at, '/echo/a%20b?c=d', init)).json()).toEqual({
    method: 'PUT',
    url: `http://127.0.0.1:${at.port}/echo/a%20b?c=d`,
    own: 'a, b',
    body: init.body,
  });
});

it('HS-2 a route is under the same checks of Host and Origin, and not under authenticate', async () => {
  let served = 0;
  const routes = { '/healthz': () => new Response(`${++served}`) };
  const origin = 'https://app.example';
  const at = await serving(routes, {
    http: {
      allowedOrigins: [origin],
      cors: true,
      authenticate: () => new Response(null, { status: 401 }),
    },
  });
  expect(await raw(at, line('/healthz', 'evil.example'))).toMatch(/^HTTP\/1.1 403 /);
  const foreign = await get(at, '/healthz', { headers: { origin: 'https://evil.example' } });
  expect([foreign.status, served]).toEqual([403, 0]);
  const listed = await get(at, '/healthz', { headers: { origin } });
  expect(listed.headers.get('access-control-allow-origin')).toBe(origin);
  expect(served).toBe(1);
});

it('a route takes no path that leads out of it, nor the path of the server', async () => {
  const seen: string[] = [];
  const note: RouteHandler = ({ url }) => {
    seen.push(new URL(url).pathname);
    return new Response();
  };
  const at = await serving({ '/a/*': note });
  for (const path of ['/a/../mcp', '/a/%2e%2e/mcp', '/b/../c', '/a', '//a/b', '/mcp/a']) {
    expect(await raw(at, line(path))).toMatch(/^HTTP\/1.1 404 /);
  }
  expect(await raw(at, line('/b/../a/c'))).toMatch(/^HTTP\/1.1 200 /);
  expect(await raw(at, line('/a/c', 'localhost/mcp'))).toMatch(/^HTTP\/1.1 403 /);
  expect(await raw(at, line('http://localhost/a/d', 'evil.example'))).toMatch(/^HTTP\/1.1 200 /);
  expect(seen).toEqual(['/a/c', '/a/d']);
});

it('a route that fails is a 500 without detail, and one line in the log', async () => {
  const errors: string[] = [];
  const logger = { ...silent, error: (text: string) => void errors.push(text) };
  const routes = {
    '/throws': () => {
      throw new Error('secret');
    },
    '/nothing': () => undefined as never,
  };
  const at = await serving(routes, { logger });
  for (const path of Object.keys(routes)) {
    const answer = await get(at, path);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('secret');
  }
  expect(errors).toEqual([
    expect.stringMatching(/Route '\/throws' failed: Error: secret/),
    expect.stringMatching(/Route '\/nothing' failed: .*no Response/),
  ]);
});

it('SE-1 a route reads no more than a body may have', async () => {
  const read: RouteHandler = async (request) => new Response(await request.text());
  const at = await serving({ '/read': read }, { http: { maxBodyBytes: 1_000 } });
  const init = (length: number) => ({ method: 'POST', body: 'x'.repeat(length) });
  expect((await get(at, '/read', init(1_000))).status).toBe(200);
  expect((await get(at, '/read', init(1_001))).status).toBe(413);
  const chunk = `400\r\n${'x'.repeat(1_024)}\r\n`;
  const head = 'POST /read HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\n';
  expect(await raw(at, `${head}${chunk}0\r\n\r\n`)).not.toMatch(/^HTTP\/1.1 200 /);
  expect(
    await raw(at, 'TRACE /read HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n'),
  ).toMatch(/^HTTP\/1.1 405 /);
});

it('a route learns that its client has left, and closing waits for the others', async () => {
  let begun!: () => void;
  let release!: () => void;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const aborted: string[] = [];
  const wait: RouteHandler = async ({ url, signal }) => {
    const { pathname } = new URL(url);
    signal.addEventListener('abort', () => aborted.push(pathname));
    begun();
    await gate;
    return new Response('done');
  };
  const at = await serving({ '/wait/*': wait });
  const start = async (path: string, signal?: AbortSignal): Promise<Promise<Response>[]> => {
    const running = new Promise<void>((resolve) => (begun = resolve));
    const answer = get(at, path, signal ? { signal } : {});
    answer.catch(() => {});
    await running;
    return [answer];
  };
  const abort = new AbortController();
  await start('/wait/left', abort.signal);
  abort.abort();
  while (aborted.length === 0) await turns();
  const [answer] = await start('/wait/stayed');
  const closing = at.close();
  await turns();
  release();
  expect(await (await answer!).text()).toBe('done');
  await closing;
  expect(aborted).toEqual(['/wait/left']);
});
