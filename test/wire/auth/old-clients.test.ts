/** Clients of 2025-11-25 and older, and a server that verifies tokens. */
import { type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { afterEach, describe, expect, it } from 'vitest';
import { McpServer } from 'mcp-rondo';
import { nodeHandler, serve } from 'mcp-rondo/node';
import { type Issuer, openIssuer } from '../../support/auth/issuer.ts';
import { bearerFor } from '../../support/auth/protected.ts';
import { TEST_KEY } from '../../support/each-wire.ts';
import { silent } from '../../support/logger.ts';
import { OldClient, isQuestion } from '../../support/old-client.ts';

const closers: (() => unknown)[] = [];
let rounds = 0;

afterEach(async () => {
  rounds = 0;
  for (const close of closers.splice(0)) await close();
});

const setUp = (server: McpServer): void => {
  server.registerTool('write', { scopes: ['write'] }, async (ctx) => {
    rounds++;
    return (await ctx.confirm('sure', 'Sure?')) ? `written by ${ctx.principal?.subject}` : 'kept';
  });
  server.registerResource('one', 'a://one', { scopes: ['one'] }, () => 'one');
  server.registerPrompt('ask', { scopes: ['ask'] }, async (ctx) => {
    rounds++;
    return (await ctx.confirm('sure', 'Sure?')) ? 'asked' : 'kept';
  });
};

/** A listener for Node of what serves a request. */
type Listener = (server: McpServer) => RequestListener;

const LISTENERS: Record<string, Listener> = {
  nodeHandler: (server) => nodeHandler(server),
  'server.fetch': (server) => getRequestListener((request) => server.fetch(request)),
};

/** The URL of a server, behind one of the doors, and the issuer of its tokens. */
async function open(door: string): Promise<[Issuer, string]> {
  const issuer = await openIssuer();
  closers.push(issuer.close);
  const server = new McpServer(
    { name: 'protected', version: '1' },
    {
      logger: silent,
      state: { keys: [TEST_KEY] },
      http: { authenticate: bearerFor(issuer.url) },
      legacy: { ask: true },
    },
  );
  setUp(server);
  if (door === 'serve') {
    const serving = await serve(server, { port: 0, signals: false });
    closers.push(() => serving.close());
    return [issuer, serving.url];
  }
  const http = createServer(LISTENERS[door]!(server)).listen(0, '127.0.0.1');
  closers.push(() => http.close().closeAllConnections());
  await new Promise((resolve) => http.once('listening', resolve));
  return [issuer, `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`];
}

async function connect(url: string, token: string, version = '2025-11-25'): Promise<OldClient> {
  const headers = bearing(token);
  return OldClient.connect(url, { version, headers, capabilities: { elicitation: {} } });
}

const bearing = (token: string): { authorization: string } => ({
  authorization: `Bearer ${token}`,
});

const ACCEPT = { action: 'accept', content: { confirm: true } };

describe.each([
  ['2025-11-25', 'serve'],
  ['2025-06-18', 'serve'],
  ['2025-11-25', 'nodeHandler'],
  ['2025-06-18', 'nodeHandler'],
  ['2025-11-25', 'server.fetch'],
  ['2025-06-18', 'server.fetch'],
])('a client of %s and scopes, over %s', (version, door) => {
  it('A9 a scope missing in the first round is 403 with its challenge', async () => {
    const [issuer, url] = await open(door);
    const client = await connect(url, await issuer.token(), version);
    const response = await client.request('tools/call', { name: 'write', arguments: {} });
    expect([response.status, response.isStream, rounds]).toEqual([403, false, 0]);
    expect(response.headers['www-authenticate']).toContain('scope="write"');
    const read = await client.request('resources/read', { uri: 'a://one' });
    expect([read.status, read.headers['www-authenticate']]).toEqual([
      403,
      expect.stringContaining('scope="one"') as string,
    ]);
  });

  it('A9 L11 a scope missing in a later round is a sentence for the model', async () => {
    const [issuer, url] = await open(door);
    const client = await connect(url, await issuer.token({ scope: 'write' }), version);
    const response = await client.request('tools/call', { name: 'write', arguments: {} });
    const question = await response.message(isQuestion);
    await client.answer(question, ACCEPT, bearing(await issuer.token({ scope: 'read' })));
    const { result } = await response.reply();
    expect(result).toMatchObject({ isError: true });
    expect(JSON.stringify(result)).toContain('the scopes write');
    expect(rounds).toBe(1);
  });

  it('A9 L11 so is it for a prompt, as an internal error', async () => {
    const [issuer, url] = await open(door);
    const client = await connect(url, await issuer.token({ scope: 'ask' }), version);
    const response = await client.request('prompts/get', { name: 'ask' });
    const question = await response.message(isQuestion);
    await client.answer(question, ACCEPT, bearing(await issuer.token()));
    const { error } = await response.reply();
    expect(error).toMatchObject({ code: -32603 });
    expect(error!.message).toContain('the scopes ask');
  });

  it('A6 L9 a call goes on with a token that was renewed before the answer', async () => {
    const [issuer, url] = await open(door);
    const scope = 'write';
    const client = await connect(url, await issuer.token({ scope }), version);
    const response = await client.request('tools/call', { name: 'write', arguments: {} });
    const question = await response.message(isQuestion);
    const renewed = await issuer.token({ scope, client_id: 'registered anew', jti: '2' });
    expect((await client.answer(question, ACCEPT, bearing(renewed))).status).toBe(202);
    expect(JSON.stringify((await response.reply()).result)).toContain('written by ada');
  });

  it('AU-5 L9 nobody else answers for them, and an answer without a token is 401', async () => {
    const [issuer, url] = await open(door);
    const client = await connect(url, await issuer.token({ scope: 'write' }), version);
    const response = await client.request('tools/call', { name: 'write', arguments: {} });
    const question = await response.message(isQuestion);
    const eve = await issuer.token({ scope: 'write', sub: 'eve' });
    expect((await client.answer(question, ACCEPT, bearing(eve))).status).toBe(404);
    const none = await client.answer(question, ACCEPT, { authorization: undefined });
    expect([none.status, none.headers['www-authenticate']]).toEqual([
      401,
      expect.stringMatching(/^Bearer resource_metadata=/) as string,
    ]);
    expect(rounds).toBe(1);
    response.cut();
  });
});

describe.each(['serve', 'nodeHandler', 'server.fetch'])(
  'an old client that subscribes, over %s',
  (door) => {
    it('A9 needs the scopes of the resource', async () => {
      const [issuer, url] = await open(door);
      const client = await connect(url, await issuer.token());
      const refused = await client.request('resources/subscribe', { uri: 'a://one' });
      expect([refused.status, refused.headers['www-authenticate']]).toEqual([
        403,
        expect.stringContaining('scope="one"') as string,
      ]);
      const more = bearing(await issuer.token({ scope: 'one' }));
      expect((await client.request('resources/subscribe', { uri: 'a://one' }, more)).status).toBe(
        200,
      );
      const without = await client.get();
      expect([without.status, without.headers['www-authenticate']]).toEqual([
        403,
        expect.stringContaining('scope="one"') as string,
      ]);
      const stream = await client.get(more);
      expect(stream.status).toBe(200);
      stream.cut();
    });
  },
);
