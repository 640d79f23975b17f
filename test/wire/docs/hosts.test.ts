/** What docs/hosts.md shows does what it says there. */
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { McpServer } from 'mcp-rondo';
import { type Serving, serve } from 'mcp-rondo/node';
import * as z from 'zod';
import {
  Client,
  type ClientOptions,
  type FlowSnapshot,
  type FormAnswer,
  type InputRequest,
  type InputResponse,
  type RefusedEvent,
  type Stepper,
  type Target,
  type Tool,
} from '../../../src/client/index.ts';
import { TEST_KEY } from '../../support/each-wire.ts';
import { silent } from '../../support/logger.ts';
import { OpenStream, ScriptedOldServer } from '../../support/old-server/scripted.ts';
import { Page } from '../../support/page.ts';

const page = new Page('docs/hosts.md');
afterAll(() => page.close());

const closers: (() => unknown)[] = [];
afterEach(() => Promise.all(closers.splice(0).map((close) => close())));

const me = { name: 'test', version: '1.0.0' };
const Day = z.object({ day: z.string() });
const Password = z.object({ password: z.string() });

/** How often the step of `book` was run. */
let booked = 0;

function shop(): McpServer {
  const server = new McpServer(
    { name: 'shop', version: '1.0.0' },
    { logger: silent, state: { keys: [TEST_KEY] } },
  );
  server.registerTool(
    'book',
    { inputSchema: z.object({ what: z.string() }) },
    async ({ what }, ctx) => {
      const answer = await ctx.elicit('day', { message: `When, ${what}?`, schema: Day });
      if (answer.action !== 'accept') return `${what}: ${answer.action}`;
      await ctx.step('book', () => ++booked);
      return `${what} on ${answer.content.day}`;
    },
  );
  server.registerTool('login', {}, async (ctx) => {
    const answer = await ctx.elicit('p', { message: 'Password?', schema: Password });
    return answer.action;
  });
  server.registerTool('pay', {}, async (ctx) => {
    const { action } = await ctx.elicitUrl('pay', { message: 'Pay', url: 'https://pay.example/1' });
    return action;
  });
  return server;
}

async function served(): Promise<Serving> {
  const serving = await serve(shop(), { port: 0, signals: false });
  closers.push(() => serving.close());
  return serving;
}

const text = (words: string) => [{ type: 'text', text: words }];
const accept = (day: string): InputResponse => ({ action: 'accept', content: { day } });

describe('docs/hosts.md shows', () => {
  it('docs/hosts.md shows how a question comes to its own conversation, over HTTP too', async () => {
    interface Conversation {
      ask(question: { message: string }, from: string): Promise<FormAnswer>;
    }
    const { clientOf, callFor } = await page.run<{
      clientOf(target: Target): Client;
      callFor(
        of: Conversation,
        client: Client,
        name: string,
        args: object,
      ): Promise<{ content: unknown }>;
    }>('A question belongs to its call');
    for (const target of [shop(), (await served()).url]) {
      const client = clientOf(target);
      const call = async (who: string): Promise<unknown> => {
        const seen: string[] = [];
        const conversation: Conversation = {
          async ask({ message }, from) {
            seen.push(`${from}: ${message}`);
            return { action: 'accept', content: { day: `day of ${who}` } };
          },
        };
        const { content } = await callFor(conversation, client, 'book', { what: who });
        return [seen, content];
      };
      expect(await Promise.all(['ada', 'bob', 'eve'].map(call))).toEqual(
        ['ada', 'bob', 'eve'].map((who) => [
          [`shop: When, ${who}?`],
          text(`${who} on day of ${who}`),
        ]),
      );
      await client.close();
    }
  });

  it('docs/hosts.md shows consent, refusals and the limit of a patience', async () => {
    interface Person {
      fillIn(title: string, form: object, signal: AbortSignal): Promise<object | undefined>;
      open(title: string, url: string): Promise<boolean>;
    }
    const { clientFor } = await page.run<{
      clientFor(
        person: Person,
        target: Target,
        more: Partial<ClientOptions> & { patience?: number },
      ): Client;
    }>('Consent, and refusals');
    const opened: string[] = [];
    const refused: RefusedEvent[] = [];
    const options = { onRefused: (event: RefusedEvent) => refused.push(event) };
    const person: Person = {
      fillIn: async () => ({ day: 'Monday' }),
      open: async (title, url) => opened.push(`${title} ${url}`) > 0,
    };
    const client = clientFor(person, shop(), options);
    const contentOf = async (name: string, args = {}): Promise<unknown> =>
      (await client.callTool(name, args)).content;
    expect(await contentOf('book', { what: 'Tea' })).toEqual(text('Tea on Monday'));
    expect(await contentOf('pay')).toEqual(text('accept'));
    expect(opened).toEqual(['shop: Pay https://pay.example/1']);
    expect(await contentOf('login')).toEqual(text('decline'));
    const gone: Person = {
      ...person,
      fillIn: (_title, _form, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    };
    const waiting = clientFor(gone, shop(), { ...options, patience: 5 });
    expect((await waiting.callTool('book', { what: 'Tea' })).content).toEqual(text('Tea: cancel'));
    expect(refused.map(({ action, reason }) => `${action}, ${reason}`)).toEqual([
      'decline, policy',
      'cancel, timeout',
    ]);
  });

  it('docs/hosts.md shows a call that is driven by its host, who can stop it', async () => {
    interface Policy {
      answer(key: string, question: InputRequest): Promise<InputResponse>;
      check(flow: Stepper): Promise<void>;
    }
    const { run } = await page.run<{
      run(client: Client, policy: Policy, name: string, args: object): Promise<unknown>;
    }>('Driving a call yourself');
    const client = new Client(shop(), { ...me, onElicit: () => ({ action: 'cancel' }) });
    const keys: string[] = [];
    const policy: Policy = {
      answer: async (key) => (keys.push(key), accept('Friday')),
      check: async () => undefined,
    };
    const result = await run(client, policy, 'book', { what: 'Tea' });
    expect(result).toMatchObject({ content: text('Tea on Friday') });
    expect(keys).toEqual(['day']);
    const before = booked;
    const check = async ({ round }: Stepper): Promise<void> => {
      if (round > 0) throw new Error('switched off');
    };
    await expect(run(client, { ...policy, check }, 'book', { what: 'Tea' })).rejects.toThrow('off');
    expect(booked).toBe(before);
  });

  it('docs/hosts.md shows which rounds are sent again', async () => {
    const { send } = await page.run<{
      send(flow: Stepper, tool: Tool, tries: number, wait: number): Promise<void>;
    }>('Before a call is sent again');
    let sent = 0;
    let failing = 0;
    const server = shop();
    const answers: (() => Response)[] = [
      () => new Response('', { status: 503, headers: { 'Retry-After': '0' } }),
      () => {
        throw new Error('reset');
      },
    ];
    const http = {
      async fetch(url: RequestInfo | URL, init?: RequestInit): Promise<Response> {
        sent++;
        return failing-- > 0 ? answers[failing % 2]!() : server.fetch(new Request(url, init));
      },
    };
    const client = new Client('http://127.0.0.1/mcp', {
      legacy: 'never',
      ...me,
      http,
      onElicit: () => ({ action: 'cancel' }),
    });
    const tool: Tool = { name: 'book', inputSchema: { type: 'object' } };
    const flow = client.start('tools/call', { name: 'book', arguments: { what: 'Tea' } });
    failing = 1;
    await expect(send(flow, tool, 3, 0)).rejects.toThrow();
    expect(sent).toBe(1);
    const idempotent = { ...tool, annotations: { idempotentHint: true } };
    failing = 2;
    await send(flow, idempotent, 3, 0);
    expect([sent, flow.status]).toEqual([4, 'asking']);
    flow.answer('day', accept('Friday'));
    failing = 2;
    await send(flow, tool, 3, 0);
    expect([sent, flow.status]).toEqual([7, 'complete']);
    const other = client.start('tools/call', { name: 'nothing' });
    await expect(send(other, idempotent, 3, 0)).rejects.toMatchObject({ code: -32602 });
    expect(sent).toBe(8);
  });

  it('docs/hosts.md shows calls that are kept until their owner answers', async () => {
    interface OpenCall {
      owner: string;
      server: string;
      flow: FlowSnapshot;
    }
    interface Calls {
      begin(
        id: string,
        owner: string,
        server: string,
        name: string,
        args: object,
      ): Promise<unknown>;
      answer(id: string, owner: string, answers: Record<string, InputResponse>): Promise<unknown>;
    }
    const { OpenCalls } = await page.run<{
      OpenCalls: new (store: object, clientAt: (server: string) => Client) => Calls;
    }>('Saving and resuming');
    const kept = new Map<string, string>();
    const store = {
      put: async (id: string, call: OpenCall) => void kept.set(id, JSON.stringify(call)),
      async take(id: string, owner: string) {
        const call = JSON.parse(kept.get(id) ?? 'null') as OpenCall | null;
        if (call?.owner !== owner) return undefined;
        kept.delete(id);
        return call;
      },
    };
    const clientAt = (): Client =>
      new Client(shop(), { ...me, onElicit: () => ({ action: 'cancel' }) });
    const calls = (): Calls => new OpenCalls(store, clientAt);
    const questions = await calls().begin('1', 'ada', 'shop', 'book', { what: 'Tea' });
    expect(questions).toMatchObject({ day: { params: { message: 'When, Tea?' } } });
    await expect(calls().answer('1', 'eve', { day: accept('Friday') })).rejects.toThrow('open');
    await expect(calls().answer('1', 'ada', { other: accept('Friday') })).rejects.toThrow('other');
    const result = await calls().answer('1', 'ada', { day: accept('Friday') });
    expect(result).toMatchObject({ content: text('Tea on Friday') });
    expect(kept.size).toBe(0);
  });

  it('docs/hosts.md shows which flows can be kept for later', async () => {
    const { begin } = await page.run<{
      begin(client: Client, name: string, args: object): Promise<{ canWait: boolean }>;
    }>('Servers of earlier revisions');
    const client = new Client(shop(), { ...me, onElicit: () => ({ action: 'cancel' }) });
    expect(await begin(client, 'login', {})).toMatchObject({ canWait: true });
    const old = new ScriptedOldServer();
    old.on('tools/call', () => {
      const requestedSchema = { type: 'object', properties: {} };
      const params = { message: 'Sure?', requestedSchema };
      return new OpenStream().send({ id: 'q', method: 'elicitation/create', params }).response;
    });
    const asked = old.connect({ legacy: 'always', onElicit: () => ({ action: 'cancel' }) });
    expect(await begin(asked, 'pay', {})).toMatchObject({ canWait: false });
    await asked.close();
  });

  it('docs/hosts.md shows no code that is not run', () => {
    expect(page.unread).toEqual([]);
  });
});
