/** A function that takes its time to name scopes, on a server that opens streams for what takes long. */
import { afterEach, describe, expect, it } from 'vitest';
import { McpServer } from 'mcp-rondo';
import { type Serving, serve } from 'mcp-rondo/node';
import { type Answer, messageIn, sendTo } from '../../support/auth/protected.ts';
import { TEST_KEY } from '../../support/each-wire.ts';
import { silent } from '../../support/logger.ts';
import { call, textOf } from '../../support/messages.ts';
import { OldClient } from '../../support/old-client.ts';
import { headersFor } from '../../support/wires.ts';

const servings: Serving[] = [];
afterEach(async () => {
  for (const serving of servings.splice(0)) await serving.close();
});

/** Far longer than the server waits before it opens a stream, which is 1 ms. */
const long = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

/** The caller's scopes are its token. */
function makeServer(): McpServer {
  const server = new McpServer(
    { name: 's', version: '1' },
    {
      logger: silent,
      state: { keys: [TEST_KEY] },
      http: {
        openStreamAfter: 1,
        authenticate: ({ headers }) => ({
          issuer: 'i',
          subject: 's',
          scopes: [headers.get('authorization') ?? ''],
        }),
      },
    },
  );
  const scopes = async (): Promise<string[]> => (await long(), ['write']);
  server.registerTool('write', { scopes }, async () => {
    await long();
    return 'written';
  });
  return server;
}

async function open(): Promise<Serving> {
  const serving = await serve(makeServer(), { port: 0, signals: false });
  servings.push(serving);
  return serving;
}

const overHttp = async (authorization: string): Promise<Answer> =>
  sendTo((await open()).port, call('write'), { headers: { authorization } });

async function overFetch(authorization: string): Promise<Answer> {
  const message = call('write');
  const headers = { ...headersFor(message), authorization };
  const init = { method: 'POST', headers, body: JSON.stringify(message) };
  const response = await makeServer().fetch(new Request('http://127.0.0.1/mcp', init));
  const text = await response.text();
  return { status: response.status, headers: Object.fromEntries(response.headers), text };
}

describe.each([
  ['serve', overHttp],
  ['server.fetch', overFetch],
])('a slow scopes function, over %s', (_name, send) => {
  it('A9 is waited for before the head of a stream: a refusal has its status', async () => {
    const { status, headers } = await send('read');
    expect([status, headers['content-type']]).toEqual([403, 'application/json']);
    expect(headers['www-authenticate']).toContain('scope="write"');
  });

  it('A9 lets a stream be opened after it, for a call that takes long itself', async () => {
    const answer = await send('write');
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/event-stream']);
    expect(textOf(messageIn(answer))).toBe('written');
  });
});

it('A9 a slow scopes function is waited for before the stream of an old client, too', async () => {
  const { url } = await open();
  const headers = { authorization: 'read' };
  const client = await OldClient.connect(url, { version: '2025-11-25', headers, capabilities: {} });
  const response = await client.request('tools/call', { name: 'write', arguments: {} });
  expect([response.status, response.isStream]).toEqual([403, false]);
});
