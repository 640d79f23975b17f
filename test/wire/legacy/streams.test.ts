import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import { CallStreams } from '../../../src/legacy/streams/call-streams.ts';
import { RpcError } from '../../../src/protocol/rpc-error.ts';
import { McpServer } from '../../../src/server/server.ts';
import type { UnknownRecord } from '../../../src/base/json/json.ts';
import type { ServerOptions } from '../../../src/server/options.ts';
import { warningsTo } from '../../support/logger.ts';
import { type Message, textOf } from '../../support/messages.ts';
import {
  OldClient,
  type OldResponse,
  type StreamEvent,
  at,
  isQuestion,
  lastId,
} from '../../support/old-client.ts';
import { KeepingConnection, callTool, decline, openSession } from '../../support/old-connection.ts';
import { turns, until } from '../../support/until.ts';

const KEYS = ['A'.repeat(43)];
const Reason = z.object({ reason: z.string().min(3) });

const open: Serving[] = [];
let warnings: string[] = [];
let steps: string[] = [];
/** Tools whose handlers have failed. */
let failed: string[] = [];
let goOn: () => void;
let going: Promise<void>;

function hold(): void {
  going = new Promise((resolve) => (goOn = resolve));
}
hold();

afterEach(async () => {
  goOn();
  await Promise.all(open.splice(0).map((serving) => serving.close()));
  [warnings, steps, failed] = [[], [], []];
  hold();
});

function ran<T>(step: string, outcome: T): T {
  steps.push(step);
  return outcome;
}

interface Instance {
  readonly url: string;
  readonly serving: Serving;
}

async function instance(options: ServerOptions = {}): Promise<Instance> {
  const logger = warningsTo(warnings);
  const server = new McpServer(
    { name: 's', version: '1' },
    { state: { keys: KEYS }, logger, ...options },
  );
  server.registerTool('deploy', {}, async (ctx) => {
    const build = await ctx.step('plan', () => ran('plan', 412));
    ctx.progress(1);
    const go = await ctx.elicit('go', { message: `Deploy ${build}?`, schema: Reason });
    await ctx.step('release', () => ran('release', 1));
    ctx.progress(2);
    const sure = await ctx.confirm('sure', 'Sure?');
    ctx.progress(3);
    return `${build} ${go.action} ${sure}`;
  });
  server.registerTool('two', {}, async (ctx) =>
    JSON.stringify(await ctx.all({ a: ctx.confirm('a', 'A?'), b: ctx.confirm('b', 'B?') })),
  );
  server.registerTool('big', {}, async (ctx) => {
    await ctx.step('big', () => 'x'.repeat(5_000));
    return String(await ctx.confirm('a', 'A?'));
  });
  server.registerTool('slow', {}, async (ctx) => {
    ctx.progress(1);
    await going;
    ctx.progress(2);
    return 'done';
  });
  server.registerTool('throws', {}, async (ctx) => {
    ctx.progress(1);
    await going;
    failed.push('throws');
    throw new Error('no');
  });
  server.registerTool('refuses', {}, async (ctx) => {
    ctx.progress(1);
    await going;
    failed.push('refuses');
    throw new RpcError(4711, 'no');
  });
  server.registerTool('huge', {}, async (ctx) => {
    ctx.progress(1);
    await going;
    return 'x'.repeat(2_000_000);
  });
  server.registerTool('chatty', {}, async (ctx) => {
    ctx.progress(1);
    await going;
    for (let i = 2; i < 400; i++) ctx.progress(i);
    return 'done';
  });
  server.registerTool('slow-after', {}, async (ctx) => {
    await ctx.confirm('a', 'A?');
    await ctx.step('s', () => ran('s', going));
    return 'done';
  });
  const serving = await serve(server, { port: 0, signals: false });
  open.push(serving);
  return { url: serving.url, serving };
}

const ASKABLE = { elicitation: {}, sampling: {}, roots: {} };

function start(client: OldClient, name: string): Promise<OldResponse> {
  const params = { name, arguments: {}, _meta: { progressToken: 1 } };
  return client.request('tools/call', params);
}

function resume(client: OldClient, ...responses: OldResponse[]): Promise<OldResponse> {
  return client.get({ 'last-event-id': lastId(...responses) });
}

/** The first event of a stream that has begun with its progress. */
async function firstEvent(response: OldResponse): Promise<StreamEvent> {
  await response.message(({ method }) => method === 'notifications/progress');
  return response.events[0]!;
}

const yes = { action: 'accept', content: { reason: 'because' } };

function answerTo({ params }: Message): UnknownRecord {
  return params!['message'] === 'Sure?' ? confirmation(params!) : yes;
}

function confirmation(params: UnknownRecord): UnknownRecord {
  const { properties } = params['requestedSchema'] as { properties: object };
  return { action: 'accept', content: { [Object.keys(properties)[0]!]: true } };
}

describe('the stream of an old call', () => {
  it('L13 begins with an id, when to come back, and nothing else, for a client of 2025-11-25', async () => {
    const client = await OldClient.connect((await instance()).url, { capabilities: ASKABLE });
    const response = await start(client, 'deploy');
    await response.message(isQuestion);
    expect(response.raw).toMatch(/^id: \S+\nretry: 5000\ndata: *\n\n/);
    expect(response.events[0]).toMatchObject({ data: '' });
    response.cut();
  });

  it.each(['2025-06-18', '2024-11-05'])('L13 has no ids for a client of %s', async (version) => {
    const client = await OldClient.connect((await instance()).url, {
      version,
      capabilities: ASKABLE,
    });
    const response = await start(client, 'deploy');
    await response.message(isQuestion);
    expect(response.raw).not.toContain('id: ');
    expect(response.raw).not.toContain('retry:');
    response.cut();
  });

  it('L13 is JSON if there is nothing to send ahead', async () => {
    const client = await OldClient.connect((await instance()).url);
    const response = await client.request('ping');
    expect(response.isStream).toBe(false);
  });

  it('L13 gives every event an id of its own, but for those while a question is open', async () => {
    const client = await OldClient.connect((await instance()).url, { capabilities: ASKABLE });
    const response = await start(client, 'two');
    await until(() => response.messages.length === 2);
    const [a, b] = response.messages as [Message, Message];
    const [prime, first, second] = response.events;
    expect(prime!.id).toBeDefined();
    expect(first!.id).toBeUndefined();
    expect(second!.id).toBeDefined();
    await client.answer(a, confirmation(a.params!));
    await client.answer(b, confirmation(b.params!));
    await response.end();
    const ids = response.events.flatMap(({ id }) => id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(response.events.at(-1)!.id).toBeDefined();
  });

  it('L13 L12 brings the rest to a client that comes back', async () => {
    const client = await OldClient.connect((await instance()).url);
    const response = await start(client, 'slow');
    await response.message(({ method }) => method === 'notifications/progress');
    response.cut();
    await until(() => response.isEnded);
    const back = await resume(client, response);
    expect(back.events.map(({ data }) => data).join('')).not.toContain('"progress":1');
    goOn();
    expect(textOf(await back.reply())).toBe('done');
    expect(back.messages.map(({ params }) => params?.['progress'])).toEqual([2, undefined]);
  });

  it('L13 brings what came after its end, and no event of another stream', async () => {
    const client = await OldClient.connect((await instance()).url);
    const response = await start(client, 'slow');
    const other = await start(client, 'slow');
    await response.message(({ method }) => method === 'notifications/progress');
    response.cut();
    await until(() => response.isEnded);
    goOn();
    await other.end();
    const back = await resume(client, response);
    await back.end();
    expect(back.messages.map(({ id }) => id)).toEqual([undefined, 2]);
    const again = await resume(client, response, back);
    await again.end();
    expect(again.messages).toEqual([]);
  });

  it('L13 loses and repeats nothing, wherever it is cut', async () => {
    const { url } = await instance();
    for (let cutAfter = 1; cutAfter < 9; cutAfter++) {
      const client = await OldClient.connect(url, { capabilities: ASKABLE });
      const responses = [await start(client, 'deploy')];
      const answered = new Set<unknown>();
      const all = (): Message[] => responses.flatMap(({ messages }) => messages);
      const hasReply = (): boolean => all().some(({ result }) => result !== undefined);
      while (!hasReply()) {
        const response = responses.at(-1)!;
        for (const question of all().filter(isQuestion)) {
          if (answered.has(question.id)) continue;
          answered.add(question.id);
          await client.answer(question, answerTo(question));
        }
        if (responses.length === 1 && response.events.length >= cutAfter) {
          response.cut();
          await until(() => response.isEnded);
          responses.push(await resume(client, response));
        }
        if (response.isEnded && response === responses.at(-1) && !hasReply()) {
          throw new Error('It ended without a reply');
        }
        await turns(1);
      }
      const texts = all().map((message) => JSON.stringify(message));
      expect(new Set(texts).size).toBe(texts.length);
      expect(all().filter(isQuestion)).toHaveLength(2);
      expect(textOf(all().at(-1)!)).toBe('412 accept true');
    }
    expect(steps.filter((step) => step === 'plan')).toHaveLength(8);
    expect(steps.filter((step) => step === 'release')).toHaveLength(8);
  });

  it('L5 L13 is forgotten when its session ends, or else at its own end', async () => {
    const client = await OldClient.connect((await instance()).url);
    const events = async (response: OldResponse): Promise<string> => {
      await response.message(({ method }) => method === 'notifications/progress');
      return response.events[0]!.id!;
    };
    const running = await start(client, 'slow');
    const first = await events(running);
    await client.delete();
    goOn();
    expect(textOf(await running.reply())).toBe('done');
    expect((await client.get({ 'last-event-id': first })).status).toBe(405);
    const ended = await start(client, 'slow');
    const second = await events(ended);
    await ended.end();
    const again = await client.get({ 'last-event-id': second });
    expect(textOf(await again.reply())).toBe('done');
    await client.delete();
    expect((await client.get({ 'last-event-id': second })).status).toBe(405);
  });

  it('L13 is not there where all is in the reply, also if the request is aborted after it', async () => {
    const entered = vi.spyOn(CallStreams.prototype, 'add');
    const server = new McpServer({ name: 's', version: '1' }, { state: { keys: KEYS } });
    server.registerTool('greet', {}, () => 'hi');
    const { url } = await instance();
    const { sessionId } = await OldClient.connect(url);
    const abort = new AbortController();
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-session-id': sessionId!,
    };
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'greet' } };
    const init = { method: 'POST', headers, body: JSON.stringify(message), signal: abort.signal };
    const response = await server.fetch(new Request('http://127.0.0.1/mcp', init));
    expect(await response.json()).toMatchObject({ result: { content: [{ text: 'hi' }] } });
    // Some platforms do so with every request.
    abort.abort();
    expect(entered).not.toHaveBeenCalled();
    entered.mockRestore();
  });

  it("L13 is not another session's to read", async () => {
    const { url } = await instance();
    const client = await OldClient.connect(url, { capabilities: ASKABLE });
    const response = await start(client, 'deploy');
    await response.message(isQuestion);
    const other = await OldClient.connect(url, { capabilities: ASKABLE });
    expect((await resume(other, response)).status).toBe(405);
    for (const id of ['x', 'x.1', `${lastId(response)}0x`, 'A'.repeat(6_000)]) {
      expect((await client.get({ 'last-event-id': id })).status).toBe(405);
    }
    response.cut();
  });
});

describe('what a client that comes back late gets', () => {
  const clocks = { toFake: ['setTimeout' as const, 'clearTimeout' as const] };

  it('L13 is forgotten a minute after the end, also if it was replayed', async () => {
    const client = await OldClient.connect((await instance()).url);
    const response = await start(client, 'slow');
    await response.message(({ method }) => method === 'notifications/progress');
    const first = response.events[0]!.id!;
    vi.useFakeTimers(clocks);
    try {
      goOn();
      await response.end();
      const again = await client.get({ 'last-event-id': first });
      await again.end();
      expect(textOf(again.messages.at(-1)!)).toBe('done');
      vi.advanceTimersByTime(60_001);
      expect((await client.get({ 'last-event-id': first })).status).toBe(405);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    ['an error of the protocol', 'refuses', { error: { code: 4711, message: 'no' } }],
    ['a result that says so', 'throws', { result: { isError: true } }],
  ])('L13 is the failure of its call: %s', async (_which, name, failure) => {
    const client = await OldClient.connect((await instance()).url);
    const response = await start(client, name);
    const first = (await firstEvent(response)).id!;
    response.cut();
    await until(() => response.isEnded);
    vi.useFakeTimers(clocks);
    try {
      goOn();
      await until(() => failed.includes(name));
      await turns();
      vi.advanceTimersByTime(59_000);
      const back = await client.get({ 'last-event-id': first });
      expect(await back.reply()).toMatchObject(failure);
      vi.advanceTimersByTime(60_001);
      expect((await client.get({ 'last-event-id': first })).status).toBe(405);
    } finally {
      vi.useRealTimers();
    }
  });

  it('L13 is nothing if it gave up its call, and nothing is kept for it', async () => {
    const client = await OldClient.connect((await instance()).url);
    const response = await start(client, 'throws');
    const first = (await firstEvent(response)).id!;
    vi.useFakeTimers(clocks);
    try {
      const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled' };
      await client.post({ ...cancelled, params: { requestId: 2, reason: 'timed out' } });
      await response.end();
      expect(response.messages.at(-1)!.method).toBe('notifications/progress');
      expect((await client.get({ 'last-event-id': first })).status).toBe(405);
      // Were something kept, a timer would wait to forget it.
      await client.post({ ...cancelled, method: 'notifications/initialized' });
      await turns();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('L10 L13 is the question still, as long as it may be answered, and here nothing waits for it meanwhile', async () => {
    const client = await OldClient.connect((await instance()).url, { capabilities: ASKABLE });
    vi.useFakeTimers(clocks);
    try {
      const response = await start(client, 'deploy');
      const question = await response.message(isQuestion);
      response.cut();
      await until(() => response.isEnded);
      await turns();
      vi.advanceTimersByTime(61_000);
      await turns();
      expect(vi.getTimerCount()).toBe(0);
      const back = await resume(client, response);
      await client.answer(question, yes);
      const second = await back.message(isQuestion);
      await client.answer(second, { action: 'decline' });
      expect(textOf(await back.reply())).toBe('412 accept false');
      expect(steps).toEqual(['plan', 'release']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('L13 L14 is not sent away while a person thinks, if it cannot go on elsewhere', async () => {
    const client = await OldClient.connect((await instance()).url, { capabilities: ASKABLE });
    const response = await start(client, 'big');
    const question = await response.message(isQuestion);
    response.cut();
    await until(() => response.isEnded);
    vi.useFakeTimers(clocks);
    try {
      const back = await resume(client, response);
      vi.advanceTimersByTime(50_000);
      await turns();
      expect(back.isEnded).toBe(false);
      await client.answer(question, { action: 'decline' });
      expect(textOf(await back.reply())).toBe('false');
    } finally {
      vi.useRealTimers();
    }
  });

  it('L13 is sent away after 25 s where it can go on elsewhere, also at the next question', async () => {
    const client = await OldClient.connect((await instance()).url, { capabilities: ASKABLE });
    const response = await start(client, 'deploy');
    const question = await response.message(isQuestion);
    response.cut();
    await until(() => response.isEnded);
    vi.useFakeTimers(clocks);
    try {
      const back = await resume(client, response);
      await client.answer(question, yes);
      const second = await back.message((each) => isQuestion(each) && each.id !== question.id);
      vi.advanceTimersByTime(25_001);
      await back.end();
      const again = await resume(client, response, back);
      await client.answer(second, { action: 'decline' });
      expect(textOf(await again.reply())).toBe('412 accept false');
    } finally {
      vi.useRealTimers();
    }
  });

  it('L13 L14 is the question that it has not got, if its connection was lost with it', async () => {
    const client = await OldClient.connect((await instance()).url, { capabilities: ASKABLE });
    const response = await start(client, 'deploy');
    const question = await response.message(isQuestion);
    const before = response.events[0]!.id!;
    response.cut();
    await until(() => response.isEnded);
    const missed = await client.get({ 'last-event-id': before });
    await missed.end();
    expect(missed.messages.filter(isQuestion)).toEqual([question]);
    const back = await resume(client, missed);
    await client.answer(question, { action: 'decline' });
    const second = await back.message(isQuestion);
    await client.answer(second, { action: 'decline' });
    expect(textOf(await back.reply())).toBe('412 decline false');
    expect(steps).toEqual(['plan', 'release']);
  });

  it('L13 is a reply of any size', async () => {
    const client = await OldClient.connect((await instance()).url);
    const response = await start(client, 'huge');
    await response.message(({ method }) => method === 'notifications/progress');
    response.cut();
    await until(() => response.isEnded);
    goOn();
    const back = await resume(client, response);
    expect(textOf(await back.reply())).toHaveLength(2_000_000);
  });

  it('L13 is that something was lost, if more was sent than is kept', async () => {
    const client = await OldClient.connect((await instance()).url);
    const response = await start(client, 'chatty');
    await response.message(({ method }) => method === 'notifications/progress');
    const before = response.events[0]!.id!;
    response.cut();
    await until(() => response.isEnded);
    goOn();
    await turns(20);
    const back = await client.get({ 'last-event-id': before });
    expect(textOf(await back.reply())).toContain('lost');
  });
});

describe('a call that is cancelled while it waits for a slot', () => {
  it.each([true, false])('L12 does not go on, slot or not: %s', async (isFree) => {
    const server = new McpServer({ name: 's', version: '1' }, { state: { keys: KEYS } });
    server.registerTool('two', {}, async (ctx) => {
      await ctx.confirm('a', 'A?');
      return ctx.step('s', () => ran('s', 'x'));
    });
    let giveSlot!: (isFree: boolean) => void;
    const take = (): Promise<boolean> => new Promise((resolve) => (giveSlot = resolve));
    const call = new KeepingConnection({ pause() {}, take });
    const session = await openSession(server);
    const running = callTool(session, 'two', call);
    await until(() => call.messages.length === 1);
    void decline(session, call.messages[0]!);
    await until(() => giveSlot !== undefined);
    session.notified(
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } },
      call,
    );
    giveSlot(isFree);
    await running;
    expect(steps).toEqual([]);
    expect(call.reply).toBeUndefined();
    expect(call.messages).toHaveLength(1);
  });
});

describe('an old call whose instance is gone', () => {
  it.each(['answer first', 'resume first'])(
    'L14 goes on at another instance, its step run once: %s',
    async (order) => {
      const [one, two] = [await instance(), await instance()];
      const client = await OldClient.connect(one.url, { capabilities: ASKABLE });
      const response = await start(client, 'deploy');
      const question = await response.message(isQuestion);
      response.cut();
      await until(() => response.isEnded);
      const moved = at(two.url, client);
      const answer = (): Promise<OldResponse> => moved.answer(question, yes);
      const come = (): Promise<OldResponse> => resume(moved, response);
      const [taken, back] =
        order === 'answer first'
          ? [await answer(), await come()]
          : await come().then(async (resumed) => [await answer(), resumed] as const);
      expect(taken.status).toBe(202);
      const second = await back.message(isQuestion);
      expect(second.params).toMatchObject({ message: 'Sure?' });
      await moved.answer(second, confirmation(second.params!));
      expect(textOf(await back.reply())).toBe('412 accept true');
      expect(steps).toEqual(['plan', 'release']);
      expect(back.messages.flatMap(({ params }) => (params?.['progress'] as number) ?? [])).toEqual(
        [2, 3],
      );
    },
  );

  it('L14 goes on at a third, after another is gone', async () => {
    const [one, two, three] = [await instance(), await instance(), await instance()];
    const elsewhere = await OldClient.connect(three.url, { capabilities: ASKABLE });
    const client = at(one.url, elsewhere);
    const response = await start(client, 'deploy');
    const question = await response.message(isQuestion);
    response.cut();
    const second = at(two.url, client);
    const back = await resume(second, response);
    await second.answer(question, yes);
    const sureQuestion = await back.message(isQuestion);
    back.cut();
    const third = at(three.url, client);
    const again = await resume(third, response, back);
    await third.answer(sureQuestion, confirmation(sureQuestion.params!));
    expect(textOf(await again.reply())).toBe('412 accept true');
    expect(steps).toEqual(['plan', 'release']);
  });

  it('L10 L14 goes on although the last thing it heard was that it is alive', async () => {
    const [one, two] = [await instance(), await instance()];
    const client = await OldClient.connect(one.url, { capabilities: ASKABLE });
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const response = await start(client, 'deploy');
      const question = await response.message(isQuestion);
      const before = lastId(response);
      vi.advanceTimersByTime(15_001);
      await until(() => response.messages.length === 3);
      expect(lastId(response)).toBe(before);
      response.cut();
      const moved = at(two.url, client);
      const back = await resume(moved, response);
      await moved.answer(question, yes);
      const second = await back.message(isQuestion);
      await moved.answer(second, confirmation(second.params!));
      expect(textOf(await back.reply())).toBe('412 accept true');
      expect(steps).toEqual(['plan', 'release']);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each(['where it was', 'elsewhere'])(
    'L13 L14 goes on when its client is cut off as soon as it has come back, %s',
    async (where) => {
      const [one, two] = [await instance(), await instance()];
      const client = await OldClient.connect(one.url, { capabilities: ASKABLE });
      const response = await start(client, 'deploy');
      const question = await response.message(isQuestion);
      response.cut();
      const moved = where === 'elsewhere' ? at(two.url, client) : client;
      const cuts: OldResponse[] = [];
      for (let i = 0; i < 3; i++) {
        const back = await resume(moved, response, ...cuts);
        back.cut();
        cuts.push(back);
      }
      const back = await resume(moved, response, ...cuts);
      await moved.answer(question, yes);
      const second = await back.message((each) => isQuestion(each) && each.id !== question.id);
      await moved.answer(second, confirmation(second.params!));
      expect(textOf(await back.reply())).toBe('412 accept true');
      expect(steps).toEqual(['plan', 'release']);
    },
  );

  it('L14 keeps the answer that it has, of two', async () => {
    const [one, two] = [await instance(), await instance()];
    const client = await OldClient.connect(one.url, { capabilities: ASKABLE });
    const response = await start(client, 'two');
    await until(() => response.messages.length === 2);
    const [a, b] = response.messages as [Message, Message];
    await client.answer(a, confirmation(a.params!));
    await until(() => response.events.length === 4);
    response.cut();
    const moved = at(two.url, client);
    const back = await resume(moved, response);
    await moved.answer(b, { action: 'decline' });
    expect(textOf(await back.reply())).toBe('{"a":true,"b":false}');
    expect(back.messages.filter(isQuestion)).toEqual([]);
  });

  it('L14 runs the round again if it was running, with the answer', async () => {
    const [one, two] = [await instance(), await instance()];
    const client = await OldClient.connect(one.url, { capabilities: ASKABLE });
    const response = await start(client, 'slow-after');
    const question = await response.message(isQuestion);
    await client.answer(question, confirmation(question.params!));
    await until(() => steps.length === 1 && response.events.length === 3);
    response.cut();
    const back = await resume(at(two.url, client), response);
    await until(() => steps.length === 2);
    goOn();
    expect(textOf(await back.reply())).toBe('done');
  });

  it('L14 says that it was lost if nothing had been asked, or the state is too large for an id', async () => {
    const [one, two] = [await instance(), await instance()];
    const client = await OldClient.connect(one.url, { capabilities: ASKABLE });
    const slow = await start(client, 'slow');
    await slow.message(({ method }) => method === 'notifications/progress');
    const big = await start(client, 'big');
    await big.message(isQuestion);
    expect(lastId(big).length).toBeLessThan(1_000);
    for (const response of [slow, big]) {
      const back = await resume(at(two.url, client), response);
      const reply = await back.reply();
      expect(reply.id).toBeDefined();
      expect(reply.result).toMatchObject({ isError: true });
      expect(textOf(reply)).toContain('lost');
      response.cut();
    }
  });

  it('L14 joins the stream that the first GET has made', async () => {
    const [one, two] = [await instance(), await instance()];
    const client = await OldClient.connect(one.url, { capabilities: ASKABLE });
    const response = await start(client, 'two');
    await until(() => response.messages.length === 2);
    const [a, b] = response.messages as [Message, Message];
    response.cut();
    const moved = at(two.url, client);
    const first = await resume(moved, response);
    const second = await resume(moved, response);
    await first.end();
    await moved.answer(a, { action: 'decline' });
    await moved.answer(b, { action: 'decline' });
    expect(textOf(await second.reply())).toContain('false');
  });

  it('L14 is over when it was cancelled, or has ended long ago', async () => {
    const { url } = await instance();
    const client = await OldClient.connect(url, { capabilities: ASKABLE });
    const response = await start(client, 'deploy');
    await response.message(isQuestion);
    await client.post({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 2 },
    });
    await response.end();
    expect((await resume(client, response)).status).toBe(405);
  });

  it('L10 L14 is closed with its continuation when the server shuts down, and goes on elsewhere', async () => {
    const [one, two] = [await instance(), await instance()];
    const client = await OldClient.connect(one.url, { capabilities: ASKABLE });
    const response = await start(client, 'deploy');
    const question = await response.message(isQuestion);
    await one.serving.close();
    await response.end();
    expect(response.messages.some(({ result }) => result !== undefined)).toBe(false);
    const moved = at(two.url, client);
    const back = await resume(moved, response);
    await moved.answer(question, { action: 'decline' });
    const second = await back.message(isQuestion);
    await moved.answer(second, { action: 'decline' });
    expect(textOf(await back.reply())).toBe('412 decline false');
  });

  it('L10 L11 fails when the server shuts down and the client cannot come back', async () => {
    const one = await instance();
    const client = await OldClient.connect(one.url, {
      version: '2025-06-18',
      capabilities: ASKABLE,
    });
    const response = await start(client, 'deploy');
    await response.message(isQuestion);
    await one.serving.close();
    expect((await response.reply()).result).toMatchObject({ isError: true });
  });
});

describe('an old call that waits for a person', () => {
  it('L10 has no slot, and takes one before new requests do', async () => {
    const { url } = await instance({ http: { maxConcurrentRequests: 1 } });
    const client = await OldClient.connect(url, { capabilities: ASKABLE });
    const waiting = await start(client, 'two');
    await until(() => waiting.messages.length === 2);
    const [a, b] = waiting.messages as [Message, Message];
    expect((await (await client.request('ping')).reply()).result).toEqual({});
    await client.answer(a, { action: 'decline' });
    const slow = await start(client, 'slow');
    await slow.message(({ method }) => method === 'notifications/progress');
    expect((await client.request('ping')).status).toBe(503);
    expect((await client.answer(b, { action: 'decline' })).status).toBe(503);
    goOn();
    await slow.end();
    await client.answer(b, { action: 'decline' });
    expect(textOf(await waiting.reply())).toContain('false');
  });

  it('L10 has a progress notification every 15 seconds, if it asked for progress', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const client = await OldClient.connect((await instance()).url, { capabilities: ASKABLE });
      const response = await start(client, 'deploy');
      const question = await response.message(isQuestion);
      vi.advanceTimersByTime(15_001);
      await until(() => response.messages.length === 3);
      await client.answer(question, yes);
      const second = await response.message((each) => isQuestion(each) && each.id !== question.id);
      await client.answer(second, { action: 'decline' });
      await response.end();
      const progress = response.messages.flatMap(
        ({ params }) => (params?.['progress'] as number) ?? [],
      );
      expect(progress).toHaveLength(4);
      expect([...progress].sort((x, y) => x - y)).toEqual(progress);
      expect(new Set(progress).size).toBe(4);
    } finally {
      vi.useRealTimers();
    }
  });

  it('L9 L11 fails cleanly where the balancer goes round and there is no relay', async () => {
    const legacy = { askTimeout: 100 };
    const [one, two] = [await instance({ legacy }), await instance({ legacy })];
    const client = await OldClient.connect(two.url, { capabilities: ASKABLE });
    const response = await start(at(one.url, client), 'deploy');
    const question = await response.message(isQuestion);
    expect((await client.answer(question, yes)).status).toBe(202);
    expect(textOf(await response.reply())).toContain('Nobody answered');
    expect(steps).toEqual(['plan']);
  });

  it('L9 logs nothing for an answer that comes twice', async () => {
    const client = await OldClient.connect((await instance()).url, { capabilities: ASKABLE });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const response = await start(client, 'big');
      const question = await response.message(isQuestion);
      await client.answer(question, { action: 'decline' });
      expect((await client.answer(question, { action: 'decline' })).status).toBe(202);
      await response.end();
      vi.advanceTimersByTime(60_001);
      expect(warnings.join('\n')).toBe('');
    } finally {
      vi.useRealTimers();
    }
  });

  it('L9 logs an answer that nobody claims, saying what to do', async () => {
    const [one, two] = [await instance(), await instance()];
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const client = await OldClient.connect(one.url, { capabilities: ASKABLE });
      const response = await start(client, 'deploy');
      const question = await response.message(isQuestion);
      expect((await at(two.url, client).answer(question, yes)).status).toBe(202);
      vi.advanceTimersByTime(60_001);
      expect(warnings.join('\n')).toContain('hash on Mcp-Session-Id');
      response.cut();
    } finally {
      vi.useRealTimers();
    }
  });
});
