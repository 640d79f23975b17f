/** What docs/servers.md shows does what it says there. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type {
  McpServer,
  Principal,
  RegisteredResource,
  RegisteredTool,
  ServerOptions,
} from 'mcp-rondo';
import { Client } from '../../../src/client/client.ts';
import type { ErrorCode } from '../../../src/protocol/names/codes.ts';
import { optionNames } from '../../../scripts/public-types/option-docs.ts';
import { silent } from '../../support/logger.ts';
import { Page } from '../../support/page.ts';
import { turns } from '../../support/until.ts';

const page = new Page('docs/servers.md');
afterAll(() => page.close());

interface Shown {
  readonly server: McpServer;
}

function clientOf(server: McpServer, principal?: Principal): Client {
  const options = principal && { principal };
  return new Client('http://127.0.0.1/mcp', {
    name: 'test',
    version: '1.0.0',
    http: { fetch: (url, init) => server.fetch(new Request(url, init), options) },
  });
}

async function shown(heading: string): Promise<Client> {
  const { server } = await page.run<Shown>(heading);
  return clientOf(server);
}

const text = (words: string) => [{ type: 'text', text: words }];

describe('docs/servers.md shows', () => {
  it('docs/servers.md shows tools, whose arguments are checked', async () => {
    const client = await shown('Tools');
    const { content } = await client.callTool('forecast', { city: 'Bern' });
    expect(content).toEqual(text('Bern: sun on 3 of 3 days.'));
    expect(await client.callTool('forecast', { city: 'Bern', days: 8 })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('Invalid arguments') as string }],
    });
    expect((await client.callTool('ping')).content[0]).toMatchObject({ type: 'text' });
  });

  it('docs/servers.md shows structured results', async () => {
    const client = await shown('Structured results');
    const value = { celsius: 21, sky: 'clear' };
    expect(await client.callTool('now')).toMatchObject({
      structuredContent: value,
      content: text(JSON.stringify(value)),
    });
    expect(await client.callTool('brief')).toMatchObject({
      structuredContent: value,
      content: text('21 degrees, clear'),
    });
    expect(await client.callTool('far')).toMatchObject({ isError: true });
  });

  it('docs/servers.md shows prompts, whose arguments are suggested', async () => {
    const client = await shown('Prompts');
    const { messages } = await client.getPrompt('review', { language: 'go', focus: 'races' });
    expect(messages).toMatchObject([
      { role: 'user', content: { text: 'Review this go code for races.' } },
    ]);
    const suggested = await client.complete({
      ref: { type: 'ref/prompt', name: 'review' },
      argument: { name: 'language', value: 'ru' },
    });
    expect(suggested.values).toEqual(['rust']);
  });

  it('docs/servers.md shows resources and templates', async () => {
    const client = await shown('Resources and templates');
    expect((await client.listResources()).map(({ uri }) => uri)).toEqual([
      'notes://about',
      'notes://days/monday',
      'notes://days/friday',
    ]);
    expect(await client.readResource('notes://days/friday')).toMatchObject({
      contents: [{ text: 'Write to Alan.', mimeType: 'text/plain' }],
    });
    await expect(client.readResource('notes://days/sunday')).rejects.toMatchObject({
      code: -32602 satisfies typeof ErrorCode.InvalidParams,
    });
    const suggested = await client.complete({
      ref: { type: 'ref/resource', uri: 'notes://days/{day}' },
      argument: { name: 'day', value: 'm' },
    });
    expect(suggested.values).toEqual(['monday']);
  });

  it('docs/servers.md shows lists that change, and who is notified', async () => {
    const exports = await page.run<
      Shown & {
        refund: RegisteredTool;
        prices: RegisteredResource;
        closeShop(): void;
        priceChanged(): void;
      }
    >('Lists that change');
    const client = clientOf(exports.server);
    const changes = await client.listen({
      toolsListChanged: true,
      resourcesListChanged: true,
      resourceSubscriptions: ['shop://prices'],
    });
    const seen: string[] = [];
    const following = (async () => {
      for await (const { type } of changes) seen.push(type);
    })();
    exports.priceChanged();
    exports.closeShop();
    await turns();
    expect(seen.toSorted()).toEqual([
      'resourceUpdated',
      'resourcesListChanged',
      'toolsListChanged',
    ]);
    expect(await client.listTools()).toEqual([]);
    await expect(client.callTool('refund')).rejects.toMatchObject({ code: -32602 });
    expect(await client.readResource('shop://prices/today')).toMatchObject({
      contents: [{ text: 'Tea: 4' }],
    });
    await client.close();
    await following;
  });

  it('docs/servers.md shows who sees what', async () => {
    const { server } = await page.run<Shown>('Who sees what');
    const ada = clientOf(server, { issuer: 'https://id.example', subject: 'ada' });
    const names = async (client: Client): Promise<string[]> =>
      (await client.listTools()).map(({ name }) => name);
    expect(await names(ada)).toEqual(['price', 'refund']);
    expect(await names(clientOf(server))).toEqual(['price']);
    await expect(clientOf(server).callTool('refund')).rejects.toMatchObject({ code: -32602 });
    expect((await ada.callTool('refund')).content).toEqual(text('Refunded.'));
  });

  it('docs/servers.md shows what the client learns of errors', async () => {
    const { createServer } = await page.run<{ createServer(options: ServerOptions): McpServer }>(
      'Errors, and what the client learns of them',
    );
    const logged: string[] = [];
    const error = (message: string): unknown => logged.push(message);
    const client = clientOf(createServer({ logger: { ...silent, error } }));
    expect(await client.callTool('order')).toMatchObject({
      isError: true,
      content: text('Sold out until Monday.'),
    });
    await expect(client.callTool('pay')).rejects.toMatchObject({
      code: 1001,
      data: { opens: '09:00' },
    });
    expect(logged).toEqual([]);
    expect(await client.callTool('broken')).toMatchObject({
      isError: true,
      content: text('The call failed unexpectedly.'),
    });
    expect(logged).toEqual([expect.stringContaining('secret is undefined')]);
  });

  it('docs/servers.md shows progress and log messages', async () => {
    const client = await shown('Progress and log messages');
    const seen: unknown[] = [];
    await client.callTool(
      'scan',
      {},
      {
        onProgress: ({ progress, message }) => seen.push([progress, message]),
        onLog: ({ level, logger, data }) => seen.push([level, logger, data]),
      },
    );
    expect(seen).toEqual([
      [1, 'File 1 of 3'],
      [2, 'File 2 of 3'],
      [3, 'File 3 of 3'],
      ['info', 'scanner', { scanned: 3 }],
    ]);
  });

  it('docs/servers.md shows no code that is not run', () => {
    expect(page.unread).toEqual([]);
  });
});

describe('the tables of options in docs/servers.md', () => {
  const read = (file: string): string => readFileSync(file, 'utf8');
  const rows = page.text.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/`([\w.]+)`/g)]);
  const listed = new Set(named.map(([, name]) => name));

  it.each([
    ['src/server/options.ts', 'ServerOptions', ''],
    ['src/server/options.ts', 'StateOptions', 'state.'],
    ['src/server/options.ts', 'LimitOptions', 'limits.'],
    ['src/flow/round/host.ts', 'FlowLimits', 'limits.'],
    ['src/http/policy.ts', 'HttpOptions', 'http.'],
    ['src/server/requests/flow-policy.ts', 'FlowOptions', ''],
    ['src/server/registry/display-fields.ts', 'DisplayFields', ''],
    ['src/server/tools/tool.ts', 'ToolConfig', ''],
    ['src/server/prompts/prompt.ts', 'PromptConfig', ''],
    ['src/server/resources/resource.ts', 'ResourceConfig', ''],
  ])('the tables of docs/servers.md have all of %s %s', (file, type, prefix) => {
    const missing = optionNames(type, file, read(file)).filter((name) => !isListed(prefix + name));
    expect(missing).toEqual([]);
  });

  /** Groups are listed by their members. */
  function isListed(name: string): boolean {
    const isGroup = ['state', 'limits', 'http'].includes(name);
    return isGroup || listed.has(name);
  }
});
