import { expect, it } from 'vitest';
import * as z from 'zod';
import { completable } from '../../src/server/registry/completable.ts';
import { ResourceTemplate } from '../../src/server/resources/resource-template.ts';
import type { McpServer } from '../../src/server/server.ts';
import { ALL_WIRES, overWires } from '../support/each-wire.ts';
import { errorsTo, warningsTo } from '../support/logger.ts';
import { request } from '../support/messages.ts';

const LANGUAGES = ['python', 'pytorch', 'pyside', 'perl'];

function prompts(server: McpServer): void {
  const language = completable(z.string().describe('Which one'), (value) =>
    LANGUAGES.filter((name) => name.startsWith(value)),
  );
  const framework = completable(z.string(), (_value, context) => [
    `for ${context?.arguments?.['language'] ?? 'any'}`,
  ]);
  const argsSchema = z.object({ language, framework: framework.optional() });
  server.registerPrompt('plain', { title: 'Plain', description: 'Says hello' }, () => 'hello');
  server.registerPrompt('review', { argsSchema }, (args) => [
    { role: 'user', content: { type: 'text', text: `Review ${args.language}` } },
    { role: 'assistant', content: { type: 'image', data: 'AA==', mimeType: 'image/png' } },
  ]);
  server.registerPrompt('full', {}, () => ({
    description: 'Today',
    messages: [
      { role: 'user', content: { type: 'resource', resource: { uri: 'a:b', blob: 'AA==' } } },
    ],
  }));
  server.registerPrompt('broken', {}, () => {
    throw new Error('with a detail');
  });
  server.registerResource(
    'row',
    new ResourceTemplate('db://{table}', {
      list: undefined,
      complete: { table: async () => Array.from({ length: 150 }, (_, i) => `t${i}`) },
    }),
    {},
    () => 'x',
  );
}

overWires('prompts', ALL_WIRES, ({ open }) => {
  it('PR-1 prompts are listed with their arguments', async () => {
    const { send } = await open(prompts);
    const { response } = await send(request('prompts/list'));
    expect(response.result!['prompts']).toEqual([
      { name: 'plain', title: 'Plain', description: 'Says hello' },
      {
        name: 'review',
        arguments: [
          { name: 'language', description: 'Which one', required: true },
          { name: 'framework', required: false },
        ],
      },
      { name: 'full' },
      { name: 'broken' },
    ]);
  });

  it('PR-3 prompts give messages of any content', async () => {
    const { send } = await open(prompts);
    const get = async (name: string, args?: object) =>
      (await send(request('prompts/get', { name, ...(args && { arguments: args }) }))).response;
    expect((await get('plain')).result).toMatchObject({
      description: 'Says hello',
      messages: [{ role: 'user', content: { type: 'text', text: 'hello' } }],
    });
    expect((await get('review', { language: 'perl' })).result!['messages']).toHaveLength(2);
    expect((await get('full')).result).toMatchObject({ description: 'Today' });
  });

  it('PR-2 unknown prompts and wrong arguments are refused, and inner errors are not disclosed', async () => {
    const { send } = await open(prompts);
    const code = async (params: Record<string, unknown>): Promise<unknown> => {
      const headers = { 'mcp-name': String(params['name']) };
      return (await send(request('prompts/get', params), { headers })).response.error;
    };
    expect(await code({ name: 'unknown' })).toMatchObject({ code: -32602 });
    expect(await code({ name: 'review' })).toMatchObject({ code: -32602 });
    expect(await code({ name: 'review', arguments: { language: 7 } })).toMatchObject({
      code: -32602,
    });
    expect(await code({ name: 'review', arguments: [] })).toMatchObject({ code: -32602 });
    expect(await code({ name: 'broken' })).toEqual({ code: -32603, message: 'Internal error' });
  });

  it.each<[string, unknown, string]>([
    ['without a role', { content: { type: 'text', text: 'a' } }, "messages[1] needs a 'role'"],
    ['of the system', { role: 'system', content: { type: 'text', text: 'a' } }, "a 'role'"],
    ['that is a string', 'hello', 'messages[1] must be an object'],
    ['with a string as content', { role: 'user', content: 'hello' }, "messages[1] has a 'content'"],
    ['with a list as content', { role: 'user', content: [] }, 'it is one block'],
    ['with a block of no type', { role: 'user', content: { type: 'txt' } }, "needs a 'type'"],
    ['with an image of nothing', { role: 'user', content: { type: 'image' } }, "needs 'data'"],
  ])('PR-3 a message %s is an error that names it', async (_name, message, words) => {
    const errors: string[] = [];
    const messages = [{ role: 'user', content: { type: 'text', text: 'a' } }, message];
    const { send } = await open(
      (server) => {
        server.registerPrompt('list', {}, () => messages as never);
        server.registerPrompt('result', {}, () => ({ messages }) as never);
      },
      { logger: errorsTo(errors) },
    );
    for (const name of ['list', 'result']) {
      const { response } = await send(request('prompts/get', { name }));
      expect(response.error?.code).toBe(-32603);
      expect(errors.pop()).toContain(words);
    }
  });

  it('PR-2 an argument that takes no text is said to be of no use when the prompt is registered', async () => {
    const warnings: string[] = [];
    const named = { $ref: '#/$defs/n' };
    const json = { type: 'object', properties: { n: named }, $defs: { n: { type: 'integer' } } };
    const { server } = await open(() => {}, { logger: warningsTo(warnings) });
    const wrong = [
      z.object({ n: z.number() }),
      z.object({ n: z.boolean().optional() }),
      z.object({ n: z.array(z.string()).default([]) }),
      z.object({ n: z.literal(5) }),
      z.object({ n: z.union([z.number(), z.boolean()]) }),
      { n: z.number() },
      { type: 'object', properties: { n: { enum: [1, 2] } } },
      { type: 'object', properties: { n: { type: ['number', 'null'] } } },
      json,
    ];
    for (const [i, argsSchema] of wrong.entries()) {
      server.registerPrompt(`wrong-${i}`, { argsSchema: argsSchema as z.ZodType }, () => 'x');
      expect(warnings.pop()).toContain(`Prompt 'wrong-${i}': argument 'n' takes no text`);
    }
    const right = [
      z.object({ n: z.coerce.number().optional(), m: z.coerce.boolean() }),
      z.object({ n: z.string().transform(Number).pipe(z.number()) }),
      z.object({ n: z.preprocess(Number, z.number()) }),
      z.object({ n: z.enum(['a', 'b']), m: z.stringbool(), o: z.unknown() }),
      z.object({ n: z.union([z.number(), z.string()]), m: z.literal('a').nullable() }),
      { type: 'object', properties: { n: {}, m: { enum: [1, 'a'] }, o: true } },
    ];
    for (const [i, argsSchema] of right.entries()) {
      server.registerPrompt(`right-${i}`, { argsSchema: argsSchema as z.ZodType }, () => 'x');
    }
    expect(warnings).toEqual([]);
  });
});

overWires('completion', ALL_WIRES, ({ open }) => {
  const complete = (ref: object, name: string, value: string, context?: object) =>
    request('completion/complete', { ref, argument: { name, value }, ...(context && { context }) });
  const review = { type: 'ref/prompt', name: 'review' };

  it('CO-1 completion suggests for prompts and templates, at most a hundred', async () => {
    const { send } = await open(prompts);
    const words = await send(complete(review, 'language', 'py'));
    expect(words.response.result!['completion']).toEqual({
      values: ['python', 'pytorch', 'pyside'],
      total: 3,
      hasMore: false,
    });
    const rows = await send(complete({ type: 'ref/resource', uri: 'db://{table}' }, 'table', ''));
    const { completion } = rows.response.result as { completion: { values: string[] } };
    expect(completion).toMatchObject({ total: 150, hasMore: true });
    expect(completion.values).toHaveLength(100);
  });

  it('CO-1 completion knows what has been filled in already, and looks through optional', async () => {
    const { send } = await open(prompts);
    const context = { arguments: { language: 'python' } };
    const { response } = await send(complete(review, 'framework', '', context));
    expect(response.result!['completion']).toMatchObject({ values: ['for python'] });
  });

  it('CO-2 completion refuses wrong references and arguments, and suggests nothing for what has no completer', async () => {
    const { send } = await open(prompts);
    const wrong = [
      complete({ type: 'ref/prompt', name: 'unknown' }, 'a', ''),
      complete({ type: 'ref/resource', uri: 'x://y' }, 'a', ''),
      complete({ type: 'ref/other' }, 'a', ''),
      complete(review, 'language', 7 as never),
      complete(review, 'language', '', { arguments: { a: 1 } }),
      request('completion/complete', {}),
      request('completion/complete', { ref: review }),
    ];
    for (const message of wrong) expect((await send(message)).response.error?.code).toBe(-32602);
    const { response } = await send(complete(review, 'unknown', ''));
    expect(response.result!['completion']).toEqual({ values: [], total: 0, hasMore: false });
  });

  it('CO-2 VM-7 completion is not offered when nothing can be completed', async () => {
    const { send } = await open((server) => server.registerPrompt('plain', {}, () => 'x'));
    const { response } = await send(complete({ type: 'ref/prompt', name: 'plain' }, 'a', ''));
    expect(response.error?.code).toBe(-32601);
  });
});
