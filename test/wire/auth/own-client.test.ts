/** Our client against a server that verifies tokens: what it learns, and what a step-up needs. */
import { afterEach, describe, expect, it } from 'vitest';
import { Client } from 'mcp-rondo/client';
import { type Issuer, openIssuer } from '../../support/auth/issuer.ts';
import { type Protected, bearerFor, openProtected } from '../../support/auth/protected.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function open(): Promise<[Issuer, Protected]> {
  const issuer = await openIssuer();
  const server = await openProtected(
    (target) =>
      void target.registerTool('write', { scopes: ['write'] }, async (ctx) =>
        (await ctx.confirm('sure', 'Sure?')) ? `written by ${ctx.principal?.subject}` : 'kept',
      ),
    { http: { authenticate: bearerFor(issuer.url) } },
  );
  closers.push(issuer.close, () => server.serving.close());
  return [issuer, server];
}

function bearing(token: string): Record<string, string> {
  return token === '' ? {} : { authorization: `Bearer ${token}` };
}

const me = { name: 'test', version: '1', legacy: 'never' } as const;

describe('our client', () => {
  it('A8 A9 asks for what the challenges name, one after the other, and its call goes through', async () => {
    const [issuer, { serving }] = await open();
    const challenges: [number, string | null][] = [];
    let token = '';
    const client = new Client(serving.url, {
      ...me,
      onElicit: () => ({ action: 'accept', content: { confirm: true } }),
      http: {
        headers: () => bearing(token),
        authorize: async ({ status, headers }) => {
          const challenge = headers.get('www-authenticate');
          challenges.push([status, challenge]);
          const scope = /scope="([^"]*)"/.exec(challenge ?? '')?.[1];
          token = await issuer.token({ scope });
          return true;
        },
      },
    });
    closers.push(() => client.close());
    const { content } = await client.callTool('write');
    expect(content).toEqual([{ type: 'text', text: 'written by ada' }]);
    const metadata =
      'resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"';
    expect(challenges).toEqual([
      [401, `Bearer ${metadata}`],
      [403, `Bearer error="insufficient_scope", scope="write", ${metadata}`],
    ]);
  });

  it.each<[number, object | undefined]>([
    [401, undefined],
    [401, { aud: 'https://other.example' }],
    [403, { scope: 'read' }],
  ])('AU-2 AU-3 learns the status %i', async (status, claims) => {
    const [issuer, { serving }] = await open();
    const headers = bearing(claims === undefined ? '' : await issuer.token(claims));
    const client = new Client(serving.url, {
      ...me,
      http: { headers },
    });
    closers.push(() => client.close());
    await expect(client.callTool('write')).rejects.toMatchObject({ status });
  });

  it('A5 learns that it should come back when keys cannot be fetched', async () => {
    const [issuer, { serving }] = await open();
    issuer.override = () => ({ status: 500, body: '' });
    const headers = { authorization: `Bearer ${await issuer.token()}` };
    const client = new Client(serving.url, { ...me, http: { headers } });
    closers.push(() => client.close());
    await expect(client.callTool('write')).rejects.toMatchObject({
      status: 503,
      retryAfter: 10_000,
    });
  });
});
