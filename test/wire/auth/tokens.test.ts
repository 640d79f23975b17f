/** Which tokens let their bearer in, and what each of the others gets: over HTTP, with signed tokens. */
import * as jose from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { McpServer } from 'mcp-rondo';
import { InvalidTokenError, type TokenVerifier, bearer, jwt } from 'mcp-rondo/auth';
import { type Issuer, RESOURCE, inSeconds, openIssuer } from '../../support/auth/issuer.ts';
import {
  type Protected,
  bearerFor,
  messageIn,
  openProtected,
} from '../../support/auth/protected.ts';
import { HOSTILE_ERRORS } from '../../../src/base/test-support/hostile-errors.ts';
import { silent } from '../../support/logger.ts';
import { call, textOf } from '../../support/messages.ts';
import { headersFor } from '../../support/wires.ts';

const METADATA = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp';
const INVALID = `Bearer error="invalid_token", resource_metadata="${METADATA}"`;
const NO_TOKEN = `Bearer resource_metadata="${METADATA}"`;

let issuer: Issuer;
let server: Protected;
let served = 0;

const who = (target: McpServer): void => {
  target.registerTool('who', {}, (ctx) => {
    served++;
    return JSON.stringify(ctx.principal);
  });
};

beforeAll(async () => {
  issuer = await openIssuer();
  server = await openProtected(who, { http: { authenticate: bearerFor(issuer.url) } });
});

beforeEach(() => {
  served = 0;
  server.warnings.length = 0;
});

afterAll(async () => {
  await server?.serving.close();
  issuer?.close();
});

/** A token signed with a secret, which is the public key of the issuer. */
async function signedWithPublicKey(): Promise<string> {
  const secret = new TextEncoder().encode(JSON.stringify(issuer.publicKey));
  const claims = {
    iss: issuer.url,
    sub: 'ada',
    aud: RESOURCE,
    exp: inSeconds(300),
    client_id: 'c',
  };
  return new jose.SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'first' })
    .sign(secret);
}

/** A token without a signature. */
function unsigned(alg: unknown): string {
  const claims = {
    iss: issuer.url,
    sub: 'ada',
    aud: RESOURCE,
    exp: inSeconds(300),
    client_id: 'c',
  };
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg, typ: 'at+jwt' })}.${part(claims)}.`;
}

describe('a token that is for this server', () => {
  it('AU-2 A1 A6 lets its bearer in, whom the handler sees without the token', async () => {
    const exp = inSeconds(300);
    const token = await issuer.token({ scope: 'a b a', exp });
    const answer = await server.send(call('who'), { token });
    expect(answer.status).toBe(200);
    expect(JSON.parse(textOf(messageIn(answer)))).toEqual({
      issuer: issuer.url,
      subject: 'ada',
      scopes: ['a', 'b'],
      clientId: 'desk',
      expiresAt: exp * 1000,
    });
  });

  it.each([
    ['at+jwt', 'at+jwt'],
    ['application/at+jwt', 'application/at+jwt'],
    ['AT+JWT', 'AT+JWT'],
  ])('A3 has the type %s', async (_name, typ) => {
    const token = await issuer.token({}, { typ });
    expect((await server.send(call('who'), { token })).status).toBe(200);
  });

  it.each<[string, () => object]>([
    ['is one of several audiences', () => ({ aud: ['https://other.example', RESOURCE] })],
    ['expired less than a minute ago', () => ({ exp: inSeconds(-50) })],
    ['is valid in less than a minute', () => ({ nbf: inSeconds(50) })],
  ])('A1 A3 %s', async (_what, claims) => {
    const token = await issuer.token(claims());
    expect((await server.send(call('who'), { token })).status).toBe(200);
  });

  it.each(['bearer', 'BEARER', 'Bearer  '])('A2 comes with the scheme %s', async (scheme) => {
    const authorization = `${scheme} ${await issuer.token()}`;
    expect((await server.send(call('who'), { headers: { authorization } })).status).toBe(200);
  });

  it('A6 names a client where it has no subject, and that is bound', async () => {
    const token = await issuer.token({ sub: undefined, client_id: 'robot' });
    const answer = await server.send(call('who'), { token });
    expect(JSON.parse(textOf(messageIn(answer)))).toMatchObject({
      subject: 'robot',
      bind: ['client'],
    });
  });
});

describe('AU-2 A1 A3 a token is refused with 401 and no detail', () => {
  it.each<[string, string, () => string | Promise<string>]>([
    ['of another audience', 'audience', () => issuer.token({ aud: 'https://other.example/mcp' })],
    ['of a parent', 'audience', () => issuer.token({ aud: 'https://mcp.example.com' })],
    ['with a slash more', 'audience', () => issuer.token({ aud: `${RESOURCE}/` })],
    [
      'of this audience in capitals',
      'audience',
      () => issuer.token({ aud: RESOURCE.toUpperCase() }),
    ],
    ['without an audience', 'audience', () => issuer.token({ aud: undefined })],
    ['with an object in its audiences', 'audience', () => issuer.token({ aud: [RESOURCE, {}] })],
    ['of another issuer', 'issuer', () => issuer.token({ iss: 'https://evil.example' })],
    ['of this issuer with a slash', 'issuer', () => issuer.token({ iss: `${issuer.url}/` })],
    ['without an issuer', 'issuer', () => issuer.token({ iss: undefined })],
    ['that has expired', 'expired', () => issuer.token({ exp: inSeconds(-61) })],
    ['that never expires', 'never expires', () => issuer.token({ exp: undefined })],
    ['with a text as its end', 'expired', () => issuer.token({ exp: '9999999999' })],
    ['that is not valid yet', 'not valid yet', () => issuer.token({ nbf: inSeconds(90) })],
    ['with a text as its beginning', 'not valid yet', () => issuer.token({ nbf: '0' })],
    ['with alg none', 'algorithm', () => unsigned('none')],
    ['with alg None', 'algorithm', () => unsigned('None')],
    ['without alg', 'not a signed JWT|algorithm', () => unsigned(undefined)],
    ['signed with the public key as a secret', 'algorithm', signedWithPublicKey],
    ['of the type JWT', 'type', () => issuer.token({}, { typ: 'JWT' })],
    ['of no type', 'type', () => issuer.token({}, { typ: undefined })],
    ['of the type dpop+jwt', 'type', () => issuer.token({}, { typ: 'dpop+jwt' })],
    ['that is bound to a key', 'cnf', () => issuer.token({ cnf: { jkt: 'x' } })],
    ['of nobody', 'subject', () => issuer.token({ sub: undefined, client_id: undefined })],
    ['with a number as its subject', 'subject', () => issuer.token({ sub: 7 })],
    ['with an empty subject', 'subject', () => issuer.token({ sub: '' })],
    [
      'with another signature',
      'signature',
      async () => `${(await issuer.token()).slice(0, -6)}AAAAAA`,
    ],
    ['with other claims than were signed', 'signature', otherClaims],
    ['of an unknown key', 'key', () => issuer.token({}, { kid: 'unknown' })],
    ['with an unknown critical header', 'critical header', () => withCritical()],
    ['that is none', 'not a signed JWT', () => 'abc'],
    ['that is empty', 'characters', () => ''],
    ['with a space in it', 'characters', () => 'abc def'],
    ['that is encrypted', 'not a signed JWT', () => 'a.b.c.d.e'],
  ])('%s', async (_what, why, make) => {
    const token = await make();
    const { status, headers, text } = await server.send(call('who'), {
      headers: { authorization: `Bearer ${token}` },
    });
    expect([status, headers['www-authenticate'], served]).toEqual([401, INVALID, 0]);
    expect(JSON.parse(text)).toMatchObject({ error: { message: 'Not authenticated' } });
    expect(server.warnings.length).toBeLessThanOrEqual(1);
    for (const line of server.warnings) {
      expect(line).toMatch(new RegExp(`401: its token cannot be used: .*(?:${why})`));
    }
  });

  async function otherClaims(): Promise<string> {
    const [header, , signature] = (await issuer.token()).split('.');
    const [, payload] = (await issuer.token({ sub: 'eve' })).split('.');
    return [header, payload, signature].join('.');
  }

  async function withCritical(): Promise<string> {
    const [, ...rest] = (await issuer.token()).split('.');
    const header = { alg: 'ES256', typ: 'at+jwt', kid: 'first', crit: ['exp'], exp: 1 };
    return [Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.');
  }
});

describe('requests without one token', () => {
  it('A8 get a 401 that says where to get one, and no error', async () => {
    const { status, headers, text } = await server.send();
    expect([status, headers['www-authenticate'], served]).toEqual([401, NO_TOKEN, 0]);
    expect(JSON.parse(text)).not.toHaveProperty('id');
    expect(server.warnings).toEqual([]);
  });

  it.each(['Basic YTpi', 'DPoP abc', 'bearerish abc'])(
    'A2 %s is no token',
    async (authorization) => {
      const { status, headers } = await server.send(call('who'), { headers: { authorization } });
      expect([status, headers['www-authenticate']]).toEqual([401, NO_TOKEN]);
    },
  );

  it.each<[string, (token: string) => object]>([
    ['in the query', (token) => ({ query: `?access_token=${token}` })],
    ['in the query, encoded', (token) => ({ query: `?a=b&access%5Ftoken=${token}` })],
    ['in the query and the header', (token) => ({ query: `?access_token=${token}`, token })],
    [
      'in two headers',
      (token) => ({ headers: { Authorization: [`Bearer ${token}`, 'Bearer b'] } }),
    ],
    [
      'behind another',
      (token) => ({ headers: { Authorization: ['Basic YTpi', `Bearer ${token}`] } }),
    ],
    [
      'twice in one header',
      (token) => ({ headers: { authorization: `Bearer ${token}, Bearer b` } }),
    ],
  ])('A2 AU-4 a token %s is 400', async (_where, how) => {
    const { status, headers } = await server.send(call('who'), how(await issuer.token()));
    const challenge = `Bearer error="invalid_request", resource_metadata="${METADATA}"`;
    expect([status, headers['www-authenticate'], served]).toEqual([400, challenge, 0]);
  });

  it('A2 through fetch, two headers are 400, a good token is served, and none is 401', async () => {
    const http = { authenticate: bearerFor(issuer.url) };
    const target = new McpServer({ name: 's', version: '1' }, { http, logger: silent });
    who(target);
    const message = call('who');
    const post = async (...tokens: string[]): Promise<number> => {
      const headers = new Headers(headersFor(message));
      for (const token of tokens) headers.append('authorization', `Bearer ${token}`);
      const body = JSON.stringify(message);
      const request = new Request('https://mcp.example.com/mcp', { method: 'POST', headers, body });
      return (await target.fetch(request)).status;
    };
    const token = await issuer.token();
    expect([await post(), await post(token), await post(token, token)]).toEqual([401, 200, 400]);
  });
});

describe("typ: 'any'", () => {
  let lenient: Protected;

  beforeAll(async () => {
    const authenticate = bearerFor(issuer.url, { verify: jwt({ typ: 'any' }) });
    lenient = await openProtected(who, { http: { authenticate } });
  });

  afterAll(() => lenient.serving.close());

  it.each<[string, object]>([
    ['with a client id', {}],
    ['with a scope', { client_id: undefined, scope: 'a' }],
    ['with scp', { client_id: undefined, scp: ['a'] }],
    ['with a token_use of access', { token_use: 'access' }],
    ['with a payload type of Bearer', { typ: 'Bearer' }],
  ])('A3 takes a token %s', async (_what, claims) => {
    const token = await issuer.token(claims, { typ: 'JWT' });
    expect((await lenient.send(call('who'), { token })).status).toBe(200);
  });

  it.each<[string, object]>([
    ['a nonce', { nonce: 'n' }],
    ['at_hash', { at_hash: 'h' }],
    ['c_hash', { c_hash: 'h' }],
    ['events', { events: {} }],
    ['a token_use of id', { token_use: 'id' }],
    ['a token_use of refresh_token', { token_use: 'refresh_token' }],
    ['a payload type of ID', { typ: 'ID' }],
    ['a payload type of Refresh', { typ: 'Refresh' }],
    ['neither scope nor client id', { client_id: undefined }],
    ['the client id of ID tokens only', { client_id: undefined, azp: 'desk' }],
    ['an empty scope', { client_id: undefined, scope: '' }],
    ['cnf', { cnf: { jkt: 'x' } }],
  ])('A3 refuses a token with %s', async (_what, claims) => {
    const token = await issuer.token(claims, { typ: 'JWT' });
    const { status, headers } = await lenient.send(call('who'), { token });
    expect([status, headers['www-authenticate']]).toEqual([401, INVALID]);
  });
});

describe('a function that verifies', () => {
  async function open(verify: TokenVerifier, more: object = {}): Promise<Protected> {
    return openProtected(who, {
      http: { authenticate: bearerFor(issuer.url, { verify, ...more }) },
    });
  }

  async function statusWith(verify: TokenVerifier, more: object = {}): Promise<number> {
    const opened = await open(verify, more);
    const { status } = await opened.send(call('who'), { token: 'opaque' });
    await opened.serving.close();
    return status;
  }

  const claims = (): Record<string, unknown> => ({ iss: issuer.url, aud: RESOURCE, sub: 'ada' });

  it('A1 is not believed about issuer, audience and times', async () => {
    const statuses = [
      await statusWith(() => claims()),
      await statusWith(() => ({ ...claims(), iss: 'https://other.example' })),
      await statusWith(() => ({ ...claims(), aud: 'https://other.example' })),
      await statusWith(() => ({ ...claims(), aud: undefined })),
      await statusWith(() => ({ ...claims(), exp: inSeconds(-61) })),
      await statusWith(() => ({ ...claims(), exp: Number.NaN })),
      await statusWith(() => ({ ...claims(), nbf: inSeconds(90) })),
      await statusWith(() => undefined as never),
      await statusWith(() => null as never),
    ];
    expect(statuses).toEqual([200, 401, 401, 401, 401, 401, 401, 401, 401]);
  });

  it('A1 takes the audiences of an issuer that does not know resources', async () => {
    const aud = 'api://travel';
    expect(await statusWith(() => ({ ...claims(), aud }))).toBe(401);
    expect(await statusWith(() => ({ ...claims(), aud }), { audience: [aud] })).toBe(200);
  });

  it('A1 refuses with InvalidTokenError, and the caller hears no reason', async () => {
    const opened = await open(() => {
      throw new InvalidTokenError('it has been revoked');
    });
    const { status, headers, text } = await opened.send(call('who'), { token: 'opaque' });
    await opened.serving.close();
    expect([status, headers['www-authenticate']]).toEqual([401, INVALID]);
    expect(text).not.toContain('revoked');
    expect(opened.warnings).toEqual([expect.stringContaining('it has been revoked') as string]);
  });

  it('A1 fails with 503, which is logged without the token, for whatever else it throws', async () => {
    const opened = await open((token) => {
      throw new Error(`no database for ${token}`);
    });
    const { status, headers } = await opened.send(call('who'), { token: 'opaque-secret' });
    await opened.serving.close();
    expect([status, headers['retry-after'], served]).toEqual([503, '10', 0]);
    expect(headers).not.toHaveProperty('www-authenticate');
    expect(opened.warnings).toEqual([expect.stringContaining('no database for') as string]);
    expect(opened.warnings[0]).not.toContain('opaque-secret');
  });

  it.each(HOSTILE_ERRORS)(
    'A1 fails with 503 and one line in the log when it throws %s',
    async (_what, make) => {
      const opened = await open(() => {
        throw make();
      });
      const { status } = await opened.send(call('who'), { token: 'opaque' });
      await opened.serving.close();
      expect([status, opened.warnings.length]).toEqual([503, 1]);
    },
  );

  it('A6 binds what `bind` makes of the claims', async () => {
    const bind = (all: { tenant?: unknown }): string[] => [all.tenant as string];
    const tenant = (): Record<string, unknown> => ({ ...claims(), tenant: 'blue' });
    const opened = await open(tenant, { bind });
    const answer = await opened.send(call('who'), { token: 'opaque' });
    await opened.serving.close();
    expect(JSON.parse(textOf(messageIn(answer)))).toMatchObject({ bind: ['blue'] });
    expect(await statusWith(() => claims(), { bind })).toBe(401);
    expect(await statusWith(() => claims(), { bind: async () => ['blue'] })).toBe(503);
    // Its rejection must not end the process: the test would fail.
    const rejects = async (): Promise<never> => Promise.reject(new Error('no database'));
    expect(await statusWith(() => claims(), { bind: rejects as never })).toBe(503);
  });
});

describe('bearer() does not start', () => {
  const verify = (): never => {
    throw new Error('never called');
  };
  const good = { resource: RESOURCE, issuer: 'https://id.example', verify };

  it.each<[string, object, string]>([
    ['A4 without a resource', { issuer: good.issuer, verify }, "needs 'resource'"],
    ['A1 without an issuer', { resource: RESOURCE, verify }, "needs 'issuer'"],
    ['A1 without a verifier', { resource: RESOURCE, issuer: good.issuer }, "needs 'verify'"],
    ['with a path as its resource', { ...good, resource: '/mcp' }, 'must be a URL'],
    ['with a fragment in its resource', { ...good, resource: `${RESOURCE}#a` }, 'fragment'],
    ['with a query in its resource', { ...good, resource: `${RESOURCE}?a=b` }, 'query'],
    ['with http for others', { ...good, resource: 'http://mcp.example.com/mcp' }, 'must be https'],
    ['with credentials', { ...good, resource: 'https://a:b@mcp.example.com' }, 'credentials'],
    ['A7 with offline_access', { ...good, scopes: ['offline_access'] }, 'offline_access'],
    ['with scopes in one text', { ...good, scopes: ['a b'] }, 'scopes'],
    ['with a misspelled member', { ...good, audiences: ['a'] }, "It is 'audience' here"],
  ])('%s', (_what, options, words) => {
    expect(() => bearer(options as never)).toThrow(words);
  });

  it.each(['HS256', 'none', 'RS1'])('A3 jwt() takes no algorithm %s', (algorithm) => {
    expect(() => jwt({ algorithms: [algorithm] })).toThrow('algorithms');
  });
});
