/** Tokens, and keys of an issuer, that are made to break a server that verifies them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as jose from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { jwt } from 'mcp-rondo/auth';
import { type Issuer, RESOURCE, inSeconds, openIssuer } from '../../support/auth/issuer.ts';
import { openWithIssuer, statusOf } from '../../support/auth/protected.ts';
import { call } from '../../support/messages.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const encoded = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Claims that would let somebody in. */
const claimsOf = (issuer: Issuer): object => ({
  iss: issuer.url,
  sub: 'eve',
  aud: RESOURCE,
  client_id: 'c',
  exp: inSeconds(300),
});

const HEADER = { alg: 'ES256', typ: 'at+jwt', kid: 'first' };

describe('A3 a header of a token', () => {
  it.each<[string, object]>([
    ['says that its payload is not encoded', { b64: false, crit: ['b64'] }],
    ['says so, and does not call it critical', { b64: false }],
    ['calls critical what is not there', { crit: ['b64'] }],
    ['calls nothing critical', { crit: [] }],
    ['calls something critical by no list', { crit: 'exp' }],
    ['calls a known claim critical', { crit: ['exp'], exp: 1 }],
  ])('that %s lets nobody in, signed as it is', async (_what, more) => {
    const [issuer, server] = await openWithIssuer();
    expect(await statusOf(server, await issuer.signed(HEADER, claimsOf(issuer)))).toBe(200);
    const token = await issuer.signed({ ...HEADER, ...more }, claimsOf(issuer));
    expect(await statusOf(server, token)).toBe(401);
  });

  it('brings no keys: not in itself, and not from where it says', async () => {
    const [issuer, server] = await openWithIssuer();
    const asked: unknown[] = [];
    const evil = createServer((request, response) => {
      asked.push(request.url);
      response.end(JSON.stringify({ keys: [jwk] }));
    }).listen(0, '127.0.0.1');
    closers.push(() => evil.close().closeAllConnections());
    await new Promise((resolve) => evil.once('listening', resolve));
    const { privateKey, publicKey } = await jose.generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await jose.exportJWK(publicKey)), kid: 'first', alg: 'ES256' };
    const url = `http://127.0.0.1:${(evil.address() as AddressInfo).port}/keys`;
    for (const kid of ['first', 'evil', url, undefined]) {
      const header = { alg: 'ES256', typ: 'at+jwt', jwk, jku: url, x5u: url, ...(kid && { kid }) };
      const token = await new jose.SignJWT(claimsOf(issuer) as jose.JWTPayload)
        .setProtectedHeader(header)
        .sign(privateKey);
      expect(await statusOf(server, token)).toBe(401);
    }
    expect(asked).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['a path', '../../../../dev/null'],
    ['a statement', "' OR '1'='1"],
    ['a member of every object', '__proto__'],
    ['a method of every object', 'constructor'],
    ['an object', { a: 1 }],
    ['a list', ['first']],
    ['a number', 7],
    ['null', null],
    ['nothing', ''],
    ['a long text', 'x'.repeat(5_000)],
    ['control characters', '\u0000\u001b[2J\r\n'],
  ])('that names a key by %s finds none', async (_what, kid) => {
    const [issuer, server] = await openWithIssuer();
    const token = await issuer.signed({ ...HEADER, kid }, claimsOf(issuer));
    expect(await statusOf(server, token)).toBe(401);
    for (const line of server.warnings) expect(line).not.toMatch(/\p{Cc}|x{300}/u);
  });
});

describe('A3 a token that is no token', () => {
  it.each<[string, (issuer: Issuer) => string]>([
    ['nests its claims deeply', () => `${encoded(HEADER)}.${encoded('['.repeat(4_000))}.AAAA`],
    ['nests its header deeply', () => `${encoded(`${'{"a":'.repeat(1_500)}1`)}.e30.AAAA`],
    ['has claims that are a list', () => `${encoded(HEADER)}.${encoded([1])}.AAAA`],
    ['has claims that are null', () => `${encoded(HEADER)}.${encoded('null')}.AAAA`],
    ['has claims that are not UTF-8', () => `${encoded(HEADER)}._____w.AAAA`],
    ['has no signature', (issuer) => `${encoded(HEADER)}.${encoded(claimsOf(issuer))}.`],
    ['has a signature of zeros', (issuer) => zeros(encoded(HEADER), encoded(claimsOf(issuer)))],
    ['is as long as headers may be', () => `a.${'b'.repeat(12_000)}.c`],
    ['has thousands of parts', () => 'a.'.repeat(5_000)],
  ])('and %s lets nobody in', async (_what, make) => {
    const [issuer, server] = await openWithIssuer();
    expect(await statusOf(server, make(issuer))).toBe(401);
    expect(await statusOf(server, await issuer.token())).toBe(200);
  });

  const zeros = (header: string, claims: string): string =>
    `${header}.${claims}.${Buffer.alloc(64).toString('base64url')}`;

  it('and is longer than headers may be is not even looked at', async () => {
    const [, server] = await openWithIssuer();
    expect(await statusOf(server, 'x'.repeat(20_000))).toBe(431);
    expect(server.warnings).toEqual([]);
  });
});

describe('A3 the keys of an issuer', () => {
  const WEAK = { kty: 'oct', k: encoded('secret'), kid: 'first' };

  it('that are thousands cost a token no more than a few verifications', async () => {
    const [issuer, server] = await openWithIssuer();
    const many = Array.from({ length: 5_000 }, () => ({ kty: 'EC', crv: 'P-256' }));
    issuer.override = (path) =>
      path === '/keys' ? { status: 200, body: JSON.stringify({ keys: many }) } : undefined;
    const token = await issuer.signed({ ...HEADER, kid: undefined }, claimsOf(issuer));
    for (let i = 0; i < 5; i++) expect(await statusOf(server, token)).toBe(401);
    expect(issuer.asked.filter((path) => path === '/keys')).toHaveLength(1);
  });

  it.each<[string, unknown[]]>([
    ['a secret', [WEAK]],
    ['null', [null]],
    ['texts', ['first']],
    [
      'a key of another kind under the same id',
      [{ kty: 'RSA', kid: 'first', n: 'AQAB', e: 'AQAB' }],
    ],
    ['a point that is on no curve', [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'first' }]],
    ['a key for encryption', [{ kty: 'EC', crv: 'P-256', use: 'enc', kid: 'first' }]],
    ['none', []],
  ])('that are %s let nobody in', async (_what, keys) => {
    const [issuer, server] = await openWithIssuer();
    issuer.override = (path) =>
      path === '/keys' ? { status: 200, body: JSON.stringify({ keys }) } : undefined;
    expect([401, 503]).toContain(await statusOf(server, await issuer.token()));
    const secret = new TextEncoder().encode('secret');
    const symmetric = await new jose.SignJWT(claimsOf(issuer) as jose.JWTPayload)
      .setProtectedHeader({ ...HEADER, alg: 'HS256' })
      .sign(secret);
    expect(await statusOf(server, symmetric)).toBe(401);
  });

  it('that never come are a 503, and hold up nobody without a token', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    closers.push(() => silent.close().closeAllConnections());
    await new Promise((resolve) => silent.once('listening', resolve));
    const jwksUri = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/keys`;
    const [issuer, server] = await openWithIssuer(jwt({ jwksUri }));
    const waiting = [
      statusOf(server, await issuer.token()),
      statusOf(server, await issuer.token()),
    ];
    expect((await server.send(call('who'))).status).toBe(401);
    expect(await Promise.all(waiting)).toEqual([503, 503]);
  });

  it('that lead elsewhere are a 503, and nobody is asked there', async () => {
    const [issuer, server] = await openWithIssuer();
    const other = await openIssuer();
    closers.push(other.close);
    issuer.override = (path) =>
      path === '/keys'
        ? { status: 302, body: '', headers: { location: `${other.url}/keys` } }
        : undefined;
    expect(await statusOf(server, await other.token({ iss: issuer.url }))).toBe(503);
    expect(other.asked).toEqual([]);
  });
});
