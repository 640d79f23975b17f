/** Nothing of a token is kept, shown or logged: canaries in tokens, and everything looked through. */
import { afterEach, describe, expect, it } from 'vitest';
import { type McpServer, type ServerOptions, memoryStore } from 'mcp-rondo';
import { type TokenVerifier, InvalidTokenError, introspection, jwt } from 'mcp-rondo/auth';
import { type Issuer, RESOURCE, openIssuer } from '../../support/auth/issuer.ts';
import {
  type Answer,
  type Protected,
  bearerFor,
  messageIn,
  openProtected,
} from '../../support/auth/protected.ts';
import { type Message, call, request, retry, textOf } from '../../support/messages.ts';

/** Claims that must never be seen. */
const CANARY = 'canary';
const CLAIMS = { email: `${CANARY}@example.com`, jti: `${CANARY}-jti`, secret: { deep: CANARY } };
const TASKS = 'io.modelcontextprotocol/tasks';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open(
  setUp: (server: McpServer) => void,
  verify: TokenVerifier = jwt(),
  options: ServerOptions = {},
): Promise<[Issuer, Protected]> {
  const issuer = await openIssuer();
  const server = await openProtected(setUp, {
    http: { authenticate: bearerFor(issuer.url, { verify }) },
    ...options,
  });
  closers.push(() => server.serving.close(), issuer.close);
  return [issuer, server];
}

/** Neither a token, whole or its parts, nor a canary. */
function expectClean(token: string, ...texts: unknown[]): void {
  const parts = [token, ...token.split('.'), CANARY].filter((part) => part.length > 5);
  for (const text of texts) {
    const shown = typeof text === 'string' ? text : (JSON.stringify(text) ?? '');
    for (const part of parts) expect(shown).not.toContain(part);
  }
}

const YES = { sure: { action: 'accept', content: { confirm: true } } };

describe('a canary in a token', () => {
  it('A6 A10 is in nothing that a handler can reach, and in no state, event or reply', async () => {
    const seen: unknown[] = [];
    const events: unknown[] = [];
    const [issuer, server] = await open(
      (target) =>
        void target.registerTool('look', {}, async (ctx) => {
          const { headers } = ctx.request as { headers: { get(name: string): unknown } };
          seen.push(ctx.principal, ctx.meta, ctx.request, headers.get('authorization'));
          seen.push(Object.entries(ctx), ctx.requestState);
          return `${await ctx.confirm('sure', 'Sure?')}`;
        }),
      jwt(),
      {
        state: { protection: undefined, keys: ['A'.repeat(43)] },
        on: (event) => void events.push(event),
      },
    );
    const token = await issuer.token({ ...CLAIMS, scope: 'a' });
    const first = call('look');
    const asked = await server.send(first, { token });
    const renewed = await issuer.token({ ...CLAIMS, iat: 1 });
    const done = await server.send(retry(first, messageIn(asked), YES), { token: renewed });
    expect(textOf(messageIn(done))).toBe('true');
    const state = messageIn(asked).result!['requestState'] as string;
    expectClean(token, asked, done, state, server.warnings, ...seen, ...events);
    expectClean(renewed, asked, done, server.warnings, ...seen, ...events);
  });

  it('A6 is in no task, and a renewed token goes on with it', async () => {
    const store = memoryStore();
    const [issuer, server] = await open(
      (target) =>
        void target.registerTool('work', { task: 'always' }, async (ctx) => {
          await ctx.confirm('sure', 'Sure?');
          return JSON.stringify([ctx.principal, ctx.request === undefined]);
        }),
      jwt(),
      { store },
    );
    const declared = { elicitation: { form: {} }, extensions: { [TASKS]: {} } };
    const withTasks = (method: string, params: object): Message =>
      request(method, params as never, { 'io.modelcontextprotocol/clientCapabilities': declared });
    const token = await issuer.token(CLAIMS);
    const begun = await server.send(withTasks('tools/call', { name: 'work', arguments: {} }), {
      token,
    });
    const { taskId } = messageIn(begun).result as { taskId: string };
    const renewed = await issuer.token({ ...CLAIMS, client_id: 'registered anew' });
    const get = (): Promise<Answer> =>
      server.send(withTasks('tasks/get', { taskId }), { token: renewed });
    await expect.poll(async () => messageIn(await get()).result?.['status']).toBe('input_required');
    const update = withTasks('tasks/update', { taskId, inputResponses: YES });
    await server.send(update, { token: renewed });
    await expect.poll(async () => messageIn(await get()).result?.['status']).toBe('completed');
    expectClean(token, begun, await get(), server.warnings);
    expect((await get()).text).toContain(',true]');
  });

  it.each<[string, (token: string) => unknown]>([
    ['InvalidTokenError', (token) => new InvalidTokenError(`bad: ${token}`)],
    ['another error', (token) => new Error(`cannot read ${token}`, { cause: token })],
    ['a text', (token) => `cannot read ${token}`],
    ['an object', (token) => ({ token })],
  ])('A1 is not in the log or the reply if a verifier throws %s', async (_what, error) => {
    const [issuer, server] = await open(
      (target) => void target.registerTool('who', {}, () => ''),
      (token) => {
        throw error(token);
      },
    );
    const token = await issuer.token(CLAIMS);
    const { status, text, headers } = await server.send(call('who'), { token });
    expect([401, 503]).toContain(status);
    expect(server.warnings).toHaveLength(1);
    expectClean(token, text, headers, server.warnings);
  });

  it('A3 is not in the log or the reply whatever is wrong with a signed token', async () => {
    const [issuer, server] = await open((target) => void target.registerTool('who', {}, () => ''));
    const good = await issuer.token(CLAIMS);
    const tokens = [
      `${good.slice(0, -8)}AAAAAAAA`,
      await issuer.token({ ...CLAIMS, aud: CANARY }),
      await issuer.token({ ...CLAIMS, iss: CANARY }),
      await issuer.token({ ...CLAIMS, exp: 1 }),
      await issuer.token({ ...CLAIMS, cnf: { jkt: CANARY } }),
      await issuer.token(CLAIMS, { typ: CANARY }),
      await issuer.token(CLAIMS, { kid: CANARY }),
      await issuer.token({ ...CLAIMS, sub: undefined, client_id: undefined }),
      `${good}.${CANARY}`,
      `${CANARY} ${good}`,
    ];
    for (const token of tokens) {
      const { status, text, headers } = await server.send(call('who'), { token });
      expect(status).toBe(401);
      expectClean(token, text, headers, server.warnings);
    }
    for (const query of [`?access_token=${good}`]) {
      const { status, text } = await server.send(call('who'), { query });
      expect(status).toBe(400);
      expectClean(good, text, server.warnings);
    }
  });

  it('A5 is not in the log if the issuer repeats it, nor is the secret of this server', async () => {
    const client = { client_id: 'me', client_secret: `${CANARY}-secret` };
    const [issuer, server] = await open(
      (target) => void target.registerTool('who', {}, () => ''),
      introspection({ client }),
    );
    const token = 'opaque-token-of-ada';
    for (const body of [`{"error":"${token}"}`, `<p>${token}`, JSON.stringify({ active: token })]) {
      issuer.override = (path) => (path === '/introspect' ? { status: 400, body } : undefined);
      const { status, text } = await server.send(call('who'), { token });
      expect(status).toBe(503);
      expectClean(token, text, server.warnings);
    }
    issuer.override = () => undefined;
    issuer.introspect = () => ({ active: true, aud: RESOURCE, sub: 'ada', ...CLAIMS });
    expect((await server.send(call('who'), { token })).status).toBe(200);
    expectClean(token, server.warnings);
  });
});
