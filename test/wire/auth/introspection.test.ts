/** Tokens that only their issuer can read: it is asked, over HTTP. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { McpServer } from 'mcp-rondo';
import { introspection } from 'mcp-rondo/auth';
import { type Issuer, RESOURCE, inSeconds, openIssuer } from '../../support/auth/issuer.ts';
import {
  type Answer,
  type Protected,
  bearerFor,
  openProtected,
} from '../../support/auth/protected.ts';
import { messageIn } from '../../support/auth/protected.ts';
import { call, textOf } from '../../support/messages.ts';

const CLIENT = { client_id: 'res:ource', client_secret: 's%-._~cret' };

const closers: (() => unknown)[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const close of closers.splice(0)) await close();
});

async function open(): Promise<[Issuer, Protected]> {
  const issuer = await openIssuer();
  issuer.introspect = () => ({
    active: true,
    sub: 'ada',
    aud: RESOURCE,
    scope: 'a',
    client_id: 'c',
  });
  const authenticate = bearerFor(issuer.url, { verify: introspection({ client: CLIENT }) });
  const server = await openProtected(
    (target) => void target.registerTool('who', {}, (ctx) => JSON.stringify(ctx.principal)),
    { http: { authenticate } },
  );
  closers.push(() => server.serving.close(), issuer.close);
  return [issuer, server];
}

function send(server: Protected, token = 'opaque'): Promise<Answer> {
  return server.send(call('who'), { token });
}

describe('introspection', () => {
  it('A5 lets in whom the issuer says to be active, and asks with credentials of its own', async () => {
    const [issuer, server] = await open();
    const answer = await send(server);
    expect(JSON.parse(textOf(messageIn(answer)))).toEqual({
      issuer: issuer.url,
      subject: 'ada',
      scopes: ['a'],
      clientId: 'c',
    });
    expect(issuer.introspected).toEqual(['token=opaque&token_type_hint=access_token']);
    const sent = Buffer.from(issuer.credentials[0]!.slice('Basic '.length), 'base64').toString();
    expect(sent).toBe('res%3Aource:s%25-._~cret');
  });

  it.each<[string, object]>([
    ['that is not active', { active: false }],
    ['for which no audience is named', { active: true, sub: 'ada' }],
    ['for another audience', { active: true, sub: 'ada', aud: 'https://other.example' }],
    ['of another issuer', { active: true, sub: 'ada', aud: RESOURCE, iss: 'https://evil.example' }],
    ['that has expired', { active: true, sub: 'ada', aud: RESOURCE, exp: 1 }],
    ...['token_use', 'token_type', 'typ'].flatMap((name) =>
      ['refresh_token', 'Refresh', 'id'].map((type): [string, object] => [
        `whose ${name} is ${type}`,
        { active: true, sub: 'ada', aud: RESOURCE, [name]: type },
      ]),
    ),
    ['that is bound to a key', { active: true, sub: 'ada', aud: RESOURCE, cnf: {} }],
  ])('A5 a token %s is 401', async (_what, said) => {
    const [issuer, server] = await open();
    issuer.introspect = () => said;
    const { status, headers } = await send(server);
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toContain('error="invalid_token"');
  });

  it('A5 counts for less than a minute, and for each token apart', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const [issuer, server] = await open();
    await Promise.all([send(server), send(server), send(server)]);
    await send(server);
    expect(issuer.introspected).toHaveLength(1);
    await send(server, 'another');
    expect(issuer.introspected).toHaveLength(2);
    vi.advanceTimersByTime(60_000);
    issuer.introspect = () => ({ active: false });
    expect((await send(server)).status).toBe(401);
    expect(issuer.introspected).toHaveLength(3);
  });

  it('A5 never counts past the end of the token', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const [issuer, server] = await open();
    const exp = inSeconds(10);
    issuer.introspect = () => ({ active: true, sub: 'ada', aud: RESOURCE, exp });
    await send(server);
    vi.advanceTimersByTime(11_000);
    await send(server);
    expect(issuer.introspected).toHaveLength(2);
  });

  it('A5 counts for a minute at most also where the clock is set back', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const [issuer, server] = await open();
    expect((await send(server)).status).toBe(200);
    issuer.introspect = () => ({ active: false });
    vi.setSystemTime(Date.now() - 3_600_000);
    expect((await send(server)).status).toBe(401);
  });

  it('A5 what one issuer says of a token does not count for another', async () => {
    const [good, evil] = [await openIssuer(), await openIssuer()];
    const verify = introspection({ client: CLIENT });
    const servers: Protected[] = [];
    for (const { url } of [good, evil]) {
      const authenticate = bearerFor(url, { verify });
      const setUp = (target: McpServer): void => void target.registerTool('who', {}, () => 'you');
      servers.push(await openProtected(setUp, { http: { authenticate } }));
    }
    closers.push(
      good.close,
      evil.close,
      ...servers.map(
        ({ serving }) =>
          () =>
            serving.close(),
      ),
    );
    evil.introspect = () => ({ active: true, iss: good.url, sub: 'admin', aud: RESOURCE });
    const statuses: number[] = [];
    for (const server of servers.toReversed()) statuses.push((await send(server)).status);
    expect(statuses).toEqual([401, 401]);
    expect(good.introspected).toHaveLength(1);
  });

  it('A5 that a token is not active is not remembered', async () => {
    const [issuer, server] = await open();
    const { introspect } = issuer;
    issuer.introspect = () => ({ active: false });
    expect((await send(server)).status).toBe(401);
    issuer.introspect = introspect;
    expect((await send(server)).status).toBe(200);
  });

  it.each<[string, { status: number; body: string }]>([
    ['fails', { status: 500, body: '' }],
    ['does not know us', { status: 401, body: '{"active":true}' }],
    ['answers nonsense', { status: 200, body: '{"active":"true"}' }],
    ['answers with a list', { status: 200, body: '[]' }],
    ['answers with too much', { status: 200, body: JSON.stringify('x'.repeat(65 * 1024)) }],
  ])('A5 an issuer that %s is 503 and lets nobody in', async (_what, answer) => {
    const [issuer, server] = await open();
    issuer.override = (path) => (path === '/introspect' ? answer : undefined);
    const { status, headers } = await send(server, 'opaque-secret');
    expect([status, headers['retry-after']]).toEqual([503, '10']);
    expect(headers).not.toHaveProperty('www-authenticate');
    expect(server.warnings).toEqual([expect.stringContaining('/introspect') as string]);
    expect(server.warnings.join()).not.toMatch(/opaque-secret|s%-/);
  });

  it.each([{}, { client: {} }, { client: { client_id: 'a' } }, { client: 'a' }])(
    'A5 introspection(%j) does not start',
    (options) => {
      expect(() => introspection(options as never)).toThrow();
    },
  );
});
