import { expect, it } from 'vitest';
import { ResourceTemplate } from '../../src/server/resources/resource-template.ts';
import type { McpServer } from '../../src/server/server.ts';
import { ALL_WIRES, overWires } from '../support/each-wire.ts';
import { errorsTo } from '../support/logger.ts';
import { request } from '../support/messages.ts';

function library(server: McpServer): void {
  const read = (text: string) => () => text;
  server.registerResource(
    'readme',
    'doc://readme',
    { mimeType: 'text/plain', size: 3 },
    read('hi!'),
  );
  server.registerResource('pixel', 'doc://pixel', { mimeType: 'image/png' }, () =>
    Buffer.from([1, 2, 255]),
  );
  server.registerResource('gone', 'doc://gone', {}, () => undefined);
  server.registerResource('empty', 'doc://empty', {}, () => ({ contents: [] }));
  server.registerResource(
    'full',
    'doc://full',
    { cacheHint: { ttlMs: 5_000, cacheScope: 'public' } },
    (uri) => ({
      contents: [
        { uri: uri.href, text: 'a' },
        { uri: `${uri.href}#2`, text: 'b' },
      ],
    }),
  );
  server.registerResource(
    'file',
    new ResourceTemplate('file:///srv/{+path}', { list: undefined }),
    {},
    (_uri, { path }) => `file ${String(path)}`,
  );
  server.registerResource(
    'row',
    new ResourceTemplate('db://{table}/{id}{?fields*}', {
      list: () => ({ resources: [{ uri: 'db://users/1', name: 'first user' }] }),
    }),
    { mimeType: 'application/json', description: 'A row' },
    (_uri, variables) => JSON.stringify(variables),
  );
}

overWires('resources', ALL_WIRES, ({ open }) => {
  it('RE-1 resources are listed, with what templates list', async () => {
    const { send } = await open(library);
    const listed = await send(request('resources/list'));
    expect(listed.response.result).toMatchObject({ ttlMs: 0, cacheScope: 'private' });
    expect(listed.response.result!['resources']).toEqual([
      { uri: 'doc://readme', name: 'readme', mimeType: 'text/plain', size: 3 },
      { uri: 'doc://pixel', name: 'pixel', mimeType: 'image/png' },
      { uri: 'doc://gone', name: 'gone' },
      { uri: 'doc://empty', name: 'empty' },
      { uri: 'doc://full', name: 'full' },
      {
        uri: 'db://users/1',
        name: 'first user',
        mimeType: 'application/json',
        description: 'A row',
      },
    ]);
    const templates = await send(request('resources/templates/list'));
    expect(templates.response.result!['resourceTemplates']).toEqual([
      { uriTemplate: 'file:///srv/{+path}', name: 'file' },
      {
        uriTemplate: 'db://{table}/{id}{?fields*}',
        name: 'row',
        mimeType: 'application/json',
        description: 'A row',
      },
    ]);
  });

  it('RE-1 RE-3 resources are read as text or as base64', async () => {
    const { send } = await open(library);
    const text = await send(request('resources/read', { uri: 'doc://readme' }));
    expect(text.response.result).toMatchObject({
      contents: [{ uri: 'doc://readme', mimeType: 'text/plain', text: 'hi!' }],
      ttlMs: 0,
      cacheScope: 'private',
    });
    const bytes = await send(request('resources/read', { uri: 'doc://pixel' }));
    expect(bytes.response.result).toMatchObject({
      contents: [{ uri: 'doc://pixel', mimeType: 'image/png', blob: 'AQL/' }],
    });
    const full = await send(request('resources/read', { uri: 'doc://full' }));
    expect(full.response.result).toMatchObject({ ttlMs: 5_000, cacheScope: 'public' });
    expect(full.response.result!['contents']).toHaveLength(2);
  });

  it('RE-1 resources are found through templates, variables decoded', async () => {
    const { send } = await open(library);
    const { response } = await send(
      request('resources/read', { uri: 'db://us%20ers/7?fields=a&fields=b' }),
    );
    const [content] = response.result!['contents'] as { text: string }[];
    expect(JSON.parse(content!.text)).toEqual({ table: 'us ers', id: '7', fields: ['a', 'b'] });
  });

  it('RE-2 EN-11 resources that do not exist are invalid params with the URI, never empty', async () => {
    const { send } = await open(library);
    for (const uri of ['doc://nowhere', 'doc://gone', 'doc://empty', 'not a uri', '']) {
      const { response } = await send(request('resources/read', { uri }), {
        headers: { 'mcp-name': uri === '' ? '=?base64??=' : uri },
      });
      expect(response.error).toEqual({
        code: -32602,
        message: 'Resource not found',
        data: { uri },
      });
    }
    const { response } = await send(request('resources/read', { uri: 7 }), {
      headers: { 'mcp-name': '7' },
    });
    expect([-32602, -32020]).toContain(response.error?.code);
  });

  it('RE-3 the folder of a resource template cannot be left', async () => {
    const { send } = await open(library);
    const climbing = [
      'file:///srv/../etc/passwd',
      'file:///srv/a/../../etc/passwd',
      'file:///srv/%2e%2e/etc/passwd',
      'file:///srv/..%2f..%2fetc',
      'file:///srv/a%5c..%5cb',
      'file:///srv/a%00b',
      'file:///srv/%E0%A4%A',
      'db://users/..',
    ];
    for (const uri of climbing) {
      const { response } = await send(request('resources/read', { uri }));
      expect(response.error?.code).toBe(-32602);
    }
    const { response } = await send(request('resources/read', { uri: 'file:///srv/a..b/c' }));
    expect(response.result!['contents']).toMatchObject([{ text: 'file a..b/c' }]);
  });

  it.each<[string, unknown, string]>([
    ['without a URI', { text: 'a' }, "contents[1] needs 'uri'"],
    ['without anything in it', { uri: 'a:b' }, "contents[1] needs 'text' or 'blob'"],
    ['of bytes', { uri: 'a:b', blob: new Uint8Array(1) }, "contents[1] has a 'blob'"],
    ['of a number', { uri: 'a:b', text: 5 }, "contents[1] has a 'text'"],
    ['that is a string', 'a', 'contents[1] must be an object'],
  ])('RE-2 a part %s is an error that names it', async (_name, part, words) => {
    const errors: string[] = [];
    const contents = [{ uri: 'a:b', text: 'a' }, part];
    const { send } = await open(
      (server) => server.registerResource('r', 'a:b', {}, () => ({ contents }) as never),
      { logger: errorsTo(errors) },
    );
    const { response } = await send(request('resources/read', { uri: 'a:b' }));
    expect(response.error?.code).toBe(-32603);
    expect(errors.pop()).toContain(words);
  });

  it.each<[string, unknown, string]>([
    ['of none', undefined, 'return { resources:'],
    ['of an array', [], 'return { resources:'],
    ['with one without a name', { resources: [{ uri: 'a:b' }] }, "resources[0] needs 'name'"],
    ['with one without a URI', { resources: [{ name: 'b' }] }, "resources[0] needs 'uri'"],
    ['with one that is a text', { resources: ['a:b'] }, 'resources[0] must be an object'],
  ])('RE-1 a list of a template %s is an error that names it', async (_name, listed, words) => {
    const errors: string[] = [];
    const list = () => listed as never;
    const { send } = await open(
      (server) => {
        server.registerResource('t', new ResourceTemplate('a:{b}', { list }), {}, () => 'x');
      },
      { logger: errorsTo(errors) },
    );
    expect((await send(request('resources/list'))).response.error?.code).toBe(-32603);
    expect(errors.pop()).toContain(words);
  });
});
