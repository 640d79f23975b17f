/** Flows inside the official server, for clients of both eras. */
import {
  McpServer,
  ResourceTemplate,
  type ServerContext,
  WebStandardStreamableHTTPServerTransport,
  createMcpHandler,
  createRequestStateCodec,
  inputRequired,
} from '@modelcontextprotocol/server';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Client, type ClientOptions, type FlowSnapshot } from '../../../src/client/index.ts';
import { rondoInside } from '../../../src/inside/index.ts';
import { generateKey } from '../../../src/state/key-ring.ts';
import { failure } from '../../support/bad-servers/calls.ts';
import type { Logger } from '../../../src/base/logging/logger.ts';
import { errorsTo, silent } from '../../support/logger.ts';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
});

let booked = 0;

function servers(
  principal?: (ctx: ServerContext) => { issuer: string; subject: string },
  logger: Logger = silent,
) {
  const codec = createRequestStateCodec<{ asked: number }>({ key: 'k'.repeat(32) });
  const rondo = rondoInside({
    state: { keys: [generateKey()] },
    logger,
    ...(principal && { principal }),
  });
  return (): McpServer => {
    const server = new McpServer(
      { name: 'official', version: '1' },
      { requestState: { verify: rondo.verify(codec.verify) } },
    );
    const day = z.object({ day: z.string() });
    const inputSchema = z.object({ when: z.string().transform((text) => text.toUpperCase()) });
    rondo.registerTool(server, 'book', { inputSchema, version: '2' }, async ({ when }, ctx) => {
      await ctx.step('reserve', () => ++booked);
      const answer = await ctx.elicit('day', { message: `Which day, ${when}?`, schema: day });
      if (answer.action !== 'accept') return `Nothing (${answer.action}).`;
      const sure = await ctx.confirm('sure', `Really ${answer.content.day}?`);
      return sure ? `${when} on ${answer.content.day}` : 'Nothing.';
    });
    rondo.registerTool(server, 'fails', {}, () => {
      throw new Error('Out of paper');
    });
    rondo.registerPrompt(
      server,
      'greet',
      { argsSchema: z.object({ name: z.string() }) },
      async ({ name }, ctx) => {
        const { action } = await ctx.elicit('day', { message: 'Day?', schema: day });
        return {
          messages: [{ role: 'user', content: { type: 'text', text: `${name} ${action}` } }],
        };
      },
    );
    rondo.registerResource(
      server,
      'note',
      new ResourceTemplate('note://{id}', { list: undefined }),
      {},
      async (uri, { id }, ctx) => {
        const may = await ctx.confirm('may', `May ${String(id)} be read?`);
        return { contents: [{ uri: uri.href, text: may ? 'Note' : 'No' }] };
      },
    );
    server.registerTool('by_hand', {}, async (ctx) => {
      const state = ctx.mcpReq.requestState<{ asked: number }>();
      if (state === undefined) {
        const requestState = await codec.mint({ asked: 1 }, ctx);
        const params = { message: 'Go?', requestedSchema: { type: 'object', properties: {} } };
        return inputRequired({
          inputRequests: { go: inputRequired.elicit(params as never) },
          requestState,
        });
      }
      return { content: [{ type: 'text', text: `asked ${state.asked}` }] };
    });
    return server;
  };
}

const me: ClientOptions = {
  name: 'c',
  version: '1',
  logger: silent,
  onElicit: ({ requestedSchema }) => ({
    action: 'accept',
    content: 'day' in requestedSchema.properties ? { day: 'Monday' } : { confirm: true },
  }),
};

function modern(factory: () => McpServer): Client {
  const handler = createMcpHandler(factory);
  const fetch: typeof globalThis.fetch = (url, init) => handler.fetch(new Request(url, init));
  const client = new Client('http://127.0.0.1/mcp', { ...me, http: { fetch } });
  opened.push(handler, client);
  return client;
}

/** A session of the old protocol, which the official server serves by itself. */
async function old(factory: () => McpServer): Promise<Client> {
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: () => 'session',
  });
  const server = factory();
  await server.connect(transport);
  const fetch: typeof globalThis.fetch = (url, init) =>
    transport.handleRequest(new Request(url, init));
  const client = new Client('http://127.0.0.1/mcp', { ...me, legacy: 'always', http: { fetch } });
  opened.push(server, client);
  return client;
}

describe.each([
  ['this revision', async (factory: () => McpServer) => modern(factory)],
  ['2025-11-25', old],
] as const)('a flow inside the official server, for a client of %s,', (_, connect) => {
  it('L21 asks in the middle of a tool, and does its steps once', async () => {
    const client = await connect(servers());
    booked = 0;
    const { content } = await client.callTool('book', { when: 'soon' });
    expect(content).toEqual([{ type: 'text', text: 'SOON on Monday' }]);
    expect(booked).toBe(1);
  });

  it('L21 fails as an official tool does', async () => {
    const client = await connect(servers());
    expect(await client.callTool('fails')).toMatchObject({
      isError: true,
      content: [{ text: 'Out of paper' }],
    });
  });

  it('L21 asks in prompts and resources', async () => {
    const client = await connect(servers());
    const { messages } = await client.getPrompt('greet', { name: 'Ann' });
    expect(messages[0]!.content).toMatchObject({ text: 'Ann accept' });
    const { contents } = await client.readResource('note://a');
    expect(contents).toMatchObject([{ text: 'Note' }]);
  });

  it("L21 leaves the server's own codec its states", async () => {
    const client = await connect(servers());
    const { content } = await client.callTool('by_hand');
    expect(content).toEqual([{ type: 'text', text: 'asked 1' }]);
  });
});

describe('a flow inside the official server', () => {
  it('L21 goes on with another instance of the server, and no other arguments', async () => {
    const client = modern(servers());
    const flow = client.start('tools/call', { name: 'book', arguments: { when: 'soon' } });
    await flow.advance();
    const saved = JSON.parse(JSON.stringify(flow)) as FlowSnapshot;
    const forged = client.resume({ ...saved, params: { name: 'book', arguments: { when: 'x' } } });
    for (const each of [forged, client.resume(saved)]) {
      each.answer('day', { action: 'accept', content: { day: 'Friday' } });
      await each.advance();
    }
    expect(forged.result).toMatchObject({ isError: true });
  });

  it('L21 belongs to its caller', async () => {
    let subject = 'ann';
    const client = modern(servers(() => ({ issuer: 'i', subject })));
    const flow = client.start('tools/call', { name: 'book', arguments: { when: 'soon' } });
    await flow.advance();
    subject = 'bob';
    flow.answer('day', { action: 'accept', content: { day: 'Friday' } });
    await flow.advance();
    expect(flow.result).toMatchObject({ isError: true });
  });

  it.each<[string, () => unknown]>([
    ['has no issuer', () => ({ clientId: 'c' })],
    ['has a subject that is no text', () => ({ issuer: 'i', subject: { id: 1 } })],
    ['is null', () => null],
    ['is a promise', () => Promise.reject(new Error('later'))],
    [
      'cannot be found out',
      () => {
        throw new Error('no database');
      },
    ],
  ])(
    'AU-5 L21 runs for nobody whose principal %s, and the log says why',
    async (_what, principal) => {
      const errors: string[] = [];
      const client = modern(servers(principal as never, errorsTo(errors)));
      booked = 0;
      const answer = await client
        .callTool('book', { when: 'soon' })
        .catch(() => ({ isError: true }));
      expect([answer.isError, booked, errors.length]).toEqual([true, 0, 1]);
      expect(errors[0]).toContain("'principal' of rondoInside()");
    },
  );

  it('L21 is registered once for all servers, in one version', () => {
    const rondo = rondoInside({ logger: silent });
    const server = (): McpServer => new McpServer({ name: 's', version: '1' });
    rondo.registerTool(server(), 't', { version: '1' }, () => 'a');
    rondo.registerTool(server(), 't', { version: '1' }, () => 'b');
    expect(() => rondo.registerTool(server(), 't', { version: '2' }, () => 'c')).toThrow('another');
    for (const ours of [{ scopes: ['a'] }, { visible: () => false }, { replay: 'once' }]) {
      const register = () => rondo.registerTool(server(), 'u', ours, () => 'a');
      expect(register).toThrow(
        `'${Object.keys(ours)[0]}' has an effect in servers of this package`,
      );
    }
    expect(() => rondoInside({ keys: [] } as never)).toThrow('keys');
  });

  it("L21 hands no state that nobody has verified to the server's own handlers", async () => {
    const client = modern(servers());
    const flow = client.start('tools/call', { name: 'book', arguments: { when: 'soon' } });
    await flow.advance();
    const forged = Buffer.concat([Buffer.from([1]), Buffer.alloc(80, 'x')]).toString('base64url');
    for (const requestState of [forged, flow.toJSON().requestState]) {
      const stolen = client.start('tools/call', { name: 'by_hand', requestState } as never);
      await stolen.advance();
      expect(stolen.result).toMatchObject({ isError: true });
      expect(JSON.stringify(stolen.result)).not.toContain('asked undefined');
    }
  });

  it('L21 a state that is of nobody is refused', async () => {
    const client = modern(servers());
    const flow = client.start('tools/call', {
      name: 'book',
      arguments: { when: 'soon' },
      requestState: 'A'.repeat(200),
    } as never);
    expect((await failure(flow.advance())).name).not.toBe('none');
  });
});
