import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import { McpServer } from '../../../src/server/server.ts';
import type { ServerOptions } from '../../../src/server/options.ts';
import { warningsTo } from '../../support/logger.ts';
import { type Message, textOf } from '../../support/messages.ts';
import { OldClient, isQuestion } from '../../support/old-client.ts';
import { turns, until } from '../../support/until.ts';

const KEYS = ['A'.repeat(43)];
const Reason = z.object({ reason: z.string().min(3) });
const ASKABLE = { elicitation: { form: {}, url: {} }, sampling: { tools: {} }, roots: {} };

const open: Serving[] = [];
let warnings: string[] = [];
let steps = 0;

afterEach(async () => {
  await Promise.all(open.splice(0).map((serving) => serving.close()));
  warnings = [];
  steps = 0;
});

async function start(options: ServerOptions = {}): Promise<string> {
  const logger = warningsTo(warnings);
  const server = new McpServer(
    { name: 's', version: '1' },
    { state: { keys: KEYS }, logger, ...options },
  );
  server.registerTool('deploy', {}, async (ctx) => {
    const build = await ctx.step('plan', () => ++steps);
    const go = await ctx.elicit('go', { message: 'Go?', schema: Reason });
    await ctx.checkpoint('between');
    return `${build} ${JSON.stringify(go)}`;
  });
  server.registerTool('two', {}, async (ctx) =>
    JSON.stringify(
      await ctx.all({
        a: ctx.confirm('a', 'A?'),
        b: ctx.elicit('b', { message: 'B?', schema: Reason }),
      }),
    ),
  );
  server.registerTool('colour', {}, async (ctx) => {
    const schema = {
      type: 'object',
      properties: { colour: { type: 'string', oneOf: [{ const: 'r', title: 'Red' }] } },
    };
    return JSON.stringify(await ctx.elicit('colour', { message: 'Which?', schema }));
  });
  server.registerTool('url', {}, async (ctx) =>
    JSON.stringify(await ctx.elicitUrl('url', { message: 'Sign in', url: 'https://a.example/' })),
  );
  server.registerTool('roots', {}, async (ctx) => JSON.stringify(await ctx.listRoots()));
  server.registerTool('sample', {}, async (ctx) => {
    const content = { type: 'text' as const, text: 'hi' };
    const messages = [{ role: 'user' as const, content: [content] }];
    return JSON.stringify(await ctx.sample('s', { maxTokens: 5, messages }));
  });
  server.registerTool('checkpoint', {}, async (ctx) => {
    await ctx.checkpoint('c');
    return 'done';
  });
  server.registerTool('talks', {}, async (ctx) => {
    ctx.progress(1);
    await ctx.confirm('a', 'A?');
    ctx.progress(1);
    ctx.progress(2);
    return 'done';
  });
  server.registerPrompt('asks', {}, async (ctx) => String(await ctx.confirm('a', 'A?')));
  server.registerResource('asks', 'test://asks', {}, async (_uri, ctx) =>
    String(await ctx.confirm('a', 'A?')),
  );
  const serving = await serve(server, { port: 0, signals: false });
  open.push(serving);
  return serving.url;
}

function connect(
  url: string,
  version = '2025-11-25',
  capabilities: object = ASKABLE,
): Promise<OldClient> {
  return OldClient.connect(url, { version, capabilities: { ...capabilities } });
}

describe('a call that asks an old client', () => {
  it('L8 goes on with the answer, its step run once', async () => {
    const client = await connect(await start());
    const response = await client.request('tools/call', { name: 'deploy', arguments: {} });
    const question = await response.message(isQuestion);
    expect(question).toMatchObject({
      method: 'elicitation/create',
      params: { mode: 'form', message: 'Go?', requestedSchema: { type: 'object' } },
    });
    const taken = await client.answer(question, {
      action: 'accept',
      content: { reason: 'because' },
    });
    expect(taken.status).toBe(202);
    expect(textOf(await response.reply())).toBe(
      '1 {"action":"accept","content":{"reason":"because"}}',
    );
    expect(steps).toBe(1);
  });

  it.each(['decline', 'cancel'])('L9 hands %s to the handler', async (action) => {
    const client = await connect(await start());
    const response = await client.request('tools/call', { name: 'deploy', arguments: {} });
    await client.answer(await response.message(isQuestion), { action });
    expect(textOf(await response.reply())).toBe(`1 {"action":"${action}"}`);
  });

  it('L8 asks a wrong answer again, in the same call and with another id', async () => {
    const client = await connect(await start());
    const response = await client.request('tools/call', { name: 'deploy', arguments: {} });
    const first = await response.message(isQuestion);
    await client.answer(first, { action: 'accept', content: { reason: 'x' } });
    const again = await response.message(
      (message) => isQuestion(message) && message.id !== first.id,
    );
    expect(again.params!['message']).toMatch(/reason[^]*Go\?$/);
    await client.answer(again, { action: 'accept', content: { reason: 'better' } });
    expect(textOf(await response.reply())).toContain('better');
  });

  it('L8 sends all questions of a round at once', async () => {
    const client = await connect(await start());
    const response = await client.request('tools/call', { name: 'two', arguments: {} });
    await until(() => response.messages.length === 2);
    const [a, b] = response.messages;
    await client.answer(b!, { action: 'decline' });
    await client.answer(a!, { action: 'decline' });
    expect(textOf(await response.reply())).toBe('{"a":false,"b":{"action":"decline"}}');
  });

  it.each([
    ['prompts/get', { name: 'asks' }],
    ['resources/read', { uri: 'test://asks' }],
  ])('L8 may be %s', async (method, params) => {
    const client = await connect(await start());
    const response = await client.request(method, params);
    await client.answer(await response.message(isQuestion), { action: 'decline' });
    expect(JSON.stringify((await response.reply()).result)).toContain('false');
  });

  it('L8 asks for roots without params', async () => {
    const client = await connect(await start());
    const response = await client.request('tools/call', { name: 'roots', arguments: {} });
    const question = await response.message(isQuestion);
    expect(Object.keys(question).sort()).toEqual(['id', 'jsonrpc', 'method']);
    await client.answer(question, { roots: [{ uri: 'file:///a' }] });
    expect(textOf(await response.reply())).toBe('[{"uri":"file:///a"}]');
  });

  it.each([
    ['2025-11-25', [{ type: 'text', text: 'hi' }]],
    ['2025-06-18', { type: 'text', text: 'hi' }],
    ['2024-11-05', { type: 'text', text: 'hi' }],
  ])('L8 samples in the form of %s', async (version, content) => {
    const client = await connect(await start(), version);
    const response = await client.request('tools/call', { name: 'sample', arguments: {} });
    const question = await response.message(isQuestion);
    expect(question.params!['messages']).toEqual([{ role: 'user', content }]);
    await client.answer(question, {
      role: 'assistant',
      model: 'm',
      content: { type: 'text', text: 'hello' },
    });
    expect(textOf(await response.reply())).toContain('hello');
  });

  it.each([
    ['2025-11-25', { elicitation: {} }, { mode: 'form' }, 'oneOf'],
    ['2025-06-18', { elicitation: {} }, {}, 'enumNames'],
    ['2025-06-18', { elicitation: { form: {} } }, { mode: 'form' }, 'enumNames'],
  ])('L7 has a form for %s with %j', async (version, capabilities, mode, titles) => {
    const client = await connect(await start(), version, capabilities);
    const response = await client.request('tools/call', { name: 'colour', arguments: {} });
    const { params } = await response.message(isQuestion);
    expect({ mode: params!['mode'] }).toEqual({ mode: undefined, ...mode });
    expect(
      Object.keys(
        (params as never as { requestedSchema: { properties: { colour: object } } }).requestedSchema
          .properties.colour,
      ),
    ).toContain(titles);
    response.cut();
  });

  it.each(['2025-11-25', '2025-06-18'])(
    'L7 sends a URL with an elicitationId to a client of %s that declared it',
    async (version) => {
      const client = await connect(await start(), version);
      const response = await client.request('tools/call', { name: 'url', arguments: {} });
      const question = await response.message(isQuestion);
      expect(question.params).toEqual({
        mode: 'url',
        message: 'Sign in',
        url: 'https://a.example/',
        elicitationId: expect.stringMatching(/^[\w-]{22}$/) as string,
      });
      await client.answer(question, { action: 'accept' });
      expect(textOf(await response.reply())).toBe('{"action":"accept"}');
    },
  );

  it('L7 asks nothing that was not declared', async () => {
    const client = await connect(await start(), '2025-11-25', { elicitation: {} });
    for (const name of ['url', 'roots', 'sample']) {
      expect((await client.call(name)).result).toMatchObject({ isError: true });
    }
  });

  it('L7 asks nothing over a connection that cannot stream, or where ask is false', async () => {
    const client = await connect(await start());
    const params = { name: 'deploy', arguments: {} };
    const json = await client.request('tools/call', params, { accept: 'application/json' });
    expect((await json.reply()).result).toMatchObject({ isError: true });
    const silentOne = await connect(await start({ legacy: { ask: false } }));
    expect((await silentOne.call('deploy')).result).toMatchObject({ isError: true });
  });

  it('L10 has rising progress over all its rounds', async () => {
    const client = await connect(await start());
    const response = await client.request('tools/call', {
      name: 'talks',
      arguments: {},
      _meta: { progressToken: 7 },
    });
    await client.answer(await response.message(isQuestion), { action: 'decline' });
    await response.end();
    const progress = response.messages.flatMap(
      ({ params }) => (params?.['progress'] as number) ?? [],
    );
    expect(progress).toEqual([1, 2]);
  });
});

describe('an answer of an old client', () => {
  it('L9 that is an error, or nonsense, counts as cancelled, with a warning', async () => {
    const client = await connect(await start());
    for (const message of [
      { error: { code: -1, message: 'secret' } },
      { result: { action: 'maybe' } },
      { result: 5 },
    ]) {
      const response = await client.request('tools/call', { name: 'deploy', arguments: {} });
      const { id } = await response.message(isQuestion);
      expect((await client.post({ jsonrpc: '2.0', id, ...message })).status).toBe(202);
      expect(textOf(await response.reply())).toContain('{"action":"cancel"}');
    }
    expect(warnings.join('\n')).toContain("tools/call 'deploy'");
    expect(warnings.join('\n')).not.toContain('secret');
  });

  it('L9 that is an error to sampling or roots ends the call', async () => {
    const client = await connect(await start());
    for (const name of ['roots', 'sample']) {
      const response = await client.request('tools/call', { name, arguments: {} });
      const { id } = await response.message(isQuestion);
      await client.post({ jsonrpc: '2.0', id, error: { code: -1, message: 'no model' } });
      expect((await response.reply()).result).toMatchObject({ isError: true });
    }
  });

  it('L9 is refused for an id that is not of this session, and the question stays open', async () => {
    const url = await start();
    const [client, other] = [await connect(url), await connect(url)];
    const response = await client.request('tools/call', { name: 'deploy', arguments: {} });
    const question = await response.message(isQuestion);
    expect((await other.answer(question, { action: 'decline' })).status).toBe(400);
    for (const id of ['x', 5, null, 'A'.repeat(60), 'A'.repeat(5_000)]) {
      expect((await client.post({ jsonrpc: '2.0', id, result: {} })).status).toBe(400);
    }
    await turns();
    expect(response.isEnded).toBe(false);
    await client.answer(question, { action: 'decline' });
    expect(textOf(await response.reply())).toContain('decline');
  });

  it('L9 counts once: what comes later is taken and ignored', async () => {
    const client = await connect(await start());
    const response = await client.request('tools/call', { name: 'deploy', arguments: {} });
    const question = await response.message(isQuestion);
    await client.answer(question, { action: 'decline' });
    expect((await client.answer(question, { action: 'cancel' })).status).toBe(202);
    expect(textOf(await response.reply())).toContain('decline');
  });

  it('L9 of another principal does not count', async () => {
    const http = {
      authenticate: ({ headers }: { headers: { get(name: string): string | null } }) => ({
        issuer: 'i',
        subject: headers.get('authorization') ?? 'nobody',
      }),
    };
    const client = await OldClient.connect(await start({ http }), {
      capabilities: ASKABLE,
      headers: { authorization: 'me' },
    });
    const response = await client.request('tools/call', { name: 'deploy', arguments: {} });
    const question = await response.message(isQuestion);
    const taken = await client.answer(question, { action: 'decline' }, { authorization: 'them' });
    expect(taken.status).toBe(404);
    await client.answer(question, { action: 'cancel' });
    expect(textOf(await response.reply())).toContain('cancel');
  });
});

describe('a call of an old client that is given up', () => {
  it('L10 L11 is an error that says so when nobody answers, and the question is withdrawn', async () => {
    const client = await connect(await start({ legacy: { askTimeout: 50 } }));
    const response = await client.request('tools/call', { name: 'deploy', arguments: {} });
    const { id } = await response.message(isQuestion);
    expect((await response.reply()).result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('Nobody answered') as string }],
    });
    expect(response.messages).toContainEqual(
      expect.objectContaining({
        method: 'notifications/cancelled',
        params: expect.objectContaining({ requestId: id }) as object,
      }),
    );
  });

  it('L12 ends without a reply when the client cancels it', async () => {
    const client = await connect(await start());
    const response = await client.request('tools/call', { name: 'deploy', arguments: {} });
    await response.message(isQuestion);
    const other = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: '2' } };
    expect((await client.post(other)).status).toBe(202);
    await turns();
    expect(response.isEnded).toBe(false);
    await client.post({ ...other, params: { requestId: 2 } });
    await response.end();
    expect(response.messages.every(isQuestion)).toBe(true);
  });

  it('L12 L10 runs to the end of its round when the connection is lost', async () => {
    let [running, ended, aborted] = [false, false, false];
    let goOn!: () => void;
    const going = new Promise<void>((resolve) => (goOn = resolve));
    const server = new McpServer({ name: 's', version: '1' }, { state: { keys: KEYS } });
    server.registerTool('long', {}, async (ctx) => {
      running = true;
      ctx.signal.addEventListener('abort', () => (aborted = true));
      ctx.log('info', 'x');
      await going;
      ended = true;
      return 'x';
    });
    const serving = await serve(server, { port: 0, signals: false });
    open.push(serving);
    const client = await connect(serving.url);
    const response = await client.request('tools/call', { name: 'long', arguments: {} });
    await until(() => running);
    response.cut();
    await turns(50);
    expect(aborted).toBe(false);
    goOn();
    await until(() => ended);
    expect(aborted).toBe(false);
  });

  it('L9 L10 is refused when a session has too many questions open', async () => {
    const client = await connect(await start());
    const asking = [];
    for (let i = 0; i < 100; i++) {
      const response = await client.request('tools/call', { name: 'roots', arguments: {} });
      await response.message(isQuestion);
      asking.push(response);
    }
    expect((await client.call('roots')).result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('Too many') as string }],
    });
    asking.forEach((response) => response.cut());
  });
});

describe('what an old client holds in memory', () => {
  it('L10 counts while it is asked, although its slot is free', async () => {
    const http = { maxBodyBytes: 100_000, maxBytesInFlight: 300_000, maxConcurrentRequests: 1 };
    const client = await connect(await start({ http }));
    const big = { name: 'roots', arguments: { junk: 'x'.repeat(90_000) } };
    const asking = [];
    for (let i = 0; i < 3; i++) {
      const response = await client.request('tools/call', big);
      asking.push(await response.message(isQuestion));
    }
    expect((await client.request('tools/call', big)).status).toBe(503);
    await client.answer(asking[0]!, { roots: [] });
    await until(() => true);
    const again = await client.request('tools/call', big);
    expect(again.status).toBe(200);
    again.cut();
  });

  it('L9 is no answer without a session', async () => {
    const client = new OldClient(await start());
    const response = await client.post({ jsonrpc: '2.0', id: 'x', result: {} });
    expect(response.status).toBe(400);
  });

  it('L8 is JSON for a client that takes nothing else, checkpoints or not', async () => {
    const client = await connect(await start());
    const params = { name: 'checkpoint', arguments: {} };
    const response = await client.request('tools/call', params, { accept: 'application/json' });
    expect(textOf(await response.reply())).toBe('done');
    expect(response.isStream).toBe(false);
  });
});

describe('batches of an old client', () => {
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
  const call = { jsonrpc: '2.0', id: 'b', method: 'tools/call', params: { name: 'nope' } };

  it('L16 are answered as a whole in 2025-03-26', async () => {
    const client = await connect(await start(), '2025-03-26');
    const response = await client.post([ping, { jsonrpc: '2.0', method: 'notifications/x' }, call]);
    const replies = JSON.parse(
      response.isStream ? response.events.at(-1)!.data : (await response.end(), response.text),
    ) as object[];
    expect(replies).toHaveLength(2);
    expect(replies).toContainEqual({ jsonrpc: '2.0', id: 1, result: {} });
    const quiet = await client.post([{ jsonrpc: '2.0', method: 'notifications/x' }]);
    expect(quiet.status).toBe(202);
  });

  it.each([
    ['nothing', []],
    ['too much', Array.from({ length: 33 }, () => ping)],
    ['initialize', [{ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} }]],
  ])('L16 are refused with %s in them', async (_what, batch) => {
    const client = await connect(await start(), '2025-03-26');
    expect((await client.post(batch)).status).toBe(400);
  });

  it('L16 ask nothing: they have one slot, which must not wait for a person', async () => {
    const client = await connect(await start(), '2025-03-26');
    const ask = { ...call, params: { name: 'deploy', arguments: {} } };
    const response = await client.post([ping, ask]);
    await response.end();
    const replies = JSON.parse(response.text) as Message[];
    expect(replies.find(({ id }) => id === 'b')!.result).toMatchObject({ isError: true });
  });

  it.each(['2025-11-25', '2025-06-18'])('L16 are refused in %s', async (version) => {
    const client = await connect(await start(), version);
    expect((await client.post([ping])).status).toBe(400);
  });
});
