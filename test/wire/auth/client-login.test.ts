/** A person's login, from the first 401 to the token in every request. */
import { afterEach, describe, expect, it } from 'vitest';
import { LoginRequiredError, memoryAuthStore, oauth } from 'mcp-rondo/auth';
import { LoginStage, REDIRECT_URI, failureOf } from '../../support/auth/login.ts';

const stage = new LoginStage();
afterEach(() => stage.close());

describe('a login', () => {
  it('AU-4 (A12) is begun by a 401, and its token is in every later request', async () => {
    const { authority, server, client } = await stage.all();
    await client.callTool('one');
    await client.callTool('two');
    const [token] = authority.issued;
    expect(server.tokens).toEqual([undefined, token, token]);
    expect(authority.at('/authorize')).toHaveLength(1);
    expect(server.received.every(({ path }) => !path.includes('token'))).toBe(true);
  });

  it('(A12) is not begun where nobody asks for one', async () => {
    const { authority, server, client } = await stage.all();
    server.refuse = () => undefined;
    await client.callTool('one');
    expect(authority.asked).toEqual([]);
    expect(server.tokens).toEqual([undefined]);
  });

  it('(A14) sends the resource as it is published, and no slash more', async () => {
    const { authority, server, client } = await stage.all();
    const { origin } = new URL(server.url);
    server.override = (path) =>
      path === '/.well-known/oauth-protected-resource'
        ? { body: { resource: origin, authorization_servers: [authority.url] } }
        : undefined;
    server.challenge = `resource_metadata="${origin}/.well-known/oauth-protected-resource"`;
    server.namesMetadata = false;
    await client.callTool('one');
    expect(authority.at('/authorize')[0]!.query.get('resource')).toBe(origin);
    expect(authority.at('/token')[0]!.form.get('resource')).toBe(origin);
  });

  it.each([
    ['another host', (url: string) => url.replace('127.0.0.1', 'localhost')],
    ['a sibling', (url: string) => url.replace('/mcp', '/other')],
    ['part of a segment', (url: string) => url.replace('/mcp', '/mc')],
    ['a parent named by the document of a path', (url: string) => new URL(url).origin],
    ['a fragment', (url: string) => `${url}#x`],
  ])('(A14) is not begun for the resource of %s', async (_what, changed) => {
    const { authority, server, client } = await stage.all();
    server.metadata = { resource: changed(server.url) };
    const error = await failureOf(client.callTool('one'));
    expect(error).toMatchObject({ code: 'authorization_failed' });
    expect(authority.asked).toEqual([]);
  });

  it('(A13) looks at the well-known URI with the path, then at the root', async () => {
    const { authority, server, client } = await stage.all();
    const { origin } = new URL(server.url);
    server.namesMetadata = false;
    server.override = (path) => {
      if (path === '/.well-known/oauth-protected-resource/mcp') return { status: 404 };
      if (path !== '/.well-known/oauth-protected-resource') return undefined;
      return { body: { resource: origin, authorization_servers: [authority.url] } };
    };
    await client.callTool('one');
    expect(authority.issued).toHaveLength(1);
  });

  it('(A13) fails where the server that publishes the metadata fails', async () => {
    const { server, client } = await stage.all();
    server.override = (path) => (path.includes('well-known') ? { status: 503 } : undefined);
    expect((await failureOf(client.callTool('one'))).message).toMatch(/resource.*503/);
  });

  it('(A15) stops at metadata of another issuer, and without S256', async () => {
    const { authority, client } = await stage.all();
    authority.metadata = { issuer: `${authority.url}/` };
    expect((await failureOf(client.callTool('one'))).message).toContain('another issuer');
    authority.metadata = { code_challenge_methods_supported: ['plain'] };
    expect((await failureOf(client.callTool('one'))).message).toContain('S256');
    expect(authority.at('/authorize')).toEqual([]);
  });

  it('(A18) asks for the scopes of the challenge, and for offline_access where it is known', async () => {
    const { authority, server, client } = await stage.all();
    server.challenge = 'scope="files:read"';
    authority.metadata = { scopes_supported: ['offline_access'] };
    await client.callTool('one');
    const { query } = authority.at('/authorize')[0]!;
    expect(query.get('scope')).toBe('files:read offline_access');
    expect(query.get('prompt')).toBe('consent');
  });

  it('(A16) registers a native client for a callback on this machine', async () => {
    const { authority, client } = await stage.all();
    await client.callTool('one');
    expect(JSON.parse(authority.at('/register')[0]!.text)).toMatchObject({
      application_type: 'native',
      redirect_uris: [REDIRECT_URI],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    });
  });

  it('(A16) that cannot be registered shows the words of the server, in one line', async () => {
    const { authority, client } = await stage.all();
    const error_description = 'only\u001b[2J https\n callbacks';
    authority.override = ({ path }) =>
      path === '/register'
        ? { status: 400, body: { error: 'invalid_redirect_uri', error_description } }
        : undefined;
    const { message } = await failureOf(client.callTool('one'));
    expect(message).toContain('invalid_redirect_uri: only [2J https  callbacks');
  });

  it('(A20) takes the reply to a registration that does not say when the secret ends', async () => {
    const { authority, client } = await stage.all();
    authority.metadata = { token_endpoint_auth_methods_supported: ['client_secret_basic'] };
    authority.override = ({ path }) =>
      path === '/register'
        ? { status: 201, body: { client_id: 'a-b.c_d~e', client_secret: 'f-g.h_i~j k/l' } }
        : undefined;
    await client.callTool('one');
    const [scheme, text] = String(authority.at('/token')[0]!.headers['authorization']).split(' ');
    expect(scheme).toBe('Basic');
    expect(Buffer.from(text!, 'base64').toString()).toBe('a-b.c_d~e:f-g.h_i~j+k%2Fl');
  });

  it('(A21) is one for 50 calls that come at once', async () => {
    const { authority, client } = await stage.all();
    await Promise.all(Array.from({ length: 50 }, () => client.callTool('one')));
    expect(authority.at('/authorize')).toHaveLength(1);
    expect(authority.at('/token')).toHaveLength(1);
  });

  it('(A21) is begun again when a token has ended that cannot be renewed', async () => {
    const { authority, server, client } = await stage.all();
    authority.response = { expires_in: 0, refresh_token: undefined };
    await client.callTool('one');
    server.refuse = (token) => (token === authority.issued[0] ? 401 : undefined);
    await client.callTool('two');
    expect(authority.at('/authorize')).toHaveLength(2);
  });

  it('is an error, and no loop, where the token is not accepted', async () => {
    const { authority, server, client } = await stage.all();
    server.refuse = () => 401;
    expect((await failureOf(client.callTool('one'))).message).toContain('does not accept it');
    expect(authority.at('/authorize')).toHaveLength(1);
  });
});

describe('(A19) the response of the authorization server', () => {
  it.each<[string, Record<string, string | undefined>]>([
    ['no iss, though it is announced', { iss: undefined }],
    ['the iss of another', { iss: 'https://evil.example.com' }],
    ['an iss with a slash more', { iss: 'SLASH' }],
    ['another state', { state: 'guessed' }],
    ['no state', { state: undefined }],
    ['an error of another issuer', { error: 'access_denied', iss: 'https://evil.example.com' }],
  ])('with %s is refused, before the code is used', async (_what, callback) => {
    const { authority, client } = await stage.all();
    authority.callback = callback['iss'] === 'SLASH' ? { iss: `${authority.url}/` } : callback;
    const error = await failureOf(client.callTool('one'));
    expect(error).toMatchObject({ code: 'authorization_failed' });
    expect(error.message).not.toContain('access_denied');
    expect(authority.at('/token')).toEqual([]);
  });

  it('that is an error is shown', async () => {
    const { authority, client } = await stage.all();
    authority.callback = {
      error: 'access_denied',
      error_description: 'Ada said no',
      code: undefined,
    };
    const error = await failureOf(client.callTool('one'));
    expect(error).toMatchObject({ reason: 'access_denied' });
    expect(error.message).toContain('access_denied: Ada said no');
  });
});

describe("redirect: 'defer'", () => {
  it('(A12) goes on in another process that has the store, once, in the session that began', async () => {
    const store = memoryAuthStore();
    const options = { redirect: 'defer', session: 'of-ada', store } as const;
    const { authority, client, server } = await stage.all(options);
    const error = (await failureOf(client.callTool('one'))) as LoginRequiredError;
    expect(error).toBeInstanceOf(LoginRequiredError);
    const callback = await authority.browse(error.url);
    const other = oauth({ ...options, redirectUri: REDIRECT_URI });
    await other.finish(callback, 'of-ada');
    await client.callTool('two');
    expect(server.tokens.at(-1)).toBe(authority.issued[0]);
    const again = await failureOf(other.finish(callback, 'of-ada'));
    expect(again).toMatchObject({ code: 'authorization_failed' });
  });

  it('(A12) leaves one login for all calls that fail, and the same page', async () => {
    const store = memoryAuthStore();
    const kept = new Set<string>();
    const counting = {
      ...store,
      get: (key: string) => store.get(key),
      lock: <T>(key: string, work: () => Promise<T>) => store.lock(key, work),
      set: (key: string, value: string) => store.set(key, (kept.add(key), value)),
      delete: (key: string) => store.delete((kept.delete(key), key)),
    };
    const options = { redirect: 'defer', session: 'of-ada', store: counting } as const;
    const { client, server } = await stage.all(options);
    const pages = new Set<string>();
    for (let i = 0; i < 5; i++) {
      pages.add(((await failureOf(client.callTool('one'))) as LoginRequiredError).url);
    }
    expect(pages.size).toBe(1);
    const after = kept.size;
    server.challenge = 'scope="more"';
    await failureOf(client.callTool('one'));
    expect(kept.size).toBe(after);
  });

  it('(A19) is not finished by another session', async () => {
    const { authority, client, login } = await stage.all({ redirect: 'defer', session: 'of-ada' });
    const { url } = (await failureOf(client.callTool('one'))) as LoginRequiredError;
    const callback = await authority.browse(url);
    const error = await failureOf(login.finish(callback, 'of-eve'));
    expect(error).toMatchObject({ code: 'authorization_failed' });
    expect(authority.at('/token')).toEqual([]);
  });
});

describe('(A18) a step-up', () => {
  it('asks for what was asked before and what is wanted now, by a new authorization', async () => {
    const { authority, server, client } = await stage.all();
    server.challenge = 'scope="read"';
    await client.callTool('one');
    server.challenge = 'error="insufficient_scope", scope="write"';
    server.refuse = (token) => (token === authority.issued[0] ? 403 : undefined);
    await client.callTool('one');
    expect(authority.at('/authorize').map(({ query }) => query.get('scope'))).toEqual([
      'read',
      'read write',
    ]);
    expect(authority.at('/token').map(({ form }) => form.get('grant_type'))).toEqual(
      Array(2).fill('authorization_code'),
    );
  });

  it('(A32) ends after the same scopes have been refused twice for one operation', async () => {
    const { authority, server, client } = await stage.all();
    await client.callTool('one');
    server.challenge = 'error="insufficient_scope", scope="write"';
    server.refuse = () => 403;
    const error = await failureOf(client.callTool('one'));
    expect(error).toMatchObject({ code: 'insufficient_scope', scopes: ['write'] });
    expect(authority.at('/authorize')).toHaveLength(2);
  });

  it('that a person has declined may be asked for again', async () => {
    let declines = false;
    const authority = await stage.authority();
    const server = await stage.server(authority.url);
    const redirect = (url: string): Promise<string> => {
      if (declines) throw new Error('declined');
      return authority.browse(url);
    };
    const client = stage.client(server.url, stage.login(authority, { redirect }));
    await client.callTool('one');
    server.challenge = 'error="insufficient_scope", scope="write"';
    server.refuse = (token) => (token === authority.issued[0] ? 403 : undefined);
    declines = true;
    expect((await failureOf(client.callTool('one'))).message).toBe('declined');
    declines = false;
    await expect(client.callTool('one')).resolves.toHaveProperty('content');
  });

  it('(A32) is asked for three times a resource at most, whatever the server wants', async () => {
    const { authority, server, client } = await stage.all();
    await client.callTool('one');
    let count = 0;
    server.refuse = () => {
      server.challenge = `error="insufficient_scope", scope="scope-${++count}"`;
      return 403;
    };
    for (const name of ['a', 'b', 'c', 'd', 'e']) await failureOf(client.callTool(name));
    expect(authority.at('/authorize')).toHaveLength(4);
  });

  it('(A18) is not asked for again by a challenge after it was not granted', async () => {
    const { authority, server, client } = await stage.all();
    authority.response = { scope: 'read' };
    server.challenge = 'scope="read"';
    await client.callTool('one');
    server.challenge = 'error="insufficient_scope", scope="write"';
    server.refuse = () => 403;
    await failureOf(client.callTool('one'));
    const before = authority.at('/authorize').length;
    await failureOf(client.callTool('another'));
    expect(authority.at('/authorize')).toHaveLength(before);
  });
});
