/** Schemas whose code throws, rejects or asks for more than there is: the server goes on. */
import { expect, it, vi } from 'vitest';
import * as z from 'zod';
import { overWires } from '../support/each-wire.ts';
import { silent, warningsTo } from '../support/logger.ts';
import { call, request, retry, textOf } from '../support/messages.ts';

const Ids = z.preprocess((text) => (text as string).split(','), z.array(z.string()));

const THROWN: [name: string, thrown: () => unknown, shown: string | undefined][] = [
  ['SyntaxError', () => new SyntaxError('boo'), 'boo'],
  ['RangeError', () => new RangeError('boo'), 'boo'],
  ['URIError', () => new URIError('boo'), 'boo'],
  ["author's own Error", () => new (class Own extends Error {})('boo'), 'boo'],
  ['TypeError', () => new TypeError('boo'), undefined],
  ['ReferenceError', () => new ReferenceError('boo'), undefined],
  ['string', () => 'boo', undefined],
];

const A = { name: 'a', description: 'A', required: true };
const OPTIONAL_A = { ...A, required: false };

interface Listed {
  name: string;
  inputSchema: { required?: string[] };
}

overWires('schemas of authors', ['node', 'fetch', 'stdio', 'in process'], ({ open }) => {
  it('TO-3 a raw shape that throws at what is absent is listed, and called', async () => {
    const run = vi.fn((text: string) => text.split(','));
    const tags = z.preprocess(run as never, z.array(z.string()));
    const { send } = await open((server) => {
      server.registerTool('tool', { inputSchema: { ids: Ids } }, ({ ids }) => ids.join(' '));
      server.registerTool('run', { inputSchema: { tags: tags.optional() } }, () => 'ran');
      server.registerPrompt('prompt', { argsSchema: { ids: Ids } }, ({ ids }) => ids.join(' '));
    });
    const { response } = await send(request('tools/list'));
    const [tool] = response.result!['tools'] as Listed[];
    expect(tool!.inputSchema.required).toEqual(['ids']);
    expect(textOf((await send(call('tool', { ids: 'a,b' }))).response)).toBe('a b');
    const prompt = request('prompts/get', { name: 'prompt', arguments: { ids: 'a,b' } });
    expect(JSON.stringify((await send(prompt)).response.result)).toContain('a b');
    expect(textOf((await send(call('run'))).response)).toBe('ran');
    expect(run).not.toHaveBeenCalled();
  });

  it('a raw shape that throws at what is absent is a form, and answered', async () => {
    const { send } = await open((server) =>
      server.registerTool('ask', {}, async (ctx) => {
        const schema = { name: z.string().transform((text) => text.toUpperCase()) };
        const answer = await ctx.elicit('who', { message: 'Who?', schema });
        return answer.action === 'accept' ? answer.content.name : answer.action;
      }),
    );
    const first = call('ask');
    const asked = (await send(first)).response;
    const wrong = await send(retry(first, asked, { who: { action: 'accept', content: {} } }));
    expect(JSON.stringify(wrong.response.result)).toContain('name: required');
    const content = { name: 'ada' };
    const right = retry(first, wrong.response, { who: { action: 'accept', content } });
    expect(textOf((await send(right)).response)).toBe('ADA');
  });

  it('a validator that rejects as a bug does fails the calls that it checks, and no other', async () => {
    const checked = z.string().refine(() => Promise.reject(new TypeError('boo!')));
    const { send } = await open((server) => {
      server.registerTool('object', { inputSchema: z.object({ a: checked }) }, () => 'x');
      server.registerTool('shape', { inputSchema: { a: checked, b: checked } }, () => 'x');
      server.registerTool('output', { outputSchema: z.object({ a: checked }) }, () => ({ a: 'x' }));
      server.registerPrompt('prompt', { argsSchema: { a: checked } }, () => 'x');
      server.registerTool('ask', {}, async (ctx) => {
        await ctx.elicit('who', { message: 'Who?', schema: { a: checked } });
        return 'x';
      });
      server.registerTool('yes', {}, () => 'yes');
    });
    const first = call('ask');
    const asked = (await send(first)).response;
    const failing = [
      call('object', { a: 'x' }),
      call('shape', { a: 'x', b: 'x' }),
      call('output'),
      request('prompts/get', { name: 'prompt', arguments: { a: 'x' } }),
      retry(first, asked, { who: { action: 'accept', content: { a: 'x' } } }),
    ];
    for (const message of failing) {
      const { response } = await send(message);
      expect(response.error ?? response.result).toBeDefined();
      // Not 'boo', which a sealed state may have by chance.
      expect(JSON.stringify(response)).not.toContain('boo!');
    }
    expect(textOf((await send(call('yes'))).response)).toBe('yes');
  });

  it('TO-3 an empty shape takes no arguments', async () => {
    const { send } = await open((server) =>
      server.registerTool('none', { inputSchema: {} }, (args) => JSON.stringify(args)),
    );
    const { response } = await send(request('tools/list'));
    expect((response.result!['tools'] as Listed[])[0]!.inputSchema).toMatchObject({
      type: 'object',
      properties: {},
    });
    expect(textOf((await send(call('none'))).response)).toBe('{}');
  });

  it('TO-3 what a raw shape coerces is required, as in z.object', async () => {
    const { send } = await open((server) =>
      server.registerTool('say', { inputSchema: { text: z.coerce.string() } }, ({ text }) => text),
    );
    const { response } = await send(request('tools/list'));
    expect((response.result!['tools'] as Listed[])[0]!.inputSchema.required).toEqual(['text']);
    expect(textOf((await send(call('say'))).response)).toBe('Invalid arguments:\n- text: required');
    expect(textOf((await send(call('say', { text: 7 }))).response)).toBe('7');
  });

  it('T12 what a transform throws is a problem of the arguments', async () => {
    const inputSchema = z.object({ json: z.string().transform((text) => JSON.parse(text)) });
    const { send } = await open((server) =>
      server.registerTool('tool', { inputSchema }, () => 'x'),
    );
    const { response } = await send(call('tool', { json: 'not json' }));
    expect(response.result).toMatchObject({ isError: true });
    expect(textOf(response)).toMatch(/^Invalid arguments:\n- Unexpected token/);
  });

  it.each(THROWN)(
    'T12 F9 a schema that throws a %s makes arguments and answers invalid; bugs are for the log only',
    async (_name, thrown, shown) => {
      const log: string[] = [];
      const note = (message: string): void => void log.push(message);
      const logger = { ...silent, warn: note, error: note };
      const fails = z.string().transform((): string => {
        throw thrown();
      });
      const rejects = z.string().transform(async () => Promise.reject(thrown()));
      const { send } = await open(
        (server) => {
          server.registerTool('object', { inputSchema: z.object({ a: fails }) }, () => 'x');
          server.registerTool('shape', { inputSchema: { a: rejects } }, () => 'x');
          server.registerPrompt('prompt', { argsSchema: { a: fails } }, () => 'x');
          server.registerTool('ask', {}, async (ctx) => {
            const schema = { a: rejects };
            return (await ctx.elicit('who', { message: 'Who?', schema })).action;
          });
        },
        { logger },
      );
      for (const tool of ['object', 'shape']) {
        const { response } = await send(call(tool, { a: 'x' }));
        expect(response.result).toMatchObject({ isError: true });
        expect(textOf(response)).toBe(`Invalid arguments:\n- ${shown ?? 'it cannot be checked'}`);
      }
      const prompt = request('prompts/get', { name: 'prompt', arguments: { a: 'x' } });
      expect((await send(prompt)).response.error).toMatchObject({
        code: -32602,
        message: `Invalid arguments: ${shown ?? 'it cannot be checked'}`,
      });
      const first = call('ask');
      const asked = (await send(first)).response;
      const answered = { who: { action: 'accept', content: { a: 'x' } } };
      const { response } = await send(retry(first, asked, answered));
      expect(response.result).toMatchObject({ resultType: 'input_required' });
      expect(JSON.stringify(response.result)).toContain(shown ?? 'it cannot be checked');
      const names = ["tool 'object'", "tool 'shape'", "prompt 'prompt'", "'who'"];
      const logged = names.map((name) => log.filter((line) => line.includes(name)));
      expect(logged.map((lines) => lines.length)).toEqual(names.map(() => (shown ? 0 : 1)));
      expect(logged.flat().every((line) => line.includes('boo'))).toBe(true);
    },
  );

  it.each<[string, unknown, unknown]>([
    ['undefined where it is required', { a: undefined }, undefined],
    ['NaN for a number', { a: NaN }, undefined],
    ['toJSON that leaves it out', { a: 1, toJSON: () => ({}) }, undefined],
    ['undefined beside what is required', { a: 1, b: undefined }, { a: 1 }],
    [
      'a class instance',
      Object.assign(Object.create({ method() {} }) as object, { a: 1 }),
      { a: 1 },
    ],
    ['a number in a box', { a: { toJSON: () => 1 } }, { a: 1 }],
  ])('TO-7 structured content with %s is checked as it is sent', async (_what, value, sent) => {
    const json = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] };
    const { send } = await open((server) => {
      for (const [name, outputSchema] of Object.entries({
        json,
        zod: z.object({ a: z.number() }),
        shape: { a: z.number() },
      })) {
        server.registerTool(name, { outputSchema }, () => value as never);
        const full = (): never => ({ structuredContent: value }) as never;
        server.registerTool(`${name} full`, { outputSchema }, full);
      }
    });
    for (const name of ['json', 'zod', 'shape', 'json full', 'zod full', 'shape full']) {
      const { response } = await send(call(name));
      expect([name, response.result?.['structuredContent']]).toEqual([name, sent]);
      expect(response.error?.code).toBe(sent === undefined ? -32603 : undefined);
    }
  });

  it('TO-7 structured content that a schema of any value makes unwritable is checked as it is sent', async () => {
    const outputSchema = z.object({ a: z.unknown() });
    const { send } = await open((server) => {
      server.registerTool('lost', { outputSchema }, () => ({ a: () => 1 }));
      server.registerTool('bigint', { outputSchema }, () => ({ a: 1n }));
      server.registerTool('kept', { outputSchema }, () => ({ a: null }));
    });
    for (const name of ['lost', 'bigint']) {
      expect((await send(call(name))).response.error).toMatchObject({ code: -32603 });
    }
    expect((await send(call('kept'))).response.result!['structuredContent']).toEqual({ a: null });
  });

  it.each<[string, unknown, object[]]>([
    ['a named object', z.object({ a: z.string().describe('A') }).meta({ id: 'Args' }), [A]],
    ['a named member', { a: z.string().describe('A').meta({ id: 'A' }) }, [A]],
    ['a union', z.union([z.object({ a: z.string().describe('A') }), z.object({})]), [OPTIONAL_A]],
    [
      'an intersection',
      z.intersection(z.object({ a: z.string().describe('A') }), z.object({ b: z.string() })),
      [A, { name: 'b', required: true }],
    ],
  ])('PR-2 the arguments of a prompt are those of %s', async (_what, argsSchema, listed) => {
    const { send } = await open((server) =>
      server.registerPrompt('prompt', { argsSchema: argsSchema as z.ZodType }, () => 'x'),
    );
    const { response } = await send(request('prompts/list'));
    expect(response.result!['prompts']).toEqual([{ name: 'prompt', arguments: listed }]);
  });

  it('a prompt is refused whose arguments are no object', async () => {
    await open((server) =>
      expect(() => server.registerPrompt('p', { argsSchema: z.string() }, () => 'x')).toThrow(
        "argsSchema of prompt 'p': It must be of type object.",
      ),
    );
  });

  it('TO-3 a schema that clients may find too large is served, with one warning', async () => {
    let deep: z.ZodType = z.string();
    for (let i = 0; i < 40; i++) deep = z.object({ a: deep });
    const many = { enum: Array.from({ length: 10_001 }, () => ({})) };
    const warnings: string[] = [];
    const { send } = await open(
      (server) => {
        server.registerTool('deep', { inputSchema: deep }, () => 'x');
        server.registerTool('many', { outputSchema: many }, () => ({}));
      },
      { logger: warningsTo(warnings) },
    );
    expect(warnings).toEqual([
      "Tool 'deep': clients may refuse its inputSchema: it is nested deeper than 64",
      "Tool 'many': clients may refuse its outputSchema: it has more than 10000 parts",
    ]);
    expect((await send(call('many'))).response.result).toMatchObject({ structuredContent: {} });
  });
});
