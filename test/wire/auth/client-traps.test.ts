/** What a hostile server, or a hostile authorization server, tries with a client that logs in. */
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type OAuthOptions,
  clientCredentials,
  jwtBearer,
  memoryAuthStore,
  oauth,
} from 'mcp-rondo/auth';
import { Client } from 'mcp-rondo/client';
import type { Authority } from '../../support/auth/authority.ts';
import { LoginStage, REDIRECT_URI, failureOf } from '../../support/auth/login.ts';

const stage = new LoginStage();
afterEach(() => stage.close());

/** All that an authorization server has received, as text. */
function receivedBy({ asked }: Authority): string {
  return asked
    .map(({ path, query, headers, text }) => `${path}?${query} ${JSON.stringify(headers)} ${text}`)
    .join('\n');
}

describe('(A26) an evil authorization server beside an honest one', () => {
  it('(A17) gets no token, code, verifier or refresh token when a server changes over to it', async () => {
    const { authority, server, client } = await stage.all();
    const evil = await stage.authority();
    await client.callTool('one');
    const [token] = authority.issued;
    server.issuers = [evil.url];
    server.refuse = (sent) => (sent === evil.issued[0] ? undefined : 401);
    // The client notices that the token is not taken; a login with the new issuer is a new client.
    await failureOf(client.callTool('two'));
    await client.callTool('three').catch(() => {});
    const heard = receivedBy(evil);
    const port = new URL(authority.url).port;
    expect(heard).not.toContain(token!);
    expect(heard).not.toContain(`-of-${port}`);
    for (const { form } of authority.at('/token')) {
      expect(heard).not.toContain(form.get('code_verifier')!);
    }
  });

  it('gets no code of the honest one by a callback that says the honest issuer', async () => {
    const honest = await stage.authority();
    const evil = await stage.authority();
    const server = await stage.server(evil.url);
    // The evil one sends the browser to the honest one, which the person trusts.
    const redirect: OAuthOptions['redirect'] = async (url) => {
      const sent = new URL(url);
      const there = new URL(`${honest.url}/authorize`);
      for (const [name, value] of sent.searchParams) there.searchParams.set(name, value);
      return honest.browse(there.href);
    };
    const client = stage.client(server.url, stage.login(evil, { redirect }));
    expect(await failureOf(client.callTool('one'))).toMatchObject({ code: 'authorization_failed' });
    expect(evil.at('/token')).toEqual([]);
    expect(receivedBy(evil)).not.toContain('code-');
  });

  it('(A16) gets nothing of credentials that are given for the honest one', async () => {
    const honest = await stage.authority();
    const evil = await stage.authority();
    const server = await stage.server(evil.url);
    const client = { issuer: honest.url, client_id: 'given-id', client_secret: 'given-secret' };
    const own = { name: 'c', version: '1', legacy: 'never' } as const;
    const ways = [
      stage.login(evil, { client }).http,
      clientCredentials({ client }),
      jwtBearer({ issuer: honest.url, client_id: 'given-id', assertion: () => 'workload-jwt' }),
    ];
    for (const http of ways) {
      const error = await failureOf(new Client(server.url, { ...own, http }).callTool('one'));
      expect(error.message).toContain('does not name the issuer');
    }
    expect(evil.asked).toEqual([]);
  });

  it('(A15) that says it is the honest one is not believed', async () => {
    const honest = await stage.authority();
    const evil = await stage.authority();
    const server = await stage.server(evil.url);
    evil.metadata = { issuer: honest.url, token_endpoint: `${evil.url}/token` };
    const client = stage.client(server.url, stage.login(evil));
    expect((await failureOf(client.callTool('one'))).message).toContain('another issuer');
  });
});

describe('(A25) metadata', () => {
  it('names no issuer that would begin a line of its own where a person reads it', async () => {
    const { authority, server, client } = await stage.all();
    server.issuers = [`${authority.url}/\nLogged in.`];
    const error = await failureOf(client.callTool('one'));
    expect(error.message).toContain('it is not an issuer');
    expect(authority.asked).toEqual([]);
  });

  it.each([
    ['http://192.168.0.1/meta'],
    ['http://169.254.169.254/latest/meta-data'],
    ['https://[::ffff:10.0.0.1]/'],
    ['ftp://127.0.0.1/'],
  ])('at %s is not asked for', async (url) => {
    const { authority, server, client } = await stage.all();
    server.namesMetadata = false;
    server.challenge = `resource_metadata="${url}"`;
    const error = await failureOf(client.callTool('one'));
    expect(error).toMatchObject({ code: 'authorization_failed' });
    expect(authority.asked).toEqual([]);
  });

  it.each(['token_endpoint', 'registration_endpoint', 'authorization_endpoint'])(
    'with a %s inside a network leads nowhere',
    async (name) => {
      const { authority, client } = await stage.all();
      authority.metadata = { [name]: 'https://192.168.0.1/x' };
      const error = await failureOf(client.callTool('one'));
      expect(error.message).toContain('inside a network');
    },
  );

  it('that is a redirect is not followed', async () => {
    const { authority, server, client } = await stage.all();
    server.override = (path) =>
      path.includes('well-known')
        ? { status: 302, headers: { location: authority.url } }
        : undefined;
    expect((await failureOf(client.callTool('one'))).message).toContain('redirect');
    expect(authority.asked).toEqual([]);
  });

  it('that is too large is refused', async () => {
    const { server, client } = await stage.all();
    server.metadata = { padding: 'x'.repeat(70_000) };
    expect((await failureOf(client.callTool('one'))).message).toContain('too large');
  });

  it('by a fetch of the user is judged by its URL', async () => {
    const asked: string[] = [];
    const { server, client } = await stage.all({
      fetch: async (url, init) => {
        asked.push(String(url));
        return fetch(url, init);
      },
    });
    await client.callTool('one');
    expect(asked.length).toBeGreaterThan(3);
    server.namesMetadata = false;
    server.challenge = 'resource_metadata="http://10.0.0.1/"';
    server.refuse = () => 401;
    await failureOf(client.callTool('two'));
    expect(asked.join()).not.toContain('10.0.0.1');
  });
});

describe('(A28) a page to open', () => {
  it.each([
    'javascript:alert(1)',
    'file:///etc/passwd',
    'http://user:pw@127.0.0.1/',
    'ssh://127.0.0.1/',
  ])('is not opened at %s', async (url) => {
    let opened = 0;
    const { authority, client } = await stage.all({ redirect: () => String(++opened) });
    authority.metadata = { authorization_endpoint: url };
    expect(await failureOf(client.callTool('one'))).toMatchObject({ code: 'authorization_failed' });
    expect(opened).toBe(0);
  });

  it('comes with a warning of a host that is not the one of the issuer', async () => {
    const warnings: string[] = [];
    const { authority, client } = await stage.all({
      redirect: (url, context) => {
        warnings.push(...context.warnings);
        return authority.browse(url.replace('localhost', '127.0.0.1'));
      },
    });
    authority.metadata = {
      authorization_endpoint: `${authority.url.replace('127.0.0.1', 'localhost')}/authorize`,
    };
    await client.callTool('one');
    expect(warnings.join()).toMatch(/page is at localhost.*tokens are of 127/);
  });
});

describe('(A27) a token', () => {
  it('is not sent to another path of the host than that of its resource', async () => {
    const { server, login, client } = await stage.all();
    await client.callTool('one');
    const beside = new URL('/mcpx', server.url).href;
    expect(await login.http.headers({ url: beside })).toEqual({});
    expect(await login.http.headers({ url: server.url.replace('127.0.0.1', 'localhost') })).toEqual(
      {},
    );
    expect(await login.http.headers({ url: server.url })).toHaveProperty('Authorization');
  });

  it('is not sent after a redirect', async () => {
    const { server, client } = await stage.all();
    const thief = await stage.server();
    await client.callTool('one');
    server.override = (path) =>
      path === '/mcp' ? { status: 307, headers: { location: thief.url } } : undefined;
    await failureOf(client.callTool('two'));
    expect(thief.received).toEqual([]);
  });
});

describe('(A29) (A30) no error of a login', () => {
  const SECRETS = ['canary-access', 'canary-refresh', 'canary-code', 'canary-client-secret'];

  /** A server that repeats all it gets in its errors. */
  const repeating = (authority: Authority, path: string): void => {
    authority.override = (asked) => {
      if (asked.path !== path) return undefined;
      const error_description = `${asked.text} ${[...asked.form.values()].join(' ')} ${asked.query}`;
      return { status: 400, body: { error: 'invalid_request', error_description } };
    };
  };

  it.each(['/token', '/register', '/authorize', '/.well-known/oauth-authorization-server'])(
    'has a secret in it when %s repeats what it gets',
    async (path) => {
      const { authority, server } = await stage.all();
      const store = memoryAuthStore();
      const logIn = stage.login(authority, {
        store,
        ...(path !== '/register' && {
          client: { issuer: authority.url, client_id: 'c', client_secret: 'canary-client-secret' },
        }),
      });
      authority.metadata = { token_endpoint_auth_methods_supported: ['client_secret_post'] };
      authority.callback = { code: 'canary-code' };
      authority.response = {
        access_token: 'canary-access',
        refresh_token: 'canary-refresh',
        expires_in: 0,
      };
      const client = stage.client(server.url, logIn);
      if (path === '/token') await client.callTool('first');
      repeating(authority, path);
      server.refuse = () => 401;
      const errors = [
        await failureOf(client.callTool('one')),
        await failureOf(client.callTool('two')),
      ];
      const shown = inspect(errors, { depth: 10, showHidden: true });
      const states = authority.at('/authorize').map(({ query }) => query.get('state')!);
      const verifiers = authority.at('/token').map(({ form }) => form.get('code_verifier')!);
      for (const secret of [...SECRETS, ...states, ...verifiers.filter(Boolean)])
        expect(shown).not.toContain(secret);
      expect(errors.every((error) => error.cause === undefined)).toBe(true);
    },
  );

  it('says that its token lasts longer than numbers go: it is used, and not renewed each time', async () => {
    const { authority, client } = await stage.all();
    authority.response = { expires_in: 1e308 };
    for (const name of ['one', 'two', 'three']) await client.callTool(name);
    expect(authority.at('/token').map(({ form }) => form.get('grant_type'))).toEqual([
      'authorization_code',
    ]);
  });

  it('has a token in it that cannot be sent', async () => {
    const { authority, client } = await stage.all();
    authority.response = { access_token: 'canary-access\r\nX: y' };
    const shown = inspect(await failureOf(client.callTool('one')), { showHidden: true });
    expect(shown).toContain('cannot be sent');
    expect(shown).not.toContain('canary-access');
  });
});

describe('(A24) without a person', () => {
  it('tokens of client credentials are got anew when they are refused', async () => {
    const authority = await stage.authority();
    const server = await stage.server(authority.url);
    authority.metadata = { token_endpoint_auth_methods_supported: ['client_secret_basic'] };
    authority.response = { expires_in: undefined };
    const given = { issuer: authority.url, client_id: 'job', client_secret: 's3cret' };
    const client = stage.client(server.url, {
      http: clientCredentials({ client: given, scopes: ['run'] }),
    });
    await client.callTool('one');
    const { form } = authority.at('/token')[0]!;
    expect(Object.fromEntries(form)).toEqual({
      grant_type: 'client_credentials',
      scope: 'run',
      resource: server.url,
    });
    expect(authority.at('/register')).toEqual([]);
  });

  it('a refused assertion is an error, and no other grant is tried', async () => {
    const authority = await stage.authority();
    const server = await stage.server(authority.url);
    authority.override = ({ path }) =>
      path === '/token' ? { status: 400, body: { error: 'invalid_grant' } } : undefined;
    const http = jwtBearer({
      issuer: authority.url,
      client_id: 'w',
      assertion: () => 'workload-jwt',
    });
    const client = stage.client(server.url, { http });
    expect(await failureOf(client.callTool('one'))).toMatchObject({ reason: 'invalid_grant' });
    expect(authority.at('/token').map(({ form }) => form.get('grant_type'))).toEqual([
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
    ]);
  });
});

it('(A33) a server without metadata of its resource is not logged in to', async () => {
  const { authority, server, client } = await stage.all();
  server.namesMetadata = false;
  server.override = (path) => (path.includes('well-known') ? { status: 404 } : undefined);
  expect((await failureOf(client.callTool('one'))).message).toContain('publishes none');
  expect(authority.asked).toEqual([]);
});

it.each<[object, string]>([
  [{}, 'redirect'],
  [{ redirect: 'later', redirectUri: REDIRECT_URI }, "'redirect'"],
  [{ redirect: 'defer', redirectUri: REDIRECT_URI }, "'session'"],
  [{ redirect: () => '', redirectUri: 'http://example.com/cb' }, "'redirectUri'"],
  [{ redirect: () => '', redirectUri: REDIRECT_URI, client: { client_id: 'x' } }, 'issuer'],
  [
    { redirect: () => '', redirectUri: REDIRECT_URI, clientMetadataUrl: 'http://a/b' },
    "'clientMetadataUrl'",
  ],
  [{ redirect: () => '', redirectUri: REDIRECT_URI, secret: 'x' }, "'secret' is not an option"],
])('oauth(%j) is refused with what is wrong', (options, words) => {
  expect(() => oauth(options as OAuthOptions)).toThrow(words);
});
