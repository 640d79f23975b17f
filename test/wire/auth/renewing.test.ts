/** Tokens that are renewed, refused at a refresh, and given up. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { memoryAuthStore, oauth } from 'mcp-rondo/auth';
import type { Authority } from '../../support/auth/authority.ts';
import { LoginStage, REDIRECT_URI, failureOf } from '../../support/auth/login.ts';

const stage = new LoginStage();
afterEach(async () => {
  vi.useRealTimers();
  await stage.close();
});

function refreshes(authority: Authority): number {
  return authority.at('/token').filter(({ form }) => form.has('refresh_token')).length;
}

describe('(A21) a token', () => {
  it('of a short life is not renewed for every request', async () => {
    const { authority, client } = await stage.all();
    authority.response = { expires_in: 20 };
    for (let i = 0; i < 5; i++) await client.callTool('one');
    expect([authority.issued.length, refreshes(authority)]).toEqual([1, 0]);
  });

  it('that has ended is renewed before it is used, and once', async () => {
    const { authority, server, client } = await stage.all();
    authority.response = { expires_in: 0 };
    await client.callTool('one');
    authority.response = { expires_in: 3600 };
    await client.callTool('two');
    await client.callTool('three');
    const [, second, third] = authority.issued;
    expect(server.tokens).toEqual([undefined, second, third, third]);
    expect(refreshes(authority)).toBe(2);
  });
});

describe('(A21) a clock that is set back an hour', () => {
  it('does not cost a person a login where the token can be renewed', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { authority, server, client } = await stage.all();
    authority.response = { expires_in: 0 };
    await client.callTool('one');
    authority.response = { expires_in: 3600 };
    await client.callTool('two');
    const renewed = authority.issued.at(-1);
    vi.setSystemTime(Date.now() - 3_600_000);
    server.refuse = (token) => (token === undefined || token === renewed ? 401 : undefined);
    await client.callTool('three');
    expect([refreshes(authority), authority.at('/authorize').length]).toEqual([3, 1]);
  });
});

describe('(A23) a logout', () => {
  /** An issuer that revokes the tokens of these kinds only. */
  function revoking(authority: Authority, ...kinds: string[]): void {
    authority.override = ({ path, form }) =>
      path === '/revoke' && !kinds.some((kind) => form.get('token')!.startsWith(kind))
        ? { status: 400, body: { error: 'unsupported_token_type' } }
        : undefined;
  }

  it.each([
    ['both', ['refresh', 'token'], 'revoked'],
    ['the refresh token, and no signed ones', ['refresh'], 'revoked'],
    ['the access token alone', ['token'], 'forgotten'],
    ['none', [], 'forgotten'],
  ])('at an issuer that revokes %s', async (_what, kinds, outcome) => {
    const { authority, server, login, client } = await stage.all();
    await client.callTool('one');
    revoking(authority, ...kinds);
    expect(await login.logout(server.url)).toBe(outcome);
    const sent = authority.at('/revoke').map(({ form }) => form.get('token')!.split('-')[0]);
    expect(sent).toEqual(['refresh', 'token']);
    expect(await login.logout(server.url)).toBe('none');
  });
});

describe('(A21) a client that its issuer does not know any more', () => {
  const UNKNOWN = { status: 401, body: { error: 'invalid_client' } };

  /** An issuer that has lost its clients, and gives other ids. */
  function forgetful(authority: Authority, isKnown: (id: string | null) => boolean): void {
    authority.override = ({ path, form }) => {
      if (path === '/register') return { status: 201, body: { client_id: 'another' } };
      const isRefused = path === '/token' && !isKnown(form.get('client_id'));
      return isRefused ? UNKNOWN : undefined;
    };
  }

  const counts = (authority: Authority): number[] =>
    ['/register', '/authorize'].map((path) => authority.at(path).length);

  it('is registered anew when a code is exchanged, and the login begins once more', async () => {
    const { authority, login, client } = await stage.all();
    await client.callTool('one');
    forgetful(authority, (id) => id === 'another');
    const second = await stage.server(authority.url);
    await stage.client(second.url, login).callTool('one');
    expect(counts(authority)).toEqual([2, 3]);
    expect(second.tokens.at(-1)).toBe(authority.issued.at(-1));
  });

  it('is no reason to go on and on, if the new one is not known either', async () => {
    const { authority, login, client } = await stage.all();
    await client.callTool('one');
    forgetful(authority, () => false);
    const second = await stage.server(authority.url);
    const error = await failureOf(stage.client(second.url, login).callTool('one'));
    expect(error).toMatchObject({ reason: 'invalid_client' });
    expect(counts(authority)).toEqual([2, 3]);
    // It is not known from the start: nothing is tried twice.
    await failureOf(stage.client(second.url, login).callTool('two'));
    expect(counts(authority)).toEqual([3, 4]);
  });

  it('is registered anew at the login that follows a refresh', async () => {
    const { authority, server, client } = await stage.all();
    authority.response = { expires_in: 0 };
    await client.callTool('one');
    forgetful(authority, (id) => id === 'another');
    authority.response = {};
    await client.callTool('two');
    expect(counts(authority)).toEqual([2, 2]);
    expect(server.tokens.at(-1)).toBe(authority.issued.at(-1));
  });

  it('is registered anew where a code is entered on another device', async () => {
    const store = memoryAuthStore();
    const { authority, server, client, login } = await stage.all({ store });
    await client.callTool('one');
    await login.logout(server.url);
    forgetful(authority, (id) => id === 'another');
    const { override } = authority;
    authority.metadata = { device_authorization_endpoint: `${authority.url}/device` };
    authority.override = (asked) => {
      if (asked.path !== '/device') return override(asked);
      const verification_uri = `${authority.url}/enter`;
      const body = {
        device_code: 'd',
        user_code: 'u',
        verification_uri,
        expires_in: 60,
        interval: 1,
      };
      return asked.form.get('client_id') === 'another' ? { body } : UNKNOWN;
    };
    const codes: string[] = [];
    const device = oauth({
      redirect: () => '',
      redirectUri: REDIRECT_URI,
      store,
      onDeviceCode: ({ code }) => void codes.push(code),
    });
    await device.login(server.url);
    expect([codes, authority.at('/device').length, counts(authority)[0]]).toEqual([['u'], 2, 2]);
  });

  it('is not registered where credentials have been given', async () => {
    const authority = await stage.authority();
    const server = await stage.server(authority.url);
    forgetful(authority, () => false);
    const given = { issuer: authority.url, client_id: 'given' };
    const client = stage.client(server.url, stage.login(authority, { client: given }));
    expect(await failureOf(client.callTool('one'))).toMatchObject({ reason: 'invalid_client' });
    expect(counts(authority)).toEqual([0, 1]);
  });
});
