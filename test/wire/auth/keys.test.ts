/** The keys of an issuer, over HTTP: found, rotated, and not there. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openWithIssuer, statusOf } from '../../support/auth/protected.ts';
import { call } from '../../support/messages.ts';

const METADATA = '/.well-known/oauth-authorization-server';

afterEach(() => void vi.useRealTimers());

describe('the keys of an issuer', () => {
  it('A3 are found in its metadata, once for many tokens', async () => {
    const [issuer, server] = await openWithIssuer();
    for (let i = 0; i < 3; i++) expect(await statusOf(server, await issuer.token())).toBe(200);
    expect(issuer.asked).toEqual([METADATA, '/keys']);
  });

  it('A3 are found where OpenID Connect puts the metadata', async () => {
    const [issuer, server] = await openWithIssuer();
    issuer.override = (path) => {
      const body = JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/keys` });
      if (path === METADATA) return { status: 404, body: '' };
      return path === '/.well-known/openid-configuration' ? { status: 200, body } : undefined;
    };
    expect(await statusOf(server, await issuer.token())).toBe(200);
  });

  it('A3 are not asked for because of tokens that are not for this server', async () => {
    const [issuer, server] = await openWithIssuer();
    for (const claims of [{ aud: 'x' }, { iss: 'x' }, { exp: 1 }, { cnf: {} }]) {
      expect(await statusOf(server, await issuer.token(claims))).toBe(401);
    }
    expect(issuer.asked).toEqual([]);
  });

  it('A3 are fetched again for a new key, after 30 s', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const [issuer, server] = await openWithIssuer();
    expect(await statusOf(server, await issuer.token())).toBe(200);
    await issuer.rotate('second');
    expect(await statusOf(server, await issuer.token())).toBe(401);
    vi.advanceTimersByTime(30_000);
    expect(await statusOf(server, await issuer.token())).toBe(200);
    expect(issuer.asked.filter((path) => path === '/keys')).toHaveLength(2);
  });

  it('A3 are fetched again for a new key with the id of the old one, and not for every wrong signature', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const [issuer, server] = await openWithIssuer();
    expect(await statusOf(server, await issuer.token())).toBe(200);
    await issuer.rotate('first');
    for (let i = 0; i < 5; i++) expect(await statusOf(server, await issuer.token())).toBe(401);
    vi.advanceTimersByTime(30_000);
    expect(await statusOf(server, await issuer.token())).toBe(200);
    expect(issuer.asked.filter((path) => path === '/keys')).toHaveLength(2);
  });

  it('A3 that cannot be fetched again do not make a wrong signature an outage', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const [issuer, server] = await openWithIssuer();
    expect(await statusOf(server, await issuer.token())).toBe(200);
    await issuer.rotate('first');
    issuer.override = () => ({ status: 500, body: '' });
    vi.advanceTimersByTime(30_000);
    expect(await statusOf(server, await issuer.token())).toBe(401);
  });

  it('A3 are not flooded by key ids that are made up', async () => {
    const [issuer, server] = await openWithIssuer();
    for (let i = 0; i < 20; i++) {
      expect(await statusOf(server, await issuer.token({}, { kid: `made up ${i}` }))).toBe(401);
    }
    expect(issuer.asked).toEqual([METADATA, '/keys']);
  });

  it.each<[string, { status: number; body: string }]>([
    ['cannot be fetched', { status: 500, body: '' }],
    ['are not found', { status: 404, body: '' }],
    ['are redirected', { status: 302, body: '' }],
    ['are no JSON', { status: 200, body: '<html>' }],
    ['are no set', { status: 200, body: '{"keys":7}' }],
    ['are too many', { status: 200, body: JSON.stringify({ keys: ['x'.repeat(257 * 1024)] }) }],
  ])('A1 A3 that %s are a 503 with Retry-After', async (_what, answer) => {
    const [issuer, server] = await openWithIssuer();
    issuer.override = (path) => (path === '/keys' ? answer : undefined);
    const token = await issuer.token();
    const { status, headers } = await server.send(call('who'), { token });
    expect([status, headers['retry-after']]).toEqual([503, '10']);
    expect(server.warnings).toEqual([expect.stringContaining(`${issuer.url}/keys`) as string]);
    expect(server.warnings[0]).not.toContain(token);
  });

  it.each<[string, { status: number; body: string }]>([
    ['fails', { status: 503, body: '' }],
    ['is of another issuer', { status: 200, body: '{"issuer":"https://evil.example"}' }],
    ['names no keys', { status: 200, body: 'OWN' }],
  ])('A3 with metadata that %s are a 503', async (_what, { status, body }) => {
    const [issuer, server] = await openWithIssuer();
    const own = JSON.stringify({ issuer: issuer.url });
    issuer.override = () => ({ status, body: body === 'OWN' ? own : body });
    expect(await statusOf(server, await issuer.token())).toBe(503);
  });

  it('A3 go on to be used while the issuer is down', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const [issuer, server] = await openWithIssuer();
    expect(await statusOf(server, await issuer.token())).toBe(200);
    issuer.override = () => ({ status: 500, body: '' });
    vi.advanceTimersByTime(23 * 3_600_000);
    expect(await statusOf(server, await issuer.token())).toBe(200);
    vi.advanceTimersByTime(2 * 3_600_000);
    expect(await statusOf(server, await issuer.token())).toBe(503);
  });
});
