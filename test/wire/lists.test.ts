import { expect, it } from 'vitest';
import { ResourceTemplate } from '../../src/server/resources/resource-template.ts';
import type { McpServer } from '../../src/server/server.ts';
import { ALL_WIRES, type Opened, overWires } from '../support/each-wire.ts';
import { request } from '../support/messages.ts';

interface Page {
  items: { name: string }[];
  nextCursor?: string;
  ttlMs: number;
  cacheScope: string;
}

async function page({ send }: Opened, member: string, cursor?: string): Promise<Page> {
  const method = member === 'resourceTemplates' ? 'resources/templates/list' : `${member}/list`;
  const { response } = await send(request(method, cursor === undefined ? {} : { cursor }));
  const result = response.result as Record<string, unknown>;
  return { ...result, items: result[member] } as unknown as Page;
}

async function everything(opened: Opened, member: string): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await page(opened, member, cursor);
    pages.push(items.map((item) => item.name));
    cursor = nextCursor;
  } while (cursor !== undefined);
  return pages;
}

function five(server: McpServer): void {
  for (let i = 0; i < 5; i++) {
    server.registerTool(`t${i}`, {}, () => 'x');
    server.registerPrompt(`p${i}`, {}, () => 'x');
    server.registerResource(`r${i}`, `a://${i}`, {}, () => 'x');
    server.registerResource(
      `m${i}`,
      new ResourceTemplate(`b${i}://{x}`, { list: undefined }),
      {},
      () => 'x',
    );
  }
}

overWires('lists', ALL_WIRES, ({ open }) => {
  it('PA-1 lists come in pages that end when there is no next cursor', async () => {
    const opened = await open(five, { pageSize: 2 });
    const lists = [
      ['tools', 't'],
      ['prompts', 'p'],
      ['resources', 'r'],
      ['resourceTemplates', 'm'],
    ];
    for (const [member, letter] of lists) {
      expect(await everything(opened, member!)).toEqual([
        [`${letter}0`, `${letter}1`],
        [`${letter}2`, `${letter}3`],
        [`${letter}4`],
      ]);
    }
  });

  it('PA-1 a list has no next page when the last one is full', async () => {
    const opened = await open(five, { pageSize: 5 });
    expect(await everything(opened, 'tools')).toHaveLength(1);
  });

  it('PA-2 the cursor of a list stays good while items come and go', async () => {
    const opened = await open(five, { pageSize: 2 });
    const { nextCursor } = await page(opened, 'tools');
    opened.server.registerTool('late', {}, () => 'x');
    const rest = await page(opened, 'tools', nextCursor);
    expect(rest.items.map((item) => item.name)).toEqual(['t2', 't3']);
  });

  it('PA-2 a list refuses cursors that are not its own', async () => {
    const { send } = await open(five);
    for (const cursor of ['', 'x', '-1', '0', '1e3', '9'.repeat(20), 7, {}]) {
      const { response } = await send(request('tools/list', { cursor }));
      expect(response.error).toMatchObject({ code: -32602, message: 'Invalid cursor' });
    }
  });

  it('PA-1 the list of resources has pages of what templates list, too', async () => {
    const opened = await open(
      (server) => {
        five(server);
        const resources = ['x', 'y', 'z'].map((name) => ({ uri: `c://${name}`, name }));
        const template = new ResourceTemplate('c://{x}', { list: async () => ({ resources }) });
        server.registerResource('more', template, {}, () => 'x');
      },
      { pageSize: 3 },
    );
    expect(await everything(opened, 'resources')).toEqual([
      ['r0', 'r1', 'r2'],
      ['r3', 'r4', 'x'],
      ['y', 'z'],
    ]);
  });

  it('TO-2 handles of what was removed do nothing to what took its name', async () => {
    const opened = await open(() => {});
    const { server } = opened;
    const old = server.registerTool('x', { description: 'old' }, () => 'old');
    old.remove();
    server.registerTool('x', { description: 'new' }, () => 'new');
    old.update({ name: 'y' } as never);
    old.remove();
    const { items } = await page(opened, 'tools');
    expect(items).toMatchObject([{ name: 'x', description: 'new' }]);
  });

  it('CA-1 CA-2 a list says how long it may be cached, the same on every page', async () => {
    const cacheHints = { 'tools/list': { ttlMs: 60_000 }, 'server/discover': { ttlMs: 1 } };
    const opened = await open(five, { pageSize: 2, cacheHints });
    const first = await page(opened, 'tools');
    expect(first).toMatchObject({ ttlMs: 60_000, cacheScope: 'public' });
    const second = await page(opened, 'tools', first.nextCursor);
    expect(second).toMatchObject({ ttlMs: 60_000, cacheScope: 'public' });
    expect(await page(opened, 'prompts')).toMatchObject({ ttlMs: 0, cacheScope: 'public' });
    const { response } = await opened.send(request('server/discover'));
    expect(response.result).toMatchObject({ ttlMs: 1, cacheScope: 'public' });
  });

  it('CA-2 a list that differs by caller is private on every page', async () => {
    const opened = await open(
      (server) => {
        five(server);
        server.registerTool('mine', { visible: () => false }, () => 'x');
      },
      { pageSize: 2 },
    );
    const first = await page(opened, 'tools');
    expect(first.cacheScope).toBe('private');
    expect((await page(opened, 'tools', first.nextCursor)).cacheScope).toBe('private');
    expect((await everything(opened, 'tools')).flat()).not.toContain('mine');
  });

  it('CA-1 cache hints that are not valid are refused', async () => {
    for (const cacheHints of [{ 'tools/list': { ttlMs: -1 } }, { 'tools/list': { ttlMs: 1.5 } }]) {
      await expect(open(five, { cacheHints })).rejects.toThrow(
        expect.objectContaining({ code: 'invalid_options' }),
      );
    }
  });

  it('VM-7 PR-1 lists can be offered although nothing is in them', async () => {
    const kinds = { tools: true, prompts: true, resources: true };
    const opened = await open(() => {}, kinds);
    const { response } = await opened.send(request('server/discover'));
    const { logging: _logging, ...capabilities } = response.result!['capabilities'] as object & {
      logging?: unknown;
    };
    expect(Object.keys(capabilities).sort()).toEqual(['prompts', 'resources', 'tools']);
    for (const member of ['tools', 'prompts', 'resources', 'resourceTemplates']) {
      expect(await everything(opened, member)).toEqual([[]]);
    }
    const got = await opened.send(request('prompts/get', { name: 'p' }));
    expect(got.response.error?.code).toBe(-32602);
    const bare = await open(() => {}, { tools: false, prompts: undefined });
    for (const member of ['tools', 'prompts', 'resources', 'resourceTemplates']) {
      const { response: none } = await bare.send(
        request(member === 'resourceTemplates' ? 'resources/templates/list' : `${member}/list`),
      );
      expect(none.error?.code).toBe(-32601);
    }
  });
});
