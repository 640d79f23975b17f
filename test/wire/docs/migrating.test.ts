/** What docs/migrating.md shows does what it says there, and the names in its tables exist. */
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AuthInfo,
  McpServer as OfficialServer,
  createMcpHandler,
} from '@modelcontextprotocol/server';
import { afterAll, describe, expect, it } from 'vitest';
import { McpServer, type RpcError } from 'mcp-rondo';
import * as z from 'zod';
import { Client } from '../../../src/client/client.ts';
import { TEST_KEY } from '../../support/each-wire.ts';
import { silent } from '../../support/logger.ts';
import { Page } from '../../support/page.ts';

const page = new Page('docs/migrating.md');
afterAll(() => page.close());

const info = { name: 'test', version: '1.0.0' };

class Airline {
  searches = 0;
  readonly booked: string[] = [];
  async search(to: string): Promise<string[]> {
    this.searches++;
    return [`TP 931 to ${to}`, `LX 2084 to ${to}`];
  }
  async book(flight: string): Promise<string> {
    return `B${this.booked.push(flight)}`;
  }
}

function fetching(fetch: (request: Request) => Promise<Response>): {
  fetch: typeof globalThis.fetch;
} {
  return { fetch: (url, init) => fetch(new Request(url, init)) };
}

/** Books with a client that answers, and then with one that declines; returns what it gets. */
async function book(fetch: (request: Request) => Promise<Response>): Promise<unknown[]> {
  const http = fetching(fetch);
  const yes = { action: 'accept', content: { flight: 'LX 2084 to Lisbon' } } as const;
  const results: unknown[] = [];
  for (const answer of [yes, { action: 'decline' } as const]) {
    const client = new Client('http://127.0.0.1/mcp', { ...info, http, onElicit: () => answer });
    results.push((await client.callTool('book', { to: 'Lisbon' })).content);
  }
  return results;
}

/** The same lines for both libraries. */
function withOneOfEach<S extends OfficialServer | McpServer>(given: S): S {
  const server = given as McpServer;
  server.registerTool('add', { inputSchema: z.object({ n: z.number() }) }, () => ({ content: [] }));
  server.registerPrompt('greet', { description: 'A greeting' }, () => ({ messages: [] }));
  server.registerPrompt('fail', {}, () => {
    throw new Error('not there');
  });
  return given;
}

async function seen(fetch: (request: Request) => Promise<Response>): Promise<object> {
  const client = new Client('http://127.0.0.1/mcp', { ...info, http: fetching(fetch) });
  const { content } = await client.callTool('add', { n: 'x' });
  const { capabilities } = await client.discover();
  const { description } = await client.getPrompt('greet');
  const failure = (call: Promise<unknown>): Promise<RpcError> =>
    call.then(
      () => expect.unreachable(),
      (error: RpcError) => error,
    );
  return {
    logging: capabilities.logging,
    refused: (content[0] as { text: string }).text,
    unknown: (await failure(client.callTool('nothing'))).code,
    description,
    message: (await failure(client.getPrompt('fail'))).message,
  };
}

const EXPECTED = ['Booked: B1.', 'Nothing booked.'].map((text) => [{ type: 'text', text }]);

describe('docs/migrating.md shows', () => {
  const heading = 'A tool that asks, before and after';

  it('docs/migrating.md shows a tool that asks with the official SDK', async () => {
    type Before = { createServer(airline: Airline, key: string): OfficialServer };
    const { createServer: create } = await page.run<Before>(heading);
    const airline = new Airline();
    const { fetch } = createMcpHandler(() => create(airline, TEST_KEY));
    expect(await book(fetch)).toEqual(EXPECTED);
    expect(airline).toEqual({ searches: 2, booked: ['LX 2084 to Lisbon'] });
  });

  it('docs/migrating.md shows the same tool with Rondo', async () => {
    type After = { createServer(airline: Airline, key: string): McpServer };
    const { createServer: create } = await page.run<After>(`${heading} 2`);
    const airline = new Airline();
    expect(await book(create(airline, TEST_KEY).fetch)).toEqual(EXPECTED);
    expect(airline).toEqual({ searches: 2, booked: ['LX 2084 to Lisbon'] });
  });

  it('docs/migrating.md shows how an AuthInfo becomes a principal', async () => {
    type Route = (req: IncomingMessage & { auth: AuthInfo }, res: ServerResponse) => void;
    const { mcp } = await page.run<{ mcp(server: McpServer): Route }>('Who is calling');
    const server = new McpServer(info);
    server.registerTool('whoami', {}, (ctx) => `${ctx.principal?.subject}`);
    const route = mcp(server);
    let extra: Record<string, string> = { iss: 'https://id.example', sub: 'ada' };
    const app = createServer((req, res) => {
      const auth = { token: 't', clientId: 'c', scopes: [], extra };
      route(Object.assign(req, { auth }), res);
    });
    await once(app.listen(0, '127.0.0.1'), 'listening');
    const { port } = app.address() as AddressInfo;
    const client = new Client(`http://127.0.0.1:${port}/mcp`, info);
    expect((await client.callTool('whoami')).content).toEqual([{ type: 'text', text: 'ada' }]);
    extra = { iss: 'https://id.example' };
    await expect(client.callTool('whoami')).rejects.toMatchObject({ status: 401 });
    await client.close();
    app.close();
  });

  it('docs/migrating.md says what clients see that differs from an official server', async () => {
    const official = createMcpHandler(() => withOneOfEach(new OfficialServer(info)));
    expect(await seen(official.fetch)).toEqual({
      logging: undefined,
      refused: expect.stringContaining('Invalid arguments for tool add: n: ') as string,
      unknown: -32602,
      description: undefined,
      message: 'not there',
    });
    expect(await seen(withOneOfEach(new McpServer(info, { logger: silent })).fetch)).toEqual({
      logging: {},
      refused: expect.stringMatching(/^Invalid arguments:\n- n: /) as string,
      unknown: -32602,
      description: 'A greeting',
      message: 'Internal error',
    });
  });

  it('docs/migrating.md shows no code that is not run', () => {
    expect(page.unread).toEqual([]);
  });
});

describe('the tables of docs/migrating.md', () => {
  /** The words in the code of one column. */
  function words(column: number): string[] {
    const rows = page.text.split('\n').map((line) => line.split('|'));
    const cells = rows.filter(({ length }) => length === 5).map((row) => row[column]!);
    const code = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)]);
    return code.flatMap(([, text]) => text!.match(/[A-Za-z_]{3,}/g) ?? []);
  }

  function textOf(folder: string, ending: string): string {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return files
      .filter((file) => file.endsWith(ending) && !file.includes('.test.'))
      .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
      .join('\n');
  }

  /** Words of `column` that no text has as a word of their own. */
  function unknown(column: number, text: string): string[] {
    const known = new Set(text.match(/[A-Za-z_]+/g));
    return words(column).filter((word) => !known.has(word));
  }

  it('the tables of docs/migrating.md name what the official packages have', () => {
    const packages = ['server', 'client', 'node'];
    const official = packages.map((name) =>
      textOf(`node_modules/@modelcontextprotocol/${name}/dist`, '.d.mts'),
    );
    expect(unknown(2, official.join('\n'))).toEqual([]);
  });

  it('the tables of docs/migrating.md name what Rondo has', () => {
    expect(unknown(3, textOf('src', '.ts'))).toEqual([]);
  });
});
