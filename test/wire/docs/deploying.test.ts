/** What docs/deploying.md shows does what it says there. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, type ServerResponse, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { McpServer, type Principal, type ServerOptions } from 'mcp-rondo';
import { InvalidTokenError, type TokenVerifier } from 'mcp-rondo/auth';
import { type Serving, serve } from 'mcp-rondo/node';
import { Client } from '../../../src/client/client.ts';
import { testServer } from '../../../src/testing/index.ts';
import { TEST_KEY } from '../../support/each-wire.ts';
import { silent } from '../../support/logger.ts';
import { OldClient } from '../../support/old-client.ts';
import { Page } from '../../support/page.ts';
import { until } from '../../support/until.ts';

const page = new Page('docs/deploying.md');
const closers: (() => unknown)[] = [];
const { PORT } = process.env;

beforeAll(() => void (process.env['PORT'] = '0'));
afterAll(() => {
  if (PORT === undefined) delete process.env['PORT'];
  else process.env['PORT'] = PORT;
  page.close();
});
afterEach(() => Promise.all(closers.splice(0).map((close) => close())));

const me = { name: 'test', version: '1.0.0' };

it('the page has the table of runtimes once', () => {
  const text = readFileSync('docs/deploying.md', 'utf8');
  expect(text.match(/^\| host /gm)).toHaveLength(1);
  expect(text.trimEnd().endsWith('.')).toBe(true);
});

/** The status of a GET with this `Host`. */
async function statusOf(url: string, host: string): Promise<number> {
  const sent = request(url, { headers: { host } }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode!;
}

/** A server whose only tool says who calls. */
function addWhoAmI(server: McpServer): McpServer {
  server.registerTool('whoami', {}, (ctx) => JSON.stringify(ctx.principal ?? null));
  return server;
}

/** Who a server of {@link addWhoAmI} says that is calling. */
async function whoAmI(
  fetch: (request: Request) => Promise<Response>,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const client = new Client('http://127.0.0.1/mcp', {
    ...me,
    http: { headers, fetch: (url, init) => fetch(new Request(url, init)) },
  });
  const { content } = await client.callTool('whoami');
  return JSON.parse((content[0] as { text: string }).text);
}

describe('docs/deploying.md shows', () => {
  it('docs/deploying.md shows a server behind a proxy, for the listed host alone', async () => {
    const { serving } = await page.run<{ serving: Serving }>('Behind a proxy');
    closers.push(() => serving.close());
    // Past the check of the host, only POST is served.
    expect(await statusOf(serving.url, 'mcp.example.com')).toBe(405);
    expect(await statusOf(serving.url, 'mcp.example.com:8443')).toBe(405);
    expect(await statusOf(serving.url, 'other.example.com')).toBe(403);
    expect(await statusOf(serving.url, `127.0.0.1:${serving.port}`)).toBe(403);
  });

  it('docs/deploying.md shows which pages may call', async () => {
    const { server } = await page.run<{ server: McpServer }>('Web pages');
    const preflight = async (origin: string): Promise<[number, string | null]> => {
      const headers = { origin, 'access-control-request-method': 'POST' };
      const asked = new Request('http://mcp.example.com/mcp', { method: 'OPTIONS', headers });
      const response = await server.fetch(asked);
      return [response.status, response.headers.get('access-control-allow-origin')];
    };
    for (const origin of [
      'https://app.example.com',
      'vscode-webview://1',
      'chrome-extension://abc',
    ])
      expect(await preflight(origin)).toEqual([204, origin]);
    for (const origin of ['https://evil.example', 'null', 'chrome-extension://abcd'])
      expect(await preflight(origin)).toEqual([403, null]);
  });

  it('docs/deploying.md shows how a token says who is calling', async () => {
    const shown = await page.run<{ createServer(verify: TokenVerifier): McpServer }>(
      'Who is calling',
    );
    const server = addWhoAmI(
      shown.createServer((token) => {
        if (token !== 'good') throw new InvalidTokenError();
        const aud = 'https://mcp.example.com/mcp';
        return { iss: 'https://id.example', aud, sub: 'ada', scope: 'read write', tenant: 'blue' };
      }),
    );
    expect(await whoAmI(server.fetch, { authorization: 'Bearer good' })).toEqual({
      issuer: 'https://id.example',
      subject: 'ada',
      scopes: ['read', 'write'],
      bind: ['blue'],
    });
    const refused = await server.fetch(
      new Request('http://mcp.example.com/mcp', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer bad' },
        body: '{}',
      }),
    );
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/resource_metadata="https:/);
  });

  it('docs/deploying.md shows a principal from a middleware of Express', async () => {
    type Route = (req: IncomingMessage & { user: Principal }, res: ServerResponse) => void;
    const { mcp } = await page.run<{ mcp(server: McpServer): Route }>('Who is calling 2');
    const route = mcp(addWhoAmI(new McpServer(me)));
    const user = { issuer: 'https://app.example.com', subject: 'ada' };
    const app = createServer((req, res) => route(Object.assign(req, { user }), res));
    app.listen(0, '127.0.0.1');
    await once(app, 'listening');
    closers.push(() => app.close());
    const { port } = app.address() as AddressInfo;
    const client = new Client(`http://127.0.0.1:${port}/mcp`, me);
    const { content } = await client.callTool('whoami');
    expect(content).toEqual([{ type: 'text', text: JSON.stringify(user) }]);
    await client.close();
  });

  it('docs/deploying.md shows a principal from a session, with fetch', async () => {
    type Session = { userId: string; tenant: string } | undefined;
    type Handler = (
      server: McpServer,
      sessionOf: (request: Request) => Promise<Session>,
    ) => (request: Request) => Promise<Response>;
    const { handler } = await page.run<{ handler: Handler }>('Who is calling 3');
    const fetch = handler(addWhoAmI(new McpServer(me)), async ({ headers }) =>
      headers.get('cookie') === 'id=1' ? { userId: 'ada', tenant: 'a' } : undefined,
    );
    expect(await whoAmI(fetch, { cookie: 'id=1' })).toEqual({
      issuer: 'https://app.example.com',
      subject: 'ada',
      bind: ['a'],
    });
    await expect(whoAmI(fetch)).rejects.toMatchObject({ status: 401 });
  });

  it('docs/deploying.md shows a relay, which carries changes to the other instance', async () => {
    const listeners = new Set<(text: string) => void>();
    const redis = {
      async publish(_channel: string, text: string) {
        for (const listener of listeners) listener(text);
        return listeners.size;
      },
      duplicate() {
        const own: ((text: string) => void)[] = [];
        return {
          ...redis,
          on: () => undefined,
          connect: async () => undefined,
          async subscribe(_channel: string, onText: (text: string) => void) {
            own.push(onText);
            listeners.add(onText);
          },
          destroy: () => own.forEach((listener) => listeners.delete(listener)),
        };
      },
    };
    type Shown = { optionsOver(client: object): ServerOptions };
    const { optionsOver } = await page.run<Shown>('Several instances');
    const instance = (): McpServer => {
      const options = { ...optionsOver(redis), logger: silent, state: { keys: [TEST_KEY] } };
      const server = new McpServer({ name: 'travel', version: '1.0.0' }, options);
      server.registerTool('t', {}, () => 'x');
      closers.push(() => server.close());
      return server;
    };
    const [a, b] = [instance(), instance()];
    const changes = await new Client(a, me).listen({ toolsListChanged: true });
    await until(() => listeners.size === 1);
    b.sendToolListChanged();
    for await (const change of changes) {
      expect(change).toEqual({ type: 'toolsListChanged' });
      break;
    }
    await until(() => listeners.size === 0);
  });

  it('L7 docs/deploying.md shows a server that does not ask older clients, and says so', async () => {
    const { server } = await page.run<{ server: McpServer }>('Clients of earlier revisions');
    server.registerTool('ask', {}, async (ctx) => String(await ctx.confirm('sure', 'Sure?')));
    const serving = await serve(server, { port: 0, signals: false });
    closers.push(() => serving.close());
    const capabilities = { elicitation: {} };
    const client = await OldClient.connect(serving.url, { capabilities });
    const { result } = await client.call('ask');
    expect(result).toMatchObject({ isError: true });
    expect(JSON.stringify(result)).toContain('elicitation');
  });

  it('docs/deploying.md shows routes, and what they say when the server closes', async () => {
    const { serving } = await page.run<{ serving: Serving }>('Health checks and shutdown');
    closers.push(() => serving.close());
    const at = (path: string): Promise<Response> => fetch(new URL(path, serving.url));
    expect(await (await at('/healthz')).text()).toBe('ok');
    expect((await at('/readyz')).status).toBe(204);
    expect(await (await at('/docs/a/b')).text()).toBe('You asked for /docs/a/b');
    expect((await at('/other')).status).toBe(404);
    const closed = serving.close();
    expect(serving.ready).toBe(false);
    await closed;
    await expect(at('/healthz')).rejects.toThrow();
  });

  it('docs/deploying.md shows work that is split, and is not done twice', async () => {
    type Create = (load: (file: string) => Promise<number>, after: number) => McpServer;
    const shown = await page.run<{ createServer: Create }>('Platforms that limit time');
    const loaded: string[] = [];
    const load = async (file: string): Promise<number> => loaded.push(file);
    const rounds = async (after: number): Promise<number> => {
      const client = new Client(shown.createServer(load, after), me);
      const flow = client.start('tools/call', { name: 'import' });
      while (flow.status !== 'complete') await flow.advance();
      expect(flow.result).toMatchObject({ content: [{ text: expect.stringMatching(/rows/) }] });
      return flow.round;
    };
    expect(await rounds(60_000)).toBe(1);
    expect(await rounds(0)).toBe(4);
    expect(loaded).toEqual(['a.csv', 'b.csv', 'c.csv', 'a.csv', 'b.csv', 'c.csv']);
  });

  it('docs/deploying.md shows no code that is not run', () => {
    expect(page.unread).toEqual([]);
  });
});

describe('what docs/deploying.md says of keys', () => {
  it('an old key can be dropped once the state of the last round has expired', async () => {
    const host = testServer((options) => {
      const server = new McpServer(me, options);
      server.registerTool('ask', {}, async (ctx) => {
        await ctx.confirm('a', 'A?');
        await ctx.confirm('b', 'B?');
        return 'done';
      });
      return server;
    });
    const flow = await host.callTool('ask');
    host.rotateKeys();
    await flow.answer('a', true);
    host.dropOldKeys();
    await flow.answer('b', true);
    expect(flow.text).toBe('done');
  });
});
