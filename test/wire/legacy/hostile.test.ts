/** Old clients that send what nobody should, or what is meant for something else. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import { McpServer } from '../../../src/server/server.ts';
import { errorsTo } from '../../support/logger.ts';
import { KeyRing } from '../../../src/state/key-ring.ts';
import { Sealer } from '../../../src/state/sealer.ts';
import { type Message, call as newCall, textOf } from '../../support/messages.ts';
import { OldClient, asked, isQuestion, lastId, yesTo } from '../../support/old-client.ts';
import { headersFor } from '../../support/wires.ts';
import { turns, until } from '../../support/until.ts';

let server: McpServer;
let serving: Serving;
let errors: string[] = [];
let steps = 0;

beforeEach(async () => {
  [errors, steps] = [[], 0];
  server = new McpServer(
    { name: 's', version: '1' },
    { state: { keys: ['A'.repeat(43)] }, logger: errorsTo(errors) },
  );
  server.registerTool('ask', {}, async (ctx) => {
    ctx.progress(1);
    const go = await ctx.confirm('go', 'Go?');
    await ctx.step('s', () => void steps++);
    return String(go);
  });
  server.registerTool('plain', {}, () => 'hi');
  serving = await serve(server, { port: 0, signals: false, grace: 100 });
});
afterEach(async () => {
  await Promise.all([serving.close(), server.close()]);
  if (errors.length > 0) throw new Error(`The server has logged: ${errors.join('\n')}`);
});

const CANCELLED = { jsonrpc: '2.0', method: 'notifications/cancelled' };

function connect(version = '2025-11-25'): Promise<OldClient> {
  return OldClient.connect(serving.url, { version, capabilities: { elicitation: {} } });
}

describe('what is sealed for one purpose', () => {
  it('L4 L9 L13 is nothing for another: session, question, event', async () => {
    const client = await connect();
    const [response, question] = await asked(client);
    const session = client.sessionId!;
    const questionId = String(question.id);
    const event = lastId(response);
    const [token] = event.split('.');
    for (const text of [questionId, event, token!]) {
      const as = { 'mcp-session-id': text };
      expect((await client.request('tools/list', {}, as)).status).toBe(404);
      expect((await client.get(as)).status).toBe(404);
    }
    for (const id of [session, event, token]) {
      expect((await client.post({ jsonrpc: '2.0', id, result: {} })).status).toBe(400);
    }
    for (const id of [session, `${session}.0`, questionId, `${questionId}.0`, token!]) {
      expect((await client.get({ 'last-event-id': id })).status).toBe(405);
    }
    expect(steps).toBe(0);
  });

  it('L13 L14 an event id whose number nobody has sent brings nothing that was not sent', async () => {
    const client = await connect();
    const [response, question] = await asked(client);
    const [token] = lastId(response).split('.');
    for (const number of ['99999999999', '999999999999', '-1', '1e3', '0x1', '', '1.1']) {
      const back = await client.get({ 'last-event-id': `${token}.${number}` });
      await turns();
      expect(back.messages.filter(isQuestion)).toEqual([]);
      back.cut();
    }
    const last = await client.get({ 'last-event-id': lastId(response) });
    await client.answer(question, yesTo(question));
    expect(textOf(await last.reply())).toBe('true');
    expect(steps).toBe(1);
  });

  it('L14 an event id of before the end runs nothing again, however often it is sent', async () => {
    const client = await connect();
    const [response, question] = await asked(client);
    const id = lastId(response);
    await client.answer(question, yesTo(question));
    await response.end();
    for (let i = 0; i < 5; i++) {
      const back = await client.get({ 'last-event-id': id });
      expect(textOf(await back.reply())).toBe('true');
    }
    expect(steps).toBe(1);
  });
});

describe('a state that is not sealed, as a server has it for old clients', () => {
  /** Of the same call, made by a client of this revision. */
  async function unsealed(): Promise<string> {
    const message = newCall('ask');
    const body = JSON.stringify(message);
    const sent = await fetch(serving.url, { method: 'POST', headers: headersFor(message), body });
    const [, sealed] = /"requestState":"([^"]+)"/.exec(await sent.text())!;
    return new Sealer(new KeyRing(['A'.repeat(43)]), 'state').open(sealed!)!;
  }

  it('L2 L14 cannot be brought by an old client, wherever it stands', async () => {
    const state = await unsealed();
    const answers = { go: { action: 'accept', content: { confirm: true } } };
    const brought = JSON.stringify({ requestState: state, inputResponses: answers }).slice(1, -1);
    const client = await connect();
    const withParams = (more: string): string =>
      `{"jsonrpc":"2.0","id":77,"method":"tools/call","params":{"name":"ask","arguments":{},${more}}}`;
    for (const more of [
      brought,
      `"_meta":{${brought}}`,
      `"_meta":{},"params":{${brought}},${brought},${brought}`,
      `"constructor":{"prototype":{${brought}}}`,
    ]) {
      const response = await client.post(withParams(more));
      await response.message(isQuestion);
      response.cut();
    }
    for (const id of [
      state,
      `${state}.1`,
      encodeURIComponent(state),
      `${Buffer.from(state).toString('base64url')}.1`,
    ]) {
      expect((await client.get({ 'last-event-id': id })).status).toBe(405);
      expect((await client.post({ jsonrpc: '2.0', id, result: {} })).status).toBe(400);
    }
    expect(steps).toBe(0);
  });
});

describe('ids and tokens of any kind', () => {
  const IDS = {
    zero: 0,
    negative: -1,
    empty: '',
    'of 5,000 characters': 'x'.repeat(5_000),
    'the name of a prototype': '__proto__',
    'a quotation mark': '"',
    'a number as text': '5',
  };

  it.each(Object.entries(IDS))(
    'L2 L12 a request whose id is %s is answered with that id, and cancelled by it alone',
    async (_what, id) => {
      const client = await connect();
      const call = { jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'plain' } };
      expect(await (await client.post(call)).reply()).toMatchObject({
        id,
        result: { content: [{ text: 'hi' }] },
      });
      const response = await client.post({ ...call, params: { name: 'ask' } });
      await response.message(isQuestion);
      for (const requestId of [null, {}, [id], `${id}x`, `${id}`.slice(1)]) {
        if (requestId === id) continue;
        await client.post({ ...CANCELLED, params: { requestId } });
      }
      await turns();
      expect(response.isEnded).toBe(false);
      await client.post({ ...CANCELLED, params: { requestId: id } });
      await response.end();
      expect(response.messages.filter(({ method }) => method === undefined)).toEqual([]);
    },
  );

  it.each([[null], [true], [{}], [[1]], [1.5], [1e300]])(
    'L2 a request with the id %j is an error of the request, and not of the server',
    async (id) => {
      const client = await connect();
      const response = await client.post({ jsonrpc: '2.0', id, method: 'tools/list' });
      expect(response.status).toBe(400);
      expect((await response.reply()).error).toMatchObject({ code: -32600 });
    },
  );

  it.each([[true], [{}], [[1]], [1.5]])(
    'L2 a progress token that is %j is an error of the request',
    async (progressToken) => {
      const client = await connect();
      const params = { name: 'ask', arguments: {}, _meta: { progressToken } };
      const response = await client.request('tools/call', params);
      expect((await response.reply()).error).toMatchObject({ code: -32602 });
    },
  );

  it.each([0, -1, '', 'x'.repeat(10_000), '__proto__'])(
    'L10 a progress token that is odd comes back as it was: %s',
    async (progressToken) => {
      const client = await connect();
      const params = { name: 'ask', arguments: {}, _meta: { progressToken } };
      const response = await client.request('tools/call', params);
      const progress = await response.message(({ method }) => method === 'notifications/progress');
      expect(progress.params).toEqual({ progressToken, progress: 1 });
      await response.message(isQuestion);
    },
  );
});

describe('a session that is ended in the middle', () => {
  it('L5 its call goes on: its answer counts, and its reply arrives', async () => {
    const client = await connect();
    const [response, question] = await asked(client);
    expect((await client.delete()).status).toBe(405);
    expect((await client.answer(question, yesTo(question))).status).toBe(202);
    expect(textOf(await response.reply())).toBe('true');
  });

  it('L5 ends all of its streams, and they come back', async () => {
    const client = await connect();
    const streams = await Promise.all(Array.from({ length: 4 }, () => client.get()));
    await until(() => streams.every(({ raw }) => raw !== ''));
    expect((await client.get()).status).toBe(503);
    await client.delete();
    await Promise.all(streams.map((stream) => stream.end()));
    const again = await client.get();
    expect(again.status).toBe(200);
    again.cut();
  });
});

describe('batches of 2025-03-26', () => {
  it('L9 L16 answers in them count, beside requests and notifications', async () => {
    const client = await connect('2025-03-26');
    const caller = await OldClient.connect(serving.url, {
      version: '2025-03-26',
      capabilities: { elicitation: {} },
    });
    const [response, question] = await asked(caller);
    const batch = [
      { jsonrpc: '2.0', id: 'p', method: 'ping' },
      { jsonrpc: '2.0', id: question.id, result: yesTo(question) },
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 99 } },
    ];
    const stranger = await client.post(batch);
    await stranger.end();
    await turns();
    expect(response.isEnded).toBe(false);
    const taken = await caller.post(batch);
    await taken.end();
    expect(taken.text).toContain('"id":"p"');
    expect(textOf(await response.reply())).toBe('true');
    expect(steps).toBe(1);
  });

  it('L16 with anything but messages in them fail for that alone', async () => {
    const client = await connect('2025-03-26');
    const ping = { jsonrpc: '2.0', id: 'p', method: 'ping' };
    for (const odd of [null, 5, 'x', [], [ping], {}, { jsonrpc: '2.0' }, { id: 1 }]) {
      const response = await client.post([ping, odd]);
      await response.end();
      expect([200, 400]).toContain(response.status);
      expect(() => JSON.parse(response.text) as unknown).not.toThrow();
    }
    expect(textOf(await client.call('plain'))).toBe('hi');
  });
});

describe('answers that fit nothing', () => {
  it.each([
    ['both result and error', { result: { action: 'accept' }, error: { code: 1, message: 'm' } }],
    ['neither', {}],
    ['content of the wrong kind', { result: { action: 'accept', content: [1] } }],
    ['an error that is no object', { error: 'no' }],
    ['huge content', { result: { action: 'decline', content: { x: 'x'.repeat(200_000) } } }],
    ['a prototype', '{"result":{"action":"decline","__proto__":{"action":"accept"}}'],
  ])(
    'L9 with %s: the call is never granted, ends, and the server goes on',
    async (_what, members) => {
      const client = await connect();
      const [response, question] = await asked(client);
      const id = JSON.stringify(question.id);
      const text =
        typeof members === 'string'
          ? `${members},"jsonrpc":"2.0","id":${id}}`
          : JSON.stringify({ jsonrpc: '2.0', id: question.id, ...members });
      const { status } = await client.post(text);
      expect([202, 400]).toContain(status);
      // What is refused leaves the question open.
      if (status === 400) await client.answer(question, { action: 'decline' });
      const isNext = (each: Message): boolean => each.id !== question.id && each.id !== undefined;
      const next = await response.message(isNext);
      if (isQuestion(next)) await client.answer(next, { action: 'decline' });
      expect(textOf(await response.reply())).not.toBe('true');
      expect(textOf(await client.call('plain'))).toBe('hi');
    },
  );
});
