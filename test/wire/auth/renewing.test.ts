/** Tokens that are renewed, refused at a refresh, and given up. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Authority } from '../../support/auth/authority.ts';
import { LoginStage } from '../../support/auth/login.ts';

const stage = new LoginStage();
afterEach(() => stage.close());

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
