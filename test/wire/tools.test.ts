import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import * as z from 'zod';
import type { McpServer } from '../../src/server/server.ts';
import { ALL_WIRES, overWires } from '../support/each-wire.ts';
import { errorsTo, silent } from '../support/logger.ts';
import { call, request, textOf } from '../support/messages.ts';

interface Listed {
  name: string;
  inputSchema: Record<string, unknown>;
  outputSchema?: Record<string, unknown>;
}

overWires('tools', ALL_WIRES, ({ open }) => {
  it('TO-4 tools are registered under odd names with a warning, and under impossible ones not at all', async () => {
    const warnings: string[] = [];
    const logger = { ...silent, warn: (message: string) => void warnings.push(message) };
    const { send, server } = await open(
      (target) => {
        for (const name of ['a', 'Data.Export_v-2', 'x'.repeat(128)]) {
          target.registerTool(name, {}, () => name);
        }
      },
      { logger },
    );
    expect(warnings).toEqual([]);
    for (const name of ['名前', 'a b', 'a,b']) server.registerTool(name, {}, () => name);
    expect(warnings).toHaveLength(3);
    expect(warnings[0]).toContain("'名前'");
    expect(textOf((await send(call('a b'))).response)).toBe('a b');
    for (const name of ['', 'x'.repeat(129), 'a\nb']) {
      expect(() => server.registerTool(name, {}, () => name)).toThrow('1 to 128 characters');
    }
    expect(warnings).toHaveLength(3);
  });

  it('TO-1 TO-2 tools are listed in the order they were registered, whoever asks', async () => {
    const { send, server } = await open((target) => {
      for (const name of ['zebra', 'ant', 'bee']) target.registerTool(name, {}, () => name);
    });
    const names = async (): Promise<string[]> => {
      const { response } = await send(request('tools/list'));
      return (response.result!['tools'] as Listed[]).map((tool) => tool.name);
    };
    expect(await names()).toEqual(['zebra', 'ant', 'bee']);
    await send(call('ant'));
    expect(await names()).toEqual(['zebra', 'ant', 'bee']);
    const late = server.registerTool('cat', {}, () => 'cat');
    late.update({ name: 'dog', title: 'Dog' });
    expect(await names()).toEqual(['zebra', 'ant', 'bee', 'dog']);
    late.disable();
    expect(await names()).toEqual(['zebra', 'ant', 'bee']);
    expect((await send(call('dog'))).response.error?.code).toBe(-32602);
    late.enable();
    expect(textOf((await send(call('dog'))).response)).toBe('cat');
    late.remove();
    expect(await names()).toEqual(['zebra', 'ant', 'bee']);
  });

  it('TO-3 tools pass every keyword of their schemas through', async () => {
    const inputSchema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      $defs: { name: { $anchor: 'n', type: 'string' } },
      properties: { a: { $ref: '#/$defs/name' }, 'x-own': { 'x-y': 1 } },
      if: { required: ['a'] },
      then: { minProperties: 1 },
      'x-vendor': { deep: [1, 2] },
    };
    const { send } = await open((server) => server.registerTool('t', { inputSchema }, () => 'x'));
    const { response } = await send(request('tools/list'));
    expect((response.result!['tools'] as Listed[])[0]!.inputSchema).toEqual(inputSchema);
  });

  it('TO-3 tools say that they take an object also when they take nothing', async () => {
    const { send } = await open((server) => server.registerTool('t', {}, () => 'x'));
    const { response } = await send(request('tools/list'));
    expect((response.result!['tools'] as Listed[])[0]!.inputSchema['type']).toBe('object');
  });

  it('tools take the schemas of any library, and check arguments with them', async () => {
    const raw = { name: z.string().min(2), loud: z.boolean().default(false) };
    const { send } = await open((server) => {
      const say = ({ name }: { name: string }): string => `hello ${name}`;
      server.registerTool('zod', { inputSchema: z.object({ name: z.string().min(2) }) }, say);
      server.registerTool(
        'valibot',
        {
          inputSchema: toStandardJsonSchema(v.object({ name: v.pipe(v.string(), v.minLength(2)) })),
        },
        say,
      );
      server.registerTool('arktype', { inputSchema: type({ name: 'string >= 2' }) }, say);
      server.registerTool('raw', { inputSchema: raw }, ({ name, loud }) => `hello ${name} ${loud}`);
      server.registerTool(
        'json',
        {
          inputSchema: {
            type: 'object',
            properties: { name: { type: 'string', minLength: 2 } },
            required: ['name'],
          },
        },
        (args) => `hello ${String(args['name'])}`,
      );
    });
    for (const name of ['zod', 'valibot', 'arktype', 'raw', 'json']) {
      const good = await send({ ...call(name, { name: 'ada' }), id: `${name} good` });
      expect(textOf(good.response)).toBe(name === 'raw' ? 'hello ada false' : 'hello ada');
      const bad = await send({ ...call(name, { name: 'x' }), id: `${name} bad` });
      expect(bad.response.result).toMatchObject({ isError: true });
      expect(textOf(bad.response)).toMatch(/^Invalid arguments:\n- .*name/);
    }
    const { response } = await send(request('tools/list'));
    for (const tool of response.result!['tools'] as Listed[]) {
      expect(tool.inputSchema).toMatchObject({ type: 'object', required: ['name'] });
    }
  });

  it('TO-5 T11 an unknown tool is invalid params, and so is a call that is not valid', async () => {
    const { send } = await open((server) => server.registerTool('t', {}, () => 'x'));
    const wrong = [
      call('unknown'),
      call('toString'),
      call('__proto__'),
      request('tools/call', {}),
      request('tools/call', { name: 'unknown', arguments: {} }),
    ];
    for (const message of wrong) {
      const { response } = await send(message, {
        headers: { 'mcp-name': String(message.params['name'] ?? 'x') },
      });
      expect([-32602, -32020]).toContain(response.error?.code);
    }
    const { response } = await send(request('tools/call', { name: 't', arguments: [] }));
    expect(response.error).toMatchObject({ code: -32602 });
  });

  it('TO-6 T12 tools fail with a result the model can read, and without a stack', async () => {
    const logged: string[] = [];
    const { send } = await open(
      (server) => {
        server.registerTool('own', {}, () => {
          throw new Error('The printer is out of paper');
        });
        server.registerTool('bug', {}, () => (undefined as unknown as { x: { y: string } }).x.y);
        server.registerTool('text', {}, () => {
          throw 'just text';
        });
      },
      { logger: { ...silent, error: (line) => logged.push(line) } },
    );
    const own = await send(call('own'));
    expect(own.response.result).toMatchObject({ isError: true });
    expect(textOf(own.response)).toBe('The printer is out of paper');
    expect(logged).toEqual([]);
    for (const name of ['bug', 'text']) {
      const { response } = await send(call(name));
      expect(textOf(response)).toBe('The call failed unexpectedly.');
      expect(JSON.stringify(response)).not.toContain('at ');
    }
    expect(logged[0]).toContain('TypeError');
    expect(logged[0]).toContain('tools.test.ts');
  });

  it('TO-7 tools check structured results against their output schema and repeat them as text', async () => {
    const Out = z.object({ sum: z.number() });
    const { send } = await open((server) => {
      server.registerTool('value', { outputSchema: Out }, () => ({ sum: 3 }));
      server.registerTool('full', { outputSchema: Out }, () => ({
        structuredContent: { sum: 4 },
        content: [{ type: 'text', text: 'four' }],
      }));
      server.registerTool('failed', { outputSchema: Out }, () => ({
        isError: true,
        content: [{ type: 'text', text: 'no sum' }],
      }));
      server.registerTool('list', { outputSchema: { type: 'array' } }, () => [1, 2] as never);
      server.registerTool('wrong', { outputSchema: Out }, () => ({ sum: 'three' }) as never);
    });
    expect((await send(call('value'))).response.result).toMatchObject({
      structuredContent: { sum: 3 },
      content: [{ type: 'text', text: '{"sum":3}' }],
    });
    expect((await send(call('full'))).response.result).toMatchObject({
      structuredContent: { sum: 4 },
      content: [{ type: 'text', text: 'four' }],
    });
    const failed = await send(call('failed'));
    expect(failed.response.result).toMatchObject({ isError: true });
    expect(failed.response.result).not.toHaveProperty('structuredContent');
    expect((await send(call('list'))).response.result).toMatchObject({ structuredContent: [1, 2] });
    expect((await send(call('wrong'))).response.error).toEqual({
      code: -32603,
      message: 'Internal error',
    });
  });

  it('TO-8 tools return any content', async () => {
    const content = [
      { type: 'text' as const, text: 'a' },
      { type: 'image' as const, data: 'AA==', mimeType: 'image/png' },
      { type: 'audio' as const, data: 'AA==', mimeType: 'audio/wav' },
      { type: 'resource_link' as const, uri: 'a:b', name: 'b' },
      { type: 'resource' as const, resource: { uri: 'a:b', text: 'x' } },
    ];
    const { send } = await open((server) => {
      server.registerTool('blocks', {}, () => content);
      server.registerTool('result', {}, () => ({ content, _meta: { 'a.b/c': 1 }, isError: false }));
      server.registerTool('nothing', {}, () => {});
      server.registerTool('strange', {}, () => 42 as never);
    });
    expect((await send(call('blocks'))).response.result?.['content']).toEqual(content);
    const { response } = await send(call('result'));
    expect(response.result).toMatchObject({ content, isError: false });
    expect(response.result!._meta).toMatchObject({
      'a.b/c': 1,
      'io.modelcontextprotocol/serverInfo': { name: 'under-test' },
    });
    expect((await send(call('nothing'))).response.result?.['content']).toEqual([]);
    expect((await send(call('strange'))).response.error?.code).toBe(-32603);
  });

  it.each<[string, unknown, string]>([
    ['of a type with a typo', { type: 'txt', text: 'a' }, "content[1] needs a 'type': text, image"],
    ['without a type', { text: 'a' }, "content[1] needs a 'type'"],
    ['named like a method', { type: 'constructor' }, "content[1] needs a 'type'"],
    ['that is a string', 'a', 'content[1] must be an object'],
    ['that is null', null, 'content[1] must be an object'],
    ['of text without text', { type: 'text' }, "content[1] needs 'text'"],
    ['of text that is a number', { type: 'text', text: 5 }, "content[1] needs 'text'"],
    ['of an image without data', { type: 'image', mimeType: 'a/b' }, "content[1] needs 'data'"],
    [
      'of an image of bytes',
      { type: 'image', data: new Uint8Array(1), mimeType: 'image/png' },
      "content[1] needs 'data', as base64 text",
    ],
    ['of sound without mimeType', { type: 'audio', data: 'AA==' }, "content[1] needs 'mimeType'"],
    ['of a link without a name', { type: 'resource_link', uri: 'a:b' }, "content[1] needs 'name'"],
    [
      'of no resource',
      { type: 'resource', uri: 'a:b', text: 'x' },
      "content[1] has a 'resource' that",
    ],
    [
      'of an empty resource',
      { type: 'resource', resource: { uri: 'a:b' } },
      "content[1] has a 'resource' that needs 'text' or 'blob'",
    ],
    [
      'of a resource of bytes',
      { type: 'resource', resource: { uri: 'a:b', blob: new Uint8Array(1) } },
      "'blob' that is not text",
    ],
  ])(
    'TO-8 a block %s is an error that names it, whatever the form of the result',
    async (_n, block, words) => {
      const content = [{ type: 'text', text: 'a' }, block];
      const errors: string[] = [];
      const structuredContent = { a: 1 };
      const { send } = await open(
        (server) => {
          server.registerTool('list', {}, () => content as never);
          server.registerTool('result', {}, () => ({ content, isError: true }) as never);
          const outputSchema = { type: 'object' } as const;
          const both = () => ({ content, structuredContent }) as never;
          server.registerTool('both', { outputSchema }, both);
        },
        { logger: errorsTo(errors) },
      );
      for (const tool of ['list', 'result', 'both']) {
        expect((await send(call(tool))).response.error?.code).toBe(-32603);
        expect(errors.pop()).toContain(words);
      }
    },
  );

  it('TO-9 AU-6 tools are hidden from callers who may not see them', async () => {
    const { send } = await open((server) => {
      server.registerTool('open', {}, () => 'x');
      server.registerTool('hidden', { visible: () => false }, () => 'x');
      server.registerTool(
        'broken',
        {
          visible: () => {
            throw new Error('denies');
          },
        },
        () => 'x',
      );
    });
    const { response } = await send(request('tools/list'));
    expect((response.result!['tools'] as Listed[]).map((tool) => tool.name)).toEqual(['open']);
    expect(response.result).toMatchObject({ cacheScope: 'private' });
    for (const name of ['hidden', 'broken']) {
      expect((await send(call(name))).response.error?.message).toBe(`Unknown tool: ${name}`);
    }
  });

  it('SE-1 SE-2 tools are refused at registration when their schemas cannot be checked safely', async () => {
    const refuse =
      (inputSchema: Record<string, unknown>) =>
      (server: McpServer): void => {
        expect(() => server.registerTool('t', { inputSchema }, () => 'x')).toThrow(
          expect.objectContaining({
            code: 'invalid_schema',
            message: expect.stringMatching(/^inputSchema of tool 't': /),
          }),
        );
      };
    const schemas = [
      { type: 'object', $schema: 'http://json-schema.org/draft-04/schema#' },
      { type: 'object', properties: { a: { $ref: 'https://example.com/a.json' } } },
      { type: 'object', properties: { a: { $ref: '//example.com/a.json' } } },
      { type: 'object', properties: { a: { type: 'number', 'x-mcp-header': 'A' } } },
    ];
    for (const schema of schemas) await open(refuse(schema));
  });
});
