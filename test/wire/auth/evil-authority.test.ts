/** An authorization server that does everything to a client that logs in, except what is right. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { discover } from 'mcp-rondo/auth';
import { LoginStage, failureOf } from '../../support/auth/login.ts';

const stage = new LoginStage();
afterEach(() => stage.close());

const METADATA = '/.well-known/oauth-authorization-server';

/** What is asked during a login, without the page of it. */
const ASKED = [METADATA, '/register', '/token'];

const FAILED = { code: 'authorization_failed' };

/** `{"a":{"a":…}}`, so deep that walking through it overflows a stack. */
const DEEP = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;

/** Right names, and values that a library must not trip over. */
const MEMBERS_OF_OTHER_TYPES = {
  issuer: 7,
  authorization_endpoint: [],
  token_endpoint: { a: 1 },
  registration_endpoint: null,
  code_challenge_methods_supported: 'S256',
  access_token: ['x'],
  token_type: 7,
  client_id: {},
  expires_in: 'soon',
  scope: 7,
};

describe.each(ASKED)('(A25) %s', (path) => {
  it.each<[string, { status?: number; headers?: Record<string, string>; body: unknown }]>([
    ['a redirect to another server', { status: 302, headers: { location: 'THIEF' }, body: '' }],
    ['a redirect that keeps the method', { status: 307, headers: { location: 'THIEF' }, body: '' }],
    ['a redirect to itself', { status: 308, headers: { location: '' }, body: {} }],
    ['a page', { headers: { 'content-type': 'text/html' }, body: '<h1>It works!</h1>' }],
    ['nothing', { body: '' }],
    ['a list', { body: [1, 2, 3] }],
    ['null', { body: 'null' }],
    ['JSON that is nested too deeply', { body: DEEP }],
    ['more than is read', { body: { padding: 'x'.repeat(70_000) } }],
    ['members of other types', { body: MEMBERS_OF_OTHER_TYPES }],
    ['a status that there is not', { status: 999, body: {} }],
    ['an error that is no text', { status: 400, body: { error: { a: 1 }, error_description: [] } }],
  ])('that answers with %s ends the login, and nobody else is asked', async (_what, answer) => {
    const { authority, client } = await stage.all();
    const thief = await stage.authority();
    const headers = Object.fromEntries(
      Object.entries(answer.headers ?? {}).map(([name, value]) => [
        name,
        value.replace('THIEF', `${thief.url}/token`),
      ]),
    );
    authority.override = (asked) => (asked.path === path ? { ...answer, headers } : undefined);
    expect(await failureOf(client.callTool('one'))).toMatchObject(FAILED);
    expect(thief.asked).toEqual([]);
  });
});

describe('(A25) a server that never ends', () => {
  /** Sends a head, and then a space a moment, or nothing at all. */
  async function endless(sends: boolean): Promise<{ url: string; close(): void }> {
    const timers = new Set<NodeJS.Timeout>();
    const http = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      if (sends) timers.add(setInterval(() => response.write(' '), 20));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => http.once('listening', resolve));
    const close = (): void => {
      for (const timer of timers) clearInterval(timer);
      http.close().closeAllConnections();
    };
    return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, close };
  }

  it('is left, whichever of its answers has no end', async () => {
    const servers = [await endless(true), await endless(false)];
    const failures = servers.flatMap(({ url }) =>
      ['registration_endpoint', 'token_endpoint'].map(async (endpoint) => {
        const { authority, client } = await stage.all();
        authority.metadata = { [endpoint]: url };
        return (await failureOf(client.callTool('one'))).message;
      }),
    );
    const messages = await Promise.all([
      ...failures,
      ...servers.map(async ({ url }) => (await failureOf(discover(`${url}/mcp`))).message),
    ]);
    for (const { close } of servers) close();
    expect(messages).toHaveLength(6);
    for (const message of messages) expect(message).toContain('it takes too long');
  });
});

describe('(A25) metadata that leads from the internet to this machine, or into a network', () => {
  /** A server of the internet: everything that it is asked, and everything else that is asked. */
  async function discovering(member: string, url: string): Promise<[Error, string[]]> {
    const asked: string[] = [];
    const own = { resource: 'https://mcp.example.com/mcp', authorization_servers: [url] };
    const fetch = async (given: unknown): Promise<Response> => {
      asked.push(String(given));
      const isOwn = new URL(String(given)).hostname === 'mcp.example.com';
      return isOwn ? Response.json(own) : Response.json({ issuer: url, [member]: url });
    };
    const failure = await failureOf(discover('https://mcp.example.com/mcp', { fetch }));
    return [failure, asked.filter((each) => !each.startsWith('https://mcp.example.com/'))];
  }

  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://auth.localhost/',
    'https://auth.localhost./',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://2852039166/',
    'https://169.254.169.254/',
    'https://[::ffff:169.254.169.254]/',
    'https://[fe80::1]/',
    'https://[fd00:ec2::254]/',
    'https://metadata.google.internal/',
    'https://metadata.google.internal./',
    'https://metadata/',
    'https://metadata./',
    'https://10.1/',
    'https://192.168.0.1./',
    'https://127。0。0。1/',
    'https://①②⑦.0.0.1/',
    'https://user:pw@auth.example.com/',
    'http://auth.example.com/',
    'http://127.0.0.1/',
    'ftp://auth.example.com/',
    'https://auth.example.com/\nhttps://honest.example.com',
    'https://auth.example.com\t/',
    ' https://auth.example.com/',
    'https://auth.example.com/\u202e',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'data:application/json,{}',
    'https://auth.example.com/?a=b',
    'https://auth.example.com/#a',
    '',
    ' ',
  ])('by an issuer at %j is not followed', async (url) => {
    const [failure, asked] = await discovering('token_endpoint', url);
    expect(failure).toMatchObject(FAILED);
    expect(asked).toEqual([]);
  });
});

describe('(A19) what the browser comes back with', () => {
  it.each(['state', 'iss', 'code', 'error'])('is refused with %s twice', async (name) => {
    const { authority, server } = await stage.all();
    const login = stage.login(authority, {
      redirect: async (url) => {
        const callback = new URL(await authority.browse(url));
        const value = callback.searchParams.get(name) ?? 'access_denied';
        callback.searchParams.append(name, value);
        if (name === 'error') callback.searchParams.append(name, value);
        return callback.href;
      },
    });
    const failure = await failureOf(stage.client(server.url, login).callTool('one'));
    expect(failure).toMatchObject(FAILED);
    expect(authority.at('/token')).toEqual([]);
  });

  it.each<[string, (callback: URL) => unknown]>([
    ['nothing', () => undefined],
    ['a page of somebody', () => 'https://evil.example/?code=x'],
    ['no URL', () => 'x'],
    ['neither code nor error', (url) => (url.searchParams.delete('code'), url.href)],
    ['its parameters behind a #', (url) => url.href.replace('?', '#')],
  ])('is refused with %s', async (_what, changed) => {
    const { authority, server } = await stage.all();
    const redirect = async (url: string): Promise<string> =>
      changed(new URL(await authority.browse(url))) as string;
    const client = stage.client(server.url, stage.login(authority, { redirect }));
    expect(await failureOf(client.callTool('one'))).toMatchObject(FAILED);
    expect(authority.at('/token')).toEqual([]);
  });
});

describe('(A26) an issuer that becomes another between two requests', () => {
  it('(A17) gets no code that the page of the old one has given', async () => {
    const { authority, server } = await stage.all();
    const evil = await stage.authority();
    const login = stage.login(authority, {
      redirect: async (url) => {
        authority.metadata = { token_endpoint: `${evil.url}/token`, issuer: evil.url };
        server.issuers = [evil.url];
        return authority.browse(url);
      },
    });
    await stage.client(server.url, login).callTool('one');
    expect(evil.asked).toEqual([]);
    expect(authority.at('/token')).toHaveLength(1);
  });

  it('(A17) gets no refresh token of the old one', async () => {
    const { authority, client } = await stage.all();
    const evil = await stage.authority();
    authority.response = { expires_in: 0 };
    await client.callTool('one');
    authority.metadata = { token_endpoint: `${evil.url}/token`, issuer: evil.url };
    await failureOf(client.callTool('two'));
    expect(evil.asked).toEqual([]);
  });

  it('(A17) deferred, is refused when the login goes on', async () => {
    const { authority, server } = await stage.all();
    const evil = await stage.authority();
    const login = stage.login(authority, { redirect: 'defer', session: 'of-ada' });
    const { url } = (await failureOf(login.login(server.url))) as Error & { url: string };
    const callback = await authority.browse(url);
    authority.metadata = { token_endpoint: `${evil.url}/token`, issuer: evil.url };
    expect((await failureOf(login.finish(callback, 'of-ada'))).message).toContain('another issuer');
    expect([evil.asked, authority.at('/token')]).toEqual([[], []]);
  });
});

it('(A14) a resource that is written over several lines is none', async () => {
  const { authority, server, client } = await stage.all();
  server.metadata = { resource: `${server.url}\n`, scopes_supported: ['read'] };
  expect(await failureOf(client.callTool('one'))).toMatchObject(FAILED);
  expect(authority.asked).toEqual([]);
});

it('(A18) what cannot be a scope is not asked for, whoever names it', async () => {
  const { authority, server, client } = await stage.all();
  server.metadata = {
    scopes_supported: ['read', 'a b', 'x\ny', '"', '', '\u001b[2J', 'é', 7, null],
  };
  await client.callTool('one');
  server.challenge = String.raw`error="insufficient_scope", scope="write a\"b c\\d"`;
  server.refuse = (token) => (token === authority.issued[0] ? 403 : undefined);
  await client.callTool('one');
  const scopes = authority.at('/authorize').map(({ query }) => query.get('scope'));
  expect(scopes).toEqual(['read', 'read write']);
});

it('(A21) a token that lasts longer than times can be is used, and not renewed', async () => {
  const { authority, client } = await stage.all();
  authority.override = ({ path }) =>
    path === '/token'
      ? {
          body: '{"access_token":"t","token_type":"Bearer","expires_in":1e308,"refresh_token":"r"}',
        }
      : undefined;
  for (let i = 0; i < 3; i++) await client.callTool('one');
  expect(authority.at('/token')).toHaveLength(1);
});

it('credentials in the URL of a server are refused, and not kept or shown', async () => {
  const url = 'https://ada:pass-word@mcp.example.com/mcp';
  const login = stage.login(await stage.authority());
  for (const work of [login.login(url), login.logout(url), discover(url)]) {
    const failure = await failureOf(work);
    expect(failure).toMatchObject({ code: 'invalid_options' });
    expect(failure.message).not.toContain('pass-word');
  }
});

it('(A29) words of an authorization server cannot write to a terminal', async () => {
  const { authority, client } = await stage.all();
  const words = 'no\u001b]0;title\u0007\u001b[2J\u009b2J\r\n\u202emoc\u2028x';
  authority.callback = { error: `bad\u001b[31m`, error_description: words, code: undefined };
  const failure = (await failureOf(client.callTool('one'))) as Error & { reason?: string };
  expect(failure).toMatchObject(FAILED);
  expect(`${failure.message}${failure.reason}`).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
  expect(failure.message.length).toBeLessThan(500);
});
