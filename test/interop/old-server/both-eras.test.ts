/** Our client and official servers 2.4 that serve both eras, or one. */
import { createMcpHandler } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, it } from 'vitest';
import { Client, type ClientOptions } from '../../../src/client/index.ts';
import { officialServers } from '../../programs/official-server/server.ts';
import { failure } from '../../support/bad-servers/calls.ts';
import { silent } from '../../support/logger.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
});

/** An official server, and the methods that it gets. */
function officialServer(legacy?: 'reject'): {
  readonly methods: (string | undefined)[];
  connect(options?: Partial<ClientOptions>): Client;
} {
  const handler = createMcpHandler(
    officialServers(() => handler.notify),
    legacy === undefined ? {} : { legacy },
  );
  opened.push(handler);
  const methods: (string | undefined)[] = [];
  const fetch: typeof globalThis.fetch = (url, init) => {
    const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as object) : {};
    methods.push('method' in body ? String(body.method) : init?.method);
    return handler.fetch(new Request(url, init));
  };
  return {
    methods,
    connect(options = {}) {
      const client = new Client('http://127.0.0.1/mcp', {
        name: 'ours',
        version: '1',
        logger: silent,
        http: { fetch },
        ...options,
      });
      opened.push(client);
      return client;
    },
  };
}

describe('an official server of this revision', () => {
  it.each([undefined, 'reject'] as const)(
    'L17 never gets initialize (legacy: %s)',
    async (legacy) => {
      const server = officialServer(legacy);
      const client = server.connect();
      expect((await client.callTool('sum', { a: 1, b: 2 })).content).toMatchObject([{ text: '3' }]);
      await failure(client.callTool('nothing'));
      await failure(client.readResource('nothing://'));
      expect(server.methods).toEqual([
        'server/discover',
        'tools/call',
        'tools/call',
        'resources/read',
      ]);
    },
  );

  it('L18 that serves old clients too, without sessions, is called as an old one', async () => {
    const server = officialServer();
    const client = server.connect({ legacy: 'always' });
    expect(await client.discover()).toMatchObject({ supportedVersions: ['2025-11-25'] });
    expect((await client.listTools()).length).toBeGreaterThan(3);
    expect((await client.callTool('sum', { a: 1, b: 2 })).content).toMatchObject([{ text: '3' }]);
    expect(server.methods).toContain('initialize');
  });
});
