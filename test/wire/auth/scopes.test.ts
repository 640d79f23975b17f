/** Scopes of tools, prompts and resources: over every way of serving HTTP. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  McpServer,
  ResourceTemplate,
  RpcError,
  type ServerOptions,
  completable,
  memoryStore,
} from 'mcp-rondo';
import { type BearerOptions, type Claims, bearer } from 'mcp-rondo/auth';
import { Client } from 'mcp-rondo/client';
import { nodeHandler, serve } from 'mcp-rondo/node';
import * as z from 'zod';
import { RESOURCE } from '../../support/auth/issuer.ts';
import { type Answer, type SendOptions, messageIn, sendTo } from '../../support/auth/protected.ts';
import { TEST_KEY } from '../../support/each-wire.ts';
import { silent } from '../../support/logger.ts';
import { type Message, call, request, retry, textOf } from '../../support/messages.ts';
import { WIRES, headersFor } from '../../support/wires.ts';

const ISSUER = 'https://id.example';
const METADATA = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp';
const TASKS = 'io.modelcontextprotocol/tasks';
const YES = { sure: { action: 'accept', content: { confirm: true } } };

const closers: (() => unknown)[] = [];
const logged: string[] = [];
let served: string[] = [];

afterEach(async () => {
  served = [];
  logged.length = 0;
  for (const close of closers.splice(0)) await close();
});

/** A token is the text of its scopes, with dots between them. */
function tokenOf(scopes: string): string {
  return Buffer.from(scopes.replaceAll('.', ' ')).toString('base64url');
}

function bearerOf(options: Partial<BearerOptions> = {}): ReturnType<typeof bearer> {
  const verify = (token: string): Claims => ({
    iss: ISSUER,
    aud: RESOURCE,
    sub: 'ada',
    scope: Buffer.from(token, 'base64url').toString(),
  });
  const implies = { admin: ['files:write'], 'files:write': ['files:read'] };
  return bearer({
    resource: RESOURCE,
    issuer: ISSUER,
    verify,
    implies,
    scopes: ['base'],
    ...options,
  });
}

function challengeOf(...scopes: string[]): string {
  const all = ['base', ...scopes].join(' ');
  return `Bearer error="insufficient_scope", scope="${all}", resource_metadata="${METADATA}"`;
}

function makeServer(options: ServerOptions = {}): McpServer {
  const note = (text: string): void => void logged.push(text);
  const server = new McpServer(
    { name: 's', version: '1' },
    {
      logger: { ...silent, warn: note, error: note },
      state: { keys: [TEST_KEY] },
      http: { authenticate: bearerOf() },
      ...options,
    },
  );
  const ran = (what: string): string => {
    served.push(what);
    return `${what} done`;
  };
  server.registerTool('plain', {}, () => ran('plain'));
  server.registerTool('write', { scopes: ['files:read', 'files:write'] }, async (ctx) => {
    ran('write');
    return (await ctx.confirm('sure', 'Sure?')) ? 'written' : 'kept';
  });
  const Path = z.object({ path: z.string(), mode: z.string().default('read') });
  server.registerTool(
    'open',
    {
      inputSchema: Path,
      scopes: async ({ path, mode }, { subject }) => {
        if (path === 'boom') throw new Error('no database');
        if (path === 'own') throw new RpcError(-7, 'my own error');
        if (path === 'nonsense') return 'files:read' as never;
        return [`files:${mode as string}`, `${subject}:${path as string}`];
      },
    },
    ({ path }) => ran(path),
  );
  const topic = completable(z.string(), (value) => [`${value}!`]);
  server.registerPrompt('ask', { argsSchema: { topic }, scopes: ['prompts'] }, () => ran('ask'));
  server.registerResource('one', 'a://one', { scopes: ['one'] }, () => ran('one'));
  server.registerResource('two', 'a://two', { scopes: ['two'] }, () => ran('two'));
  server.registerResource('free', 'a://free', {}, () => ran('free'));
  const template = new ResourceTemplate('a://repos/{repo}', {
    list: undefined,
    complete: { repo: (value) => [`${value}!`] },
  });
  const ofRepo = ({ repo }: { repo?: unknown }): string[] => [`repo:${String(repo)}`];
  server.registerResource('repo', template, { scopes: ofRepo }, (uri) => ran(uri.href));
  return server;
}

type Send = (message: Message, token?: string, how?: SendOptions) => Promise<Answer>;

const DOORS: [string, (server: McpServer) => Promise<Send>][] = [
  [
    'serve',
    async (server) => {
      const serving = await serve(server, { port: 0, signals: false });
      closers.push(() => serving.close());
      return (message, token, how) =>
        sendTo(serving.port, message, { token: token && tokenOf(token), ...how });
    },
  ],
  [
    'nodeHandler',
    async (server) => {
      const http = createServer(nodeHandler(server)).listen(0, '127.0.0.1');
      closers.push(() => http.close().closeAllConnections());
      await new Promise((resolve) => http.once('listening', resolve));
      const { port } = http.address() as AddressInfo;
      return (message, token, how) =>
        sendTo(port, message, { token: token && tokenOf(token), ...how });
    },
  ],
  [
    'server.fetch',
    async (server) => async (message, token, how) => {
      const headers = new Headers({
        ...headersFor(message),
        ...(token !== undefined && { authorization: `Bearer ${tokenOf(token)}` }),
        ...(how?.headers as Record<string, string>),
      });
      const body = JSON.stringify(message);
      const sent = new Request('http://localhost/mcp', { method: 'POST', headers, body });
      const {
        status,
        headers: got,
        text,
      } = await (async () => {
        const response = await server.fetch(sent);
        return { status: response.status, headers: response.headers, text: await response.text() };
      })();
      return { status, headers: Object.fromEntries(got), text };
    },
  ],
];

describe.each(DOORS)('scopes, over %s', (_name, door) => {
  it('AU-3 A9 a missing one is 403 with all that are needed, and nothing runs', async () => {
    const send = await door(makeServer());
    const message = call('write');
    const { status, headers, text } = await send(message, 'base.files:read');
    expect([status, headers['www-authenticate'], served]).toEqual([
      403,
      challengeOf('files:read', 'files:write'),
      [],
    ]);
    expect(headers['content-type']).toBe('application/json');
    expect(JSON.parse(text)).toMatchObject({ id: message.id, error: { code: -32600 } });
  });

  it('A9 all of them, or one that implies them, let the call in', async () => {
    const send = await door(makeServer());
    for (const token of ['base.files:read.files:write', 'base.files:write', 'admin.base']) {
      expect((await send(call('write'), token)).status).toBe(200);
    }
    expect((await send(call('plain'), 'base')).status).toBe(200);
  });

  it('A9 it is 403 before the head of a stream, whatever the client accepts', async () => {
    const send = await door(makeServer());
    const message = request('tools/call', { name: 'write', arguments: {} }, { progressToken: 1 });
    const { status } = await send(message, 'base', { headers: { accept: 'text/event-stream' } });
    expect(status).toBe(403);
  });

  it('A9 a function gets the checked arguments and the caller, and may take its time', async () => {
    const send = await door(makeServer());
    const refused = await send(call('open', { path: 'x' }), 'base');
    expect(refused.headers['www-authenticate']).toBe(challengeOf('files:read', 'ada:x'));
    const other = await send(call('open', { path: 'x', mode: 'write' }), 'base.files:read.ada:x');
    expect(other.headers['www-authenticate']).toBe(challengeOf('files:write', 'ada:x'));
    expect((await send(call('open', { path: 'x' }), 'base.files:read.ada:x')).status).toBe(200);
    expect(served).toEqual(['x']);
  });

  it('A9 arguments are judged first', async () => {
    const send = await door(makeServer());
    const answer = await send(call('open', { path: 7 }), 'base');
    expect([answer.status, textOf(messageIn(answer))]).toEqual([
      200,
      expect.stringMatching(/^Invalid arguments/) as string,
    ]);
  });

  it('A9 a function that throws, or returns no scopes, refuses, and that is logged', async () => {
    const send = await door(makeServer());
    for (const path of ['boom', 'nonsense']) {
      const { status, headers, text } = await send(call('open', { path }), 'base.admin');
      expect([status, headers['www-authenticate']]).toEqual([403, undefined]);
      expect(text).not.toContain('database');
    }
    expect(logged).toEqual([
      expect.stringContaining('no database') as string,
      expect.stringContaining('must be an array of scopes') as string,
    ]);
    const own = await send(call('open', { path: 'own' }), 'base');
    expect(messageIn(own).error).toEqual({ code: -7, message: 'my own error' });
    expect(served).toEqual([]);
  });

  it('A9 they are looked at in every round, before the state', async () => {
    const send = await door(makeServer());
    const first = call('write');
    const asked = messageIn(await send(first, 'admin.base'));
    const again = retry(first, asked, YES);
    const refused = await send(again, 'base.files:read');
    expect([refused.status, served]).toEqual([403, ['write']]);
    const forged = { ...again, params: { ...again.params, requestState: 'forged' } };
    expect((await send(forged, 'base')).status).toBe(403);
    const done = await send(again, 'base.files:write');
    expect(textOf(messageIn(done))).toBe('written');
  });

  it('A9 what needs more than the caller has is listed all the same', async () => {
    const send = await door(makeServer());
    const answer = messageIn(await send(request('tools/list'), 'base'));
    const tools = answer.result!['tools'] as { name: string }[];
    expect(tools.map(({ name }) => name)).toEqual(['plain', 'write', 'open']);
  });

  it.each<[string, Message, string]>([
    ['a prompt', request('prompts/get', { name: 'ask', arguments: { topic: 'a' } }), 'prompts'],
    ['a resource', request('resources/read', { uri: 'a://one' }), 'one'],
    ['a template', request('resources/read', { uri: 'a://repos/x' }), 'repo:x'],
    [
      'completing a prompt',
      request('completion/complete', {
        ref: { type: 'ref/prompt', name: 'ask' },
        argument: { name: 'topic', value: 'a' },
      }),
      'prompts',
    ],
    [
      'completing a template',
      request('completion/complete', {
        ref: { type: 'ref/resource', uri: 'a://repos/{repo}' },
        argument: { name: 'repo', value: 'x' },
      }),
      'repo:x',
    ],
  ])('A9 %s needs its scopes', async (_what, message, scope) => {
    const send = await door(makeServer());
    const { status, headers } = await send(message, 'base');
    expect([status, headers['www-authenticate'], served]).toEqual([403, challengeOf(scope), []]);
    expect((await send(message, `base.${scope}`)).status).toBe(200);
  });

  it('A9 subscribing needs the scopes of all that it names, in one 403', async () => {
    const send = await door(makeServer());
    const resourceSubscriptions = ['a://free', 'a://one', 'a://repos/x', 'a://unknown'];
    const message = request('subscriptions/listen', { notifications: { resourceSubscriptions } });
    const { status, headers } = await send(message, 'base.one');
    expect([status, headers['www-authenticate']]).toEqual([403, challengeOf('one', 'repo:x')]);
  });
});

describe('scopes of tasks', () => {
  const declared = { elicitation: { form: {} }, extensions: { [TASKS]: {} } };
  const withTasks = (method: string, params: object): Message =>
    request(method, params as never, { 'io.modelcontextprotocol/clientCapabilities': declared });

  it('A9 AU-6 TS-19 tasks/* and listening look at the recorded arguments, and refuse with 403', async () => {
    const server = makeServer({ store: memoryStore() });
    const config = {
      task: 'always',
      inputSchema: z.object({ repo: z.string().transform((repo) => repo.toLowerCase()) }),
      scopes: ({ repo }: { repo?: unknown }) => [`repo:${String(repo)}`],
    } as const;
    server.registerTool('index', config, async (_args, ctx) => {
      return (await ctx.confirm('sure', 'Sure?')) ? 'indexed' : 'kept';
    });
    const serving = await serve(server, { port: 0, signals: false });
    closers.push(() => serving.close());
    const send = (message: Message, token: string): Promise<Answer> =>
      sendTo(serving.port, message, { token: tokenOf(token) });
    const first = withTasks('tools/call', { name: 'index', arguments: { repo: 'X' } });
    const { taskId } = messageIn(await send(first, 'base.repo:x')).result as { taskId: string };
    const uses = [
      withTasks('tasks/get', { taskId }),
      withTasks('tasks/update', { taskId, inputResponses: {} }),
      withTasks('subscriptions/listen', {
        notifications: { taskIds: [taskId], resourceSubscriptions: ['a://one'] },
      }),
      withTasks('tasks/cancel', { taskId }),
    ];
    for (const message of uses) {
      const { status, headers } = await send(message, 'base.one');
      const scopes = message.method === 'subscriptions/listen' ? ['one', 'repo:x'] : ['repo:x'];
      expect([message.method, status, headers['www-authenticate']]).toEqual([
        message.method,
        403,
        challengeOf(...scopes),
      ]);
    }
    expect((await send(uses[0]!, 'base.repo:x')).status).toBe(200);
    expect((await send(uses[3]!, 'base.repo:x')).status).toBe(200);
  });

  it('A9 K15 the tools that follow a task look at its recorded arguments, and refuse with 403', async () => {
    const server = makeServer({ store: memoryStore(), tasks: { syncWait: 20 } });
    const config = {
      task: 'always',
      withoutTasks: 'tools',
      inputSchema: z.object({ repo: z.string() }),
      scopes: ({ repo }: { repo?: unknown }) => [`repo:${String(repo)}`],
    } as const;
    server.registerTool('index', config, async (_args, ctx) => {
      const schema = { type: 'object', properties: { by: { type: 'string' } } } as const;
      return (await ctx.elicit('who', { message: 'Who?', schema, answerBy: 'model' })).action;
    });
    const serving = await serve(server, { port: 0, signals: false });
    closers.push(() => serving.close());
    const send = (message: Message, token: string): Promise<Answer> =>
      sendTo(serving.port, message, { token: tokenOf(token) });
    const first = withTasks('tools/call', { name: 'index', arguments: { repo: 'x' } });
    const { taskId } = messageIn(await send(first, 'base.repo:x')).result as { taskId: string };
    const follow = (name: string, more = {}): Message => call(name, { taskId, ...more });
    while (!textOf(messageIn(await send(follow('task_status'), 'base.repo:x'))).includes('Who?'));
    const uses = [
      follow('task_status'),
      follow('task_answer', { question: 'who', answer: { by: 'eve' } }),
      follow('task_cancel'),
    ];
    for (const message of uses) {
      const { status, headers } = await send(message, 'base');
      expect([status, headers['www-authenticate']]).toEqual([403, challengeOf('repo:x')]);
    }
    expect(textOf(messageIn(await send(uses[0]!, 'base.repo:x')))).toContain('Who?');
    expect((await send(uses[2]!, 'base.repo:x')).status).toBe(200);
  });
});

describe('scopes without http.authenticate', () => {
  it('A9 serve does not start', async () => {
    await expect(serve(makeServer({ http: {} }), { port: 0 })).rejects.toMatchObject({
      code: 'invalid_options',
      message: expect.stringContaining('http.authenticate') as string,
    });
  });

  it.each(DOORS.slice(1))(
    'A9 over %s a call of it is 401 without a principal',
    async (_name, door) => {
      const send = await door(makeServer({ http: {} }));
      expect((await send(call('write'))).status).toBe(401);
      expect((await send(call('plain'))).status).toBe(200);
      expect(served).toEqual(['plain']);
    },
  );
});

describe('scopes elsewhere', () => {
  it('A9 are those of a principal that comes with the request', async () => {
    const server = makeServer({ http: {} });
    const post = (message: Message, scopes?: unknown): Promise<Response> => {
      const headers = headersFor(message);
      const body = JSON.stringify(message);
      return server.fetch(new Request('http://localhost/mcp', { method: 'POST', headers, body }), {
        principal: { issuer: ISSUER, subject: 'ada', scopes: scopes as string[] },
      });
    };
    const refused = await post(call('write'), ['files:read']);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      403,
      'Bearer error="insufficient_scope", scope="files:read files:write"',
    ]);
    expect((await post(call('write'))).status).toBe(403);
    expect((await post(call('write'), 'files:read files:write')).status).toBe(403);
    expect((await post(call('write'), ['files:read', 'files:write'])).status).toBe(200);
  });

  it('A9 A2 are not looked at over stdio and in the same process', async () => {
    const server = makeServer({ http: {} });
    const wire = await WIRES.stdio(server);
    closers.push(() => wire.close());
    expect((await wire.send(call('write'))).messages.at(-1)).toHaveProperty('result');
    const client = new Client(server, {
      name: 'c',
      version: '1',
      onElicit: () => ({ action: 'decline' }),
    });
    expect(await client.callTool('write')).toMatchObject({ content: [{ text: 'kept' }] });
  });

  it('A9 what has none is not wrapped, so that its calls cost nothing more', () => {
    const server = makeServer();
    const wrapperOf = (handle: unknown): unknown => (handle as { wrapper: unknown }).wrapper;
    expect(wrapperOf(server.registerTool('a', {}, () => ''))).toBeUndefined();
    expect(wrapperOf(server.registerTool('b', { scopes: ['b'] }, () => ''))).toBeDefined();
  });

  it('A9 can be changed', async () => {
    const server = makeServer();
    const tool = server.registerTool('later', {}, () => 'done');
    const serving = await serve(server, { port: 0, signals: false });
    closers.push(() => serving.close());
    const status = async (): Promise<number> =>
      (await sendTo(serving.port, call('later'), { token: tokenOf('base') })).status;
    expect(await status()).toBe(200);
    tool.update({ scopes: ['more'] });
    expect(await status()).toBe(403);
    tool.update({ scopes: () => [] });
    expect(await status()).toBe(200);
  });

  it.each([[['a b']], ['files:write'], [[7]], [true], [['a"b']]])(
    'A9 %j are refused at registration',
    (scopes) => {
      const server = makeServer();
      const register = (): unknown =>
        server.registerTool('x', { scopes: scopes as never }, () => '');
      expect(register).toThrow(/scopes.*must be/i);
    },
  );
});
