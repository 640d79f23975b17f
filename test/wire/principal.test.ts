/** A caller that was verified in front of the server: two doors, one seam. */
import { type RequestListener, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type HandleOptions, McpServer, type ServerOptions } from 'mcp-rondo';
import { nodeHandler } from 'mcp-rondo/node';
import { TEST_KEY } from '../support/each-wire.ts';
import { silent, warningsTo } from '../support/logger.ts';
import { type Message, type RequestMessage, call, retry, textOf } from '../support/messages.ts';
import { headersFor } from '../support/wires.ts';

const ISSUER = 'https://id.example';
const YES = { go: { action: 'accept', content: { confirm: true } } };

const user = (subject: string, bind?: string[]): HandleOptions => ({
  principal: { issuer: ISSUER, subject, ...(bind && { bind }) },
});

interface Answer {
  readonly status: number;
  readonly message: Message;
}

/** Sends a message with what something in front of the server has found out about it. */
type Send = (
  message: RequestMessage,
  options?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

const closers: (() => void)[] = [];

afterEach(() => closers.splice(0).forEach((close) => close()));

async function listen(listener: RequestListener): Promise<number> {
  const http = createServer(listener).listen(0, '127.0.0.1');
  closers.push(() => http.close().closeAllConnections());
  await new Promise((resolve) => http.once('listening', resolve));
  return (http.address() as AddressInfo).port;
}

async function nodeDoor(server: McpServer): Promise<Send> {
  const handle = nodeHandler(server, { onLoopback: true });
  let options: unknown;
  let thrown: unknown;
  const port = await listen((incoming, response) => {
    try {
      handle(incoming, response, undefined, options as HandleOptions);
    } catch (error) {
      thrown = error;
      response.writeHead(500).end();
    }
  });
  return (message, given, headers) => {
    options = given;
    thrown = undefined;
    return new Promise((resolve, reject) => {
      const all = { ...headersFor(message), ...headers };
      const outgoing = httpRequest({ port, method: 'POST', path: '/mcp', headers: all });
      outgoing.once('error', reject).once('response', async (incoming) => {
        let text = '';
        for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
        if (thrown !== undefined) return reject(thrown as Error);
        resolve({ status: incoming.statusCode!, message: JSON.parse(text) as Message });
      });
      outgoing.end(JSON.stringify(message));
    });
  };
}

async function fetchDoor(server: McpServer): Promise<Send> {
  return async (message, given, headers) => {
    const response = await server.fetch(post(message, headers), given as HandleOptions);
    return { status: response.status, message: (await response.json()) as Message };
  };
}

function post(message: RequestMessage, headers: Record<string, string> = {}): Request {
  const body = JSON.stringify(message);
  const all = { ...headersFor(message), ...headers };
  return new Request('http://localhost/mcp', { method: 'POST', headers: all, body });
}

let served = 0;

function asking(options: ServerOptions = {}): McpServer {
  served = 0;
  const server = new McpServer(
    { name: 's', version: '1' },
    { logger: silent, state: { keys: [TEST_KEY] }, ...options },
  );
  server.registerTool('ask', {}, async (ctx) => {
    served++;
    return String((await ctx.confirm('go', 'Go?')) && ctx.principal?.subject);
  });
  server.registerTool('who', {}, (ctx) => String(ctx.principal?.subject));
  const visible = (principal?: { subject: string }): boolean => principal?.subject === 'ada';
  server.registerTool('private', { visible }, () => 'seen');
  return server;
}

describe.each([
  ['the node handler', nodeDoor],
  ['fetch', fetchDoor],
])('a principal that comes with the request, through %s', (_name, door) => {
  it('a principal is what the handler and `visible` see', async () => {
    const send = await door(asking());
    expect(textOf((await send(call('who'), user('ada'))).message)).toBe('ada');
    expect(textOf((await send(call('who'), {})).message)).toBe('undefined');
    expect(textOf((await send(call('who'), { principal: undefined })).message)).toBe('undefined');
    expect(textOf((await send(call('private'), user('ada'))).message)).toBe('seen');
    expect((await send(call('private'), user('bob'))).message.error?.code).toBe(-32602);
  });

  it('MS-16 AU-5 a principal is the only one who finishes its flow', async () => {
    const send = await door(asking());
    const first = call('ask');
    const asked = (await send(first, user('ada', ['tenant 1']))).message;
    const again = retry(first, asked, YES);
    const others: HandleOptions[] = [
      user('bob', ['tenant 1']),
      user('ada', ['tenant 2']),
      user('ada'),
      { principal: { issuer: 'https://other.example', subject: 'ada', bind: ['tenant 1'] } },
      {},
    ];
    for (const other of others) {
      const { message } = await send(again, other);
      expect(message.error).toMatchObject({ code: -32602, data: { reason: 'request_state' } });
    }
    expect(served).toBe(1);
    const { message } = await send(again, user('ada', ['tenant 1']));
    expect(textOf(message)).toBe('ada');
  });

  it('AU-5 a principal does not take over a flow that was begun without one', async () => {
    const send = await door(asking());
    const first = call('ask');
    const again = retry(first, (await send(first)).message, YES);
    const { message } = await send(again, user('ada'));
    expect(message.error).toMatchObject({ data: { reason: 'request_state' } });
    expect(textOf((await send(again)).message)).toBe('undefined');
  });

  it('a principal beside http.authenticate is an error at the call, and nothing is served', async () => {
    let asked = 0;
    const authenticate = (): { issuer: string; subject: string } => {
      asked++;
      return { issuer: ISSUER, subject: 'ada' };
    };
    const send = await door(asking({ http: { authenticate } }));
    await expect(send(call('ask'), user('ada'))).rejects.toMatchObject({
      code: 'invalid_options',
      message: expect.stringContaining('http.authenticate') as string,
    });
    expect([asked, served]).toEqual([0, 0]);
    const { message } = await send(call('who'), { principal: undefined });
    expect(textOf(message)).toBe('ada');
  });

  it.each([
    ['null', null],
    ['a name', 'ada'],
    ['nothing in it', {}],
    ['no subject', { issuer: ISSUER }],
    ['an undefined subject', { issuer: ISSUER, subject: undefined }],
    ['an empty subject', { issuer: ISSUER, subject: '' }],
    ['a number as its subject', { issuer: ISSUER, subject: 7 }],
    ['no issuer', { subject: 'ada' }],
    ['a text as its bind', { issuer: ISSUER, subject: 'ada', bind: 'tenant' }],
    ['a hole in its bind', { issuer: ISSUER, subject: 'ada', bind: [undefined] }],
    ['what the official SDK knows', { token: 't-secret', clientId: 'c', scopes: [] }],
    ['a lone surrogate in its issuer', { issuer: 'i\ud800', subject: 'ada' }],
    ['a lone surrogate in its subject', { issuer: ISSUER, subject: '\ud801' }],
    ['a lone surrogate in its bind', { issuer: ISSUER, subject: 'ada', bind: ['\udc00'] }],
  ])('AU-5 a principal with %s is answered with 401', async (_what, principal) => {
    const warnings: string[] = [];
    const send = await door(asking({ logger: warningsTo(warnings) }));
    for (let i = 0; i < 2; i++) {
      const { status, message } = await send(call('ask'), { principal });
      expect([status, message.error?.message, served]).toEqual([401, 'Not authenticated', 0]);
    }
    expect(warnings).toEqual([expect.stringMatching(/401: the principal that came with it must/)]);
    expect(warnings[0]).not.toContain('t-secret');
  });

  it('a principal that is changed while it is served stays what it was', async () => {
    const principal = { issuer: ISSUER, subject: 'ada', bind: ['one'], detail: 7 };
    const server = asking();
    server.registerTool('changed', {}, (ctx) => {
      principal.subject = 'bob';
      principal.bind[0] = 'two';
      return JSON.stringify(ctx.principal);
    });
    const { message } = await (await door(server))(call('changed'), { principal });
    expect(JSON.parse(textOf(message))).toEqual({
      ...user('ada', ['one']).principal,
      detail: 7,
    });
  });

  it.each([
    [{ principle: { issuer: ISSUER, subject: 'ada' } }, "Did you mean 'principal'?"],
    [{ authInfo: { token: 't', clientId: 'c', scopes: [] } }, 'does not identify the user'],
    [{ issuer: ISSUER, subject: 'ada' }, 'is not an option'],
    [null, 'must be an object'],
    ['ada', 'must be an object'],
  ])('a principal given as %j is an error at the call', async (options, words) => {
    const send = await door(asking());
    await expect(send(call('ask'), options)).rejects.toMatchObject({
      code: 'invalid_options',
      message: expect.stringContaining(words) as string,
    });
    expect(served).toBe(0);
  });

  it('S2 credentials that nobody has verified are warned of once, without showing them', async () => {
    const warnings: string[] = [];
    const logger = { ...silent, warn: (text: string) => void warnings.push(text) };
    const send = await door(asking({ logger }));
    const signedIn = { authorization: 'Bearer t-secret' };
    await send(call('who'), {}, signedIn);
    await send(call('ask'), {});
    await send(call('ask'), user('ada'), signedIn);
    expect(warnings).toEqual([]);
    for (let i = 0; i < 3; i++) await send(call('ask'), {}, signedIn);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('not bound to a caller');
    expect(warnings[0]).toContain('{ principal }');
    expect(warnings[0]).not.toContain('t-secret');
  });
});

describe('a principal and unprotected state', () => {
  it('S5 a principal and unprotected state are refused together', async () => {
    const send = await nodeDoor(asking({ state: { protection: 'unsafe-plaintext' } }));
    await expect(send(call('ask'), user('ada'))).rejects.toMatchObject({
      code: 'invalid_options',
    });
    expect((await send(call('ask'))).status).toBe(200);
  });
});

describe('fetch, passed on to a platform', () => {
  const deno = { remoteAddr: { hostname: '127.0.0.1' }, completed: Promise.resolve() };
  class BunServer {
    requestIP(): void {}
  }

  it.each([
    ['Deno', [deno]],
    ['Bun', [new BunServer()]],
    ['@hono/node-server', [{ incoming: {}, outgoing: {} }]],
    ['Next.js', [{ params: Promise.resolve({}) }]],
    ['Workers', [{ DB: {}, TOKEN: 'x' }, { waitUntil() {} }]],
    ['Workers without bindings', [undefined, { waitUntil() {} }]],
    ['Workers with bindings of such names', [{ PRINCIPALS: {} }, {}]],
    ['Hono, mounted without bindings', [{}, undefined]],
    ['Vercel', [{ waitUntil() {} }]],
  ])('fetch does not look at what %s passes beside the request', async (_name, beside) => {
    const serve = asking().fetch as (...args: unknown[]) => Promise<Response>;
    const response = await serve(post(call('who')), ...beside);
    expect(textOf((await response.json()) as Message)).toBe('undefined');
  });

  it('fetch takes a principal among other members, and refuses the other members', async () => {
    const serve = asking().fetch as (...args: unknown[]) => Promise<Response>;
    await expect(
      serve(post(call('who')), { ...user('ada'), remoteAddr: {} }, {}),
    ).rejects.toMatchObject({ code: 'invalid_options' });
    const places = [
      [user('ada'), {}],
      [undefined, user('ada')],
      [{ TOKEN: 'x' }, user('ada')],
      [{ TOKEN: 'x' }, { waitUntil() {} }, user('ada')],
    ];
    for (const following of places) {
      const response = await serve(post(call('who')), ...following);
      expect(textOf((await response.json()) as Message)).toBe('ada');
    }
    await expect(serve(post(call('who')), user('ada'), user('bob'))).rejects.toMatchObject({
      code: 'invalid_options',
    });
  });

  it.each([
    [[{ principle: user('ada').principal }, { waitUntil() {} }]],
    [[{ TOKEN: 'x' }, { principle: user('ada').principal }]],
    [[{ TOKEN: 'x' }, { waitUntil() {} }, { Principal: user('ada').principal }]],
    [[undefined, { prinicpal: user('ada').principal }]],
  ])('fetch refuses a misspelled principal wherever it is: %j', async (following) => {
    const serve = asking().fetch as (...args: unknown[]) => Promise<Response>;
    await expect(serve(post(call('who')), ...following)).rejects.toMatchObject({
      code: 'invalid_options',
      message: expect.stringContaining("Did you mean 'principal'?") as string,
    });
  });

  it('fetch refuses what the official SDK takes there', async () => {
    const serve = asking().fetch as (...args: unknown[]) => Promise<Response>;
    await expect(serve(post(call('who')), { authInfo: {} }, {})).rejects.toMatchObject({
      message: expect.stringContaining('does not identify the user') as string,
    });
  });

  it('fetch fits the types of platforms, and no misspelled option', () => {
    type Deno = (
      request: Request,
      info: { remoteAddr: { hostname: string }; completed: Promise<void> },
    ) => Promise<Response>;
    type Workers = (request: Request, env: { DB: string }, ctx: object) => Promise<Response>;
    type Bun = (request: Request, server: { requestIP(): void; port: number }) => Promise<Response>;
    const { fetch } = asking();
    const platforms: [Deno, Workers, Bun] = [fetch, fetch, fetch];
    expect(platforms).toHaveLength(3);
    // @ts-expect-error it is `principal`
    const misspelled = (request: Request): unknown => fetch(request, { principle: user('ada') });
    expect(misspelled).toBeTypeOf('function');
  });
});

it('Express takes a node handler for a listener: one of four parameters would handle errors', () => {
  expect(nodeHandler(asking()).length).toBeLessThan(4);
});
