/** What a client is given that fails: a store is done without, a fetch fails its call. */
import { expect, it } from 'vitest';
import { McpServer } from 'mcp-rondo';
import { Client } from 'mcp-rondo/client';
import { silent, warningsTo } from '../../support/logger.ts';

const FAILURES: Record<string, () => never> = {
  throws: () => {
    throw null;
  },
  rejects: (() => Promise.reject(null)) as never,
};

it.each(Object.keys(FAILURES))('a client does without a store that %s', async (what) => {
  const fail = FAILURES[what]!;
  const warnings: string[] = [];
  const server = new McpServer(
    { name: 's', version: '1' },
    { logger: silent, cacheHints: { 'tools/list': { ttlMs: 1_000 } } },
  );
  server.registerTool('t', {}, () => 'x');
  const cache = { store: { get: fail, set: fail, delete: fail } };
  const client = new Client(server, {
    name: 'c',
    version: '1',
    logger: warningsTo(warnings),
    cache,
  });
  expect(await client.listTools()).toHaveLength(1);
  expect(new Set(warnings)).toEqual(new Set(['The cache cannot be used: null']));
  await client.close();
});

it.each([
  ['nothing', null],
  ['null as text', 'null'],
  ['text', 'x'],
  ['another value', '{"expiresAt":99999999999999}'],
])('a client asks the server if its store answers with %s', async (what, stored) => {
  const warnings: string[] = [];
  const server = new McpServer({ name: 's', version: '1' }, { logger: silent });
  server.registerTool('t', {}, () => 'x');
  const store = { get: () => stored, set: () => {}, delete: () => {} };
  const options = { name: 'c', version: '1', logger: warningsTo(warnings), cache: { store } };
  const client = new Client(server, options);
  expect(await client.listTools()).toHaveLength(1);
  expect(warnings.length > 0).toBe(what !== 'nothing');
});

it.each([undefined, null, 'a text', Object.create(null) as object])(
  'a call fails whose fetch rejects with %s',
  async (reason) => {
    const http = { fetch: (): Promise<never> => Promise.reject(reason) };
    const client = new Client('http://localhost:1/mcp', { name: 'c', version: '1', http });
    await expect(client.callTool('t')).rejects.toMatchObject({ code: 'transport_failed' });
  },
);
