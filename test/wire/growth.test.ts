/**
 * What a client can make as long as a limit allows costs no more than in proportion: bodies of all
 * shapes, states, and answers. Headers, URIs, filters, templates and schemas have such tests beside
 * their sources.
 */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { McpServer } from 'mcp-rondo';
import type { Context } from 'mcp-rondo';
import { LINEAR, asyncGrowth } from '../../src/base/test-support/growth.ts';
import { silent } from '../support/logger.ts';
import { type Message, type RequestMessage, call, request, retry } from '../support/messages.ts';
import { headersFor } from '../support/wires.ts';

/** `unit` again and again, to a text of about `length` characters. */
const repeated = (unit: string, length: number, between = ''): string =>
  Array(Math.ceil(length / (unit.length + between.length)))
    .fill(unit)
    .join(between);

const numbered = (unit: (i: number) => string, length: number): string =>
  Array.from({ length: Math.ceil(length / unit(1_000).length) }, (_, i) => unit(i)).join();

/** JSON of about `length` characters, in the shapes that readers may look at again and again. */
const SHAPES: Record<string, (length: number) => string> = {
  'empty objects': (length) => `[${repeated('{}', length, ',')}]`,
  'small objects': (length) => `[${numbered((i) => `{"a":{"b":${i}}}`, length)}]`,
  'arrays in arrays': (length) => `[${repeated('['.repeat(100) + ']'.repeat(100), length, ',')}]`,
  members: (length) => `{${numbered((i) => `"k${i}":1`, length)}}`,
  'members named by numbers': (length) => `{${numbered((i) => `"${(i * 7919) % 1e7}":1`, length)}}`,
  'one member, again and again': (length) => `{${repeated('"k":1', length, ',')}}`,
  texts: (length) => `[${numbered((i) => `"s${i}"`, length)}]`,
  numbers: (length) => `[${numbered(String, length)}]`,
  'one text': (length) => `"${repeated('a', length)}"`,
  'brackets in a text': (length) => `"${repeated('[{', length)}"`,
  escapes: (length) => `"${repeated('\\n', length)}"`,
  backslashes: (length) => `"${repeated('\\\\', length)}"`,
  'halves of characters': (length) => `"${repeated('\\ud800', length)}"`,
  'letters that are not ASCII': (length) => `"${repeated('é', length / 2)}"`,
  digits: (length) => repeated('1', length),
  'digits of an exponent': (length) => `1e${repeated('1', length)}`,
  blanks: (length) => `[7${repeated(' ', length)}]`,
};
const shapes = Object.entries(SHAPES);

async function post(server: McpServer, message: Message, body?: string): Promise<Message> {
  const init = {
    method: 'POST',
    body: body ?? JSON.stringify(message),
    headers: headersFor(message),
  };
  const response = await server.fetch(new Request('http://127.0.0.1/mcp', init));
  return (await response.json()) as Message;
}

/** How the cost of a message grows with a part of it that is JSON. */
function costOf(
  server: McpServer,
  messageWith: (part: string) => Message,
  jsonOf: (length: number) => string,
  length: number,
): Promise<number> {
  const message = messageWith('HERE');
  const [before, after] = JSON.stringify(message).split('"HERE"');
  return asyncGrowth((json) => post(server, message, before! + json + after!), jsonOf, length);
}

const LISTS = z.object({
  texts: z.array(z.string()).optional(),
  numbers: z.array(z.union([z.number(), z.boolean()])).optional(),
  members: z.record(z.string(), z.number()).optional(),
});
const DISTINCT = {
  type: 'object',
  properties: { p: { type: ['array', 'object'], uniqueItems: true, contains: { const: 'x' } } },
};

describe('SE-1 a body is served in linear time, from 10 kB to its limit', () => {
  const server = new McpServer({ name: 's', version: '1' }, { logger: silent });
  server.registerTool('ask', { inputSchema: { type: 'object' } }, async (_, ctx) =>
    String(await ctx.confirm('go', 'Go?')),
  );
  server.registerTool('lists', { inputSchema: LISTS }, () => 'ok');
  server.registerTool('distinct', { inputSchema: DISTINCT }, () => 'ok');

  it.each(shapes)('with %s as arguments, which are bound to the state', async (_, jsonOf) => {
    const message = (p: string): Message => call('ask', { p });
    expect(await costOf(server, message, jsonOf, 10_000)).toBeLessThan(LINEAR);
  });

  it.each(shapes)('with %s that fit a schema, or do not', async (_, jsonOf) => {
    for (const name of ['texts', 'numbers', 'members']) {
      const message = (part: string): Message => call('lists', { [name]: part });
      expect(await costOf(server, message, jsonOf, 2_000)).toBeLessThan(LINEAR);
    }
    const message = (p: string): Message => call('distinct', { p });
    expect(await costOf(server, message, jsonOf, 2_000)).toBeLessThan(LINEAR);
  });

  it.each(shapes)('with %s where the protocol has members of its own', async (_, jsonOf) => {
    const messages: ((part: string) => Message)[] = [
      (part) => call('lists', {}, { inputResponses: part }),
      (part) => call('lists', {}, { requestState: part }),
      (part) => request('tools/call', { name: 'lists' }, { 'a.example/b': part }),
      (part) => request('tools/list', { cursor: part }),
      (part) => request('subscriptions/listen', { notifications: { resourceSubscriptions: part } }),
      (part) => ({ ...request('tools/list'), id: part }),
      (x) => ({ ...request('tools/list'), x }) as Message,
    ];
    for (const message of messages) {
      expect(await costOf(server, message, jsonOf, 10_000)).toBeLessThan(LINEAR);
    }
  });

  it('at the limit itself', async () => {
    const message = (p: string): Message => call('ask', { p });
    const cost = await costOf(server, message, SHAPES['members']!, 250_000);
    expect(cost).toBeLessThan(LINEAR);
  });
});

describe('S6 a state is opened in linear time, up to its limit', () => {
  const server = new McpServer({ name: 's', version: '1' }, { logger: silent });
  server.registerTool('ask', {}, async (ctx) => {
    const schema = z.object({ text: z.string() });
    const answer = await ctx.elicit('text', { message: 'Text?', schema });
    await ctx.confirm('sure', 'Sure?');
    return JSON.stringify(answer).length.toString();
  });
  const first = call('ask');
  /** At most 32 KiB are looked at. */
  const length = 2_000;

  it.each([
    ['letters', 'A'],
    ['letters that are not base64', '='],
    ['dots', '.'],
    ['blanks', ' '],
    ['letters that are not ASCII', 'é'],
    ['halves of characters', '\ud800'],
  ])('of %s, behind a start that is right or not', async (_, unit) => {
    const good = (await post(server, first)).result!['requestState'] as string;
    for (const start of ['', good.slice(0, 12), good]) {
      const run = (requestState: string): Promise<Message> =>
        post(server, { ...first, params: { ...first.params, requestState } });
      const cost = await asyncGrowth(run, (n) => start + repeated(unit, n), length);
      expect(cost).toBeLessThan(LINEAR);
    }
  });

  it('that holds a long answer', async () => {
    const asked = await post(server, first);
    const states = new Map<string, RequestMessage>();
    const stateOf = async (text: string): Promise<RequestMessage> => {
      const content = { text };
      const answered = retry(first, asked, { text: { action: 'accept', content } });
      return retry(first, await post(server, answered), {});
    };
    const textOf = (n: number): string => repeated('a', n);
    for (const n of [1_000, 16_000]) states.set(textOf(n), await stateOf(textOf(n)));
    const run = async (text: string): Promise<void> => {
      const { result } = await post(server, states.get(text)!);
      expect(Object.keys(result!['inputRequests']!)).toEqual(['sure']);
    };
    expect(await asyncGrowth(run, textOf, 1_000)).toBeLessThan(LINEAR);
  });
});

describe('F9 an answer is judged in linear time', () => {
  const server = new McpServer({ name: 's', version: '1' }, { logger: silent });
  const text = (more: object): object => ({ type: 'string', ...more });
  const FIELDS: Record<string, object> = {
    plain: text({}),
    short: text({ maxLength: 5 }),
    email: text({ format: 'email' }),
    uri: text({ format: 'uri' }),
    date: text({ format: 'date' }),
    'date-time': text({ format: 'date-time' }),
    number: { type: 'number' },
    choice: text({ enum: ['a', 'b'] }),
    choices: { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
  };
  const asks: Record<string, (ctx: Context) => Promise<unknown>> = {
    confirm: (ctx) => ctx.confirm('q', 'Go?'),
    url: (ctx) => ctx.elicitUrl('q', { message: 'Open', url: 'https://a.example' }),
    sample: (ctx) => ctx.sample('q', { messages: [], maxTokens: 5 }),
    roots: (ctx) => ctx.listRoots('q'),
  };
  for (const [name, field] of Object.entries(FIELDS)) {
    const schema = { type: 'object', properties: { f: field } };
    asks[name] = (ctx) => ctx.elicit('q', { message: 'Fill in', schema });
  }
  for (const [name, ask] of Object.entries(asks)) {
    server.registerTool(name, {}, async (ctx) => {
      await ask(ctx).catch(() => {});
      return 'done';
    });
  }

  const costsOf = async (
    tool: string,
    answersWith: (part: string) => object,
    jsonOf: (length: number) => string,
  ): Promise<number> => {
    const first = call(tool);
    const asked = await post(server, first);
    const message = (part: string): Message => retry(first, asked, { q: answersWith(part) });
    return costOf(server, message, jsonOf, 4_000);
  };

  const LONG_TEXTS: Record<string, (length: number) => string> = {
    ...SHAPES,
    'a name with dots': (length) => `"${repeated('a.', length)}@b.example"`,
    'a host with dots': (length) => `"a@${repeated('a.', length)}"`,
    'a path': (length) => `"a://b${repeated('/c', length)} "`,
    colons: (length) => `"${repeated(':', length)}"`,
    'a second with digits': (length) => `"2020-01-01T00:00:00.${repeated('0', length)}"`,
  };
  it.each(Object.entries(LONG_TEXTS))('of %s, to each kind of field', async (_, jsonOf) => {
    for (const name of Object.keys(FIELDS)) {
      const content = (part: string): object => ({ action: 'accept', content: { f: part } });
      expect(await costsOf(name, content, jsonOf)).toBeLessThan(LINEAR);
    }
  });

  it.each(shapes)('of %s, to each kind of question', async (_, jsonOf) => {
    const answers: [string, (part: string) => object][] = [
      ['confirm', (part) => ({ action: 'accept', content: { confirm: part } })],
      ['confirm', (content) => ({ action: 'accept', content })],
      ['url', (action) => ({ action })],
      ['sample', (content) => ({ role: 'assistant', content, model: 'm' })],
      [
        'sample',
        (text_) => ({ role: 'assistant', model: 'm', content: { type: 'text', text: text_ } }),
      ],
      ['roots', (roots) => ({ roots })],
      ['plain', (content) => ({ action: 'accept', content })],
    ];
    for (const [tool, answersWith] of answers) {
      expect(await costsOf(tool, answersWith, jsonOf)).toBeLessThan(LINEAR);
    }
  });

  it.each([
    ['roots', (i: number) => `{"uri":"file:///a${i}"}`, (roots: string) => ({ roots })],
    [
      'sample',
      (i: number) => `{"type":"text","text":"${i}"}`,
      (content: string) => ({ role: 'assistant', model: 'm', content }),
    ],
  ])('with many parts: %s', async (tool, unit, answersWith) => {
    const jsonOf = (length: number): string => `[${numbered(unit, length)}]`;
    expect(await costsOf(tool, answersWith, jsonOf)).toBeLessThan(LINEAR);
  });
});
