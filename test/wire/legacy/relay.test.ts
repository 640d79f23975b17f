import { afterEach, describe, expect, it } from 'vitest';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import type { Relay } from '../../../src/protocol/types/relay.ts';
import { McpServer } from '../../../src/server/server.ts';
import { warningsTo } from '../../support/logger.ts';
import { type Message, textOf } from '../../support/messages.ts';
import {
  OldClient,
  type OldResponse,
  asked,
  at,
  isQuestion,
  lastId,
  yesTo,
} from '../../support/old-client.ts';
import { turns, until } from '../../support/until.ts';

const KEYS = ['A'.repeat(43)];

let listeners = new Set<(text: string) => void>();
let texts: string[] = [];
let warnings: string[] = [];
let steps = 0;
let goOn: () => void = () => {};
let going = Promise.resolve();
const open: Serving[] = [];

const relay: Relay = {
  publish(text) {
    texts.push(text);
    setImmediate(() => listeners.forEach((listener) => listener(text)));
  },
  subscribe(onText) {
    listeners.add(onText);
    return () => listeners.delete(onText);
  },
};

afterEach(async () => {
  goOn();
  await Promise.all(open.splice(0).map((serving) => serving.close()));
  [texts, warnings, steps] = [[], [], 0];
  listeners = new Set();
  going = Promise.resolve();
});

async function instance(used: Relay = relay): Promise<string> {
  const server = new McpServer(
    { name: 's', version: '1' },
    { state: { keys: KEYS }, logger: warningsTo(warnings), relay: used },
  );
  server.registerTool('ask', {}, async (ctx) => {
    const go = await ctx.confirm('secret question', 'Go?');
    await ctx.step('s', () => {
      steps++;
      return going;
    });
    return String(go);
  });
  server.registerTool('ask-again', {}, async (ctx) => {
    await ctx.confirm('a', 'A?');
    await ctx.step('s', () => {
      steps++;
      return going;
    });
    return String(await ctx.confirm('b', 'B?'));
  });
  server.registerTool('two', {}, async (ctx) =>
    JSON.stringify(await ctx.all({ a: ctx.confirm('a', 'A?'), b: ctx.confirm('b', 'B?') })),
  );
  server.registerTool('draw', {}, async (ctx) => {
    const { content } = await ctx.sample('drawn', { messages: [], maxTokens: 1 });
    return String((content as { size?: unknown }).size);
  });
  const serving = await serve(server, { port: 0, signals: false, grace: 500 });
  open.push(serving);
  return serving.url;
}

/** A relay that hears nothing until `listen` was called. */
function slowRelay(): { relay: Relay; listen: () => void } {
  let listen!: () => void;
  const listening = new Promise<void>((resolve) => (listen = resolve));
  const subscribe: Relay['subscribe'] = async (onText) => {
    await listening;
    return relay.subscribe(onText);
  };
  return { relay: { ...relay, subscribe }, listen };
}

async function askedAt(url: string): Promise<[OldClient, OldResponse, Message]> {
  const client = await OldClient.connect(url, { capabilities: { elicitation: {} } });
  return [client, ...(await asked(client))];
}

function resume(client: OldClient, response: OldResponse): Promise<OldResponse> {
  return client.get({ 'last-event-id': lastId(response) });
}

describe('instances behind a balancer that goes round', () => {
  it('L9 an answer reaches the instance that waits for it', async () => {
    const [one, two] = [await instance(), await instance()];
    const [client, response, question] = await askedAt(one);
    const other = at(two, client);
    await (await other.request('ping')).end();
    expect((await other.answer(question, yesTo(question))).status).toBe(202);
    expect(textOf(await response.reply())).toBe('true');
    expect(steps).toBe(1);
    expect(texts.join('')).not.toMatch(/secret|Go\?/);
  });

  it.each([
    ['the one that asks', 'the one that is answered'],
    ['the one that is answered', 'the one that asks'],
  ])(
    'L9 an answer arrives though %s hears of others only afterwards, and %s last',
    async (first) => {
      const [asking, answered] = [slowRelay(), slowRelay()];
      const [one, two] = [await instance(asking.relay), await instance(answered.relay)];
      const [client, response, question] = await askedAt(one);
      expect((await at(two, client).answer(question, yesTo(question))).status).toBe(202);
      await turns();
      const isAsking = first === 'the one that asks';
      for (const { listen } of isAsking ? [asking, answered] : [answered, asking]) {
        listen();
        await turns();
      }
      expect(textOf(await response.reply())).toBe('true');
      expect(steps).toBe(1);
    },
  );

  it('L9 S2 an answer is at another instance what it was, also its numbers', async () => {
    const [one, two] = [await instance(), await instance()];
    const client = await OldClient.connect(one, { capabilities: { sampling: {} } });
    const response = await client.request('tools/call', { name: 'draw', arguments: {} });
    const question = await response.message(isQuestion);
    const content = { type: 'image', data: '', mimeType: 'image/png', size: [Infinity, null] };
    await at(two, client).answer(question, { role: 'assistant', model: 'm', content });
    expect(textOf(await response.reply())).toBe('Infinity,');
  });

  it('L9 L14 an answer that came before the call did reaches it', async () => {
    const [one, two, three] = [await instance(), await instance(), await instance()];
    const [client, response, question] = await askedAt(one);
    response.cut();
    await until(() => response.isEnded);
    await turns();
    await at(two, client).answer(question, yesTo(question));
    const back = await resume(at(three, client), response);
    expect(textOf(await back.reply())).toBe('true');
    expect(steps).toBe(1);
  });

  it('L14 a call that still runs at one is not run at another', async () => {
    going = new Promise((resolve) => (goOn = resolve));
    const [one, two] = [await instance(), await instance()];
    const [client, response, question] = await askedAt(one);
    await client.answer(question, yesTo(question));
    await until(() => steps === 1);
    // The last is what comes after the answer.
    await until(() => response.events.length === 3);
    response.cut();
    await until(() => response.isEnded);
    const elsewhere = await resume(at(two, client), response);
    await elsewhere.end();
    expect(elsewhere.messages).toEqual([]);
    expect(steps).toBe(1);
    const back = await resume(client, response);
    goOn();
    expect(textOf(await back.reply())).toBe('true');
    expect(steps).toBe(1);
  });

  it('L14 a call that has asked again at one, without a connection, is not run again at another', async () => {
    going = new Promise((resolve) => (goOn = resolve));
    const [one, two] = [await instance(), await instance()];
    const client = await OldClient.connect(one, { capabilities: { elicitation: {} } });
    const response = await client.request('tools/call', { name: 'ask-again', arguments: {} });
    const question = await response.message(isQuestion);
    await client.answer(question, yesTo(question));
    await until(() => steps === 1 && response.events.length === 3);
    response.cut();
    await until(() => response.isEnded);
    // The instance has to hear of it, too, before it asks again.
    await turns();
    goOn();
    await turns();
    const elsewhere = await resume(at(two, client), response);
    await elsewhere.end();
    expect(elsewhere.messages).toEqual([]);
    const back = await resume(client, response);
    const second = await back.message(isQuestion);
    await client.answer(second, yesTo(second));
    expect(textOf(await back.reply())).toBe('true');
    expect(steps).toBe(1);
  });

  it.each(['where the call was', 'elsewhere'])(
    'L9 L14 an answer that came %s while the connection was dying is there where the call goes on',
    async (where) => {
      const [one, two, three] = [await instance(), await instance(), await instance()];
      const client = await OldClient.connect(one, { capabilities: { elicitation: {} } });
      for (const url of [two, three]) await (await at(url, client).request('ping')).end();
      const response = await client.request('tools/call', { name: 'two', arguments: {} });
      await until(() => response.messages.length === 2);
      const [a, b] = response.messages as [Message, Message];
      // The last that the client has: it does not hear any more that its answer was taken.
      const last = lastId(response);
      await at(where === 'elsewhere' ? three : one, client).answer(a, yesTo(a));
      await until(() => response.events.length === 4);
      response.cut();
      await until(() => response.isEnded);
      await turns();
      const back = await at(two, client).get({ 'last-event-id': last });
      await at(two, client).answer(b, yesTo(b));
      expect(textOf(await back.reply())).toBe('{"a":true,"b":true}');
    },
  );

  it('L9 of two answers to one question the first counts, also where nobody waits for it yet', async () => {
    const [one, two] = [await instance(), await instance()];
    const [client, response, question] = await askedAt(one);
    response.cut();
    await until(() => response.isEnded);
    await turns();
    await at(two, client).answer(question, yesTo(question));
    await at(two, client).answer(question, { action: 'decline' });
    const back = await resume(at(two, client), response);
    expect(textOf(await back.reply())).toBe('true');
  });

  it('L9 an answer of 60,000 characters arrives, and longer ones are not sent around', async () => {
    const [one, two] = [await instance(), await instance()];
    const [client, response, question] = await askedAt(one);
    const answer = { ...yesTo(question), _meta: { 'a.b/c': 'x'.repeat(60_000) } };
    texts = [];
    const huge = { ...answer, _meta: { 'a.b/c': 'x'.repeat(1_000_000) } };
    expect((await at(two, client).answer(question, huge)).status).toBe(202);
    const params = { requestId: 'x'.repeat(100_000) };
    await at(two, client).post({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
    await turns();
    expect(texts.join('').length).toBeLessThan(10_000);
    expect((await at(two, client).answer(question, answer)).status).toBe(202);
    expect(textOf(await response.reply())).toBe('true');
  });

  it('L14 a call that has just ended at one is not run at another', async () => {
    const [one, two, three] = [await instance(), await instance(), await instance()];
    const [client, response, question] = await askedAt(one);
    const back = await resume(at(two, client), response);
    await at(three, client).answer(question, yesTo(question));
    await Promise.race([response.end(), back.end()]);
    await turns(50);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(steps).toBe(1);
  });

  it('L12 a call is cancelled at another instance', async () => {
    const [one, two] = [await instance(), await instance()];
    const [client, response] = await askedAt(one);
    await at(two, client).post({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 2 },
    });
    await response.end();
    expect(response.messages.every(isQuestion)).toBe(true);
  });

  it('L9 a relay is listened to until the server closes, also while it is not served any more', async () => {
    const server = new McpServer({ name: 's', version: '1' }, { state: { keys: KEYS }, relay });
    const serving = await serve(server, { port: 0, signals: false });
    expect(listeners.size).toBe(0);
    const client = await OldClient.connect(serving.url);
    expect((await client.request('ping')).status).toBe(200);
    expect(listeners.size).toBe(1);
    await serving.close();
    expect(listeners.size).toBe(1);
    await server.close();
    await until(() => listeners.size === 0);
  });

  it('L9 a relay is not listened to again for requests that come after the server has closed', async () => {
    const server = new McpServer({ name: 's', version: '1' }, { state: { keys: KEYS }, relay });
    open.push(await serve(server, { port: 0, signals: false, grace: 0 }));
    const client = await OldClient.connect(open[0]!.url);
    await (await client.request('ping')).end();
    await server.close();
    await until(() => listeners.size === 0);
    await (await client.request('ping')).end();
    await turns();
    expect(listeners.size).toBe(0);
  });

  it('L9 a relay that fails is logged once, and fails no answer', async () => {
    const broken: Relay = {
      publish: () => Promise.reject(new Error('down')),
      subscribe: () => {
        throw new Error('down');
      },
    };
    const [one, two] = [await instance(broken), await instance(broken)];
    const [client, response, question] = await askedAt(one);
    expect((await at(two, client).answer(question, yesTo(question))).status).toBe(202);
    expect((await client.answer(question, yesTo(question))).status).toBe(202);
    expect(textOf(await response.reply())).toBe('true');
    expect(warnings.filter((line) => line.includes('publishing'))).toHaveLength(1);
  });
});
