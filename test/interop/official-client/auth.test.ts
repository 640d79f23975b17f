/** The official client with a token of its own, against a server that verifies tokens. */
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterEach, describe, expect, it } from 'vitest';
import { type Issuer, openIssuer } from '../../support/auth/issuer.ts';
import { type Protected, bearerFor, openProtected } from '../../support/auth/protected.ts';
import { Peer } from '../../support/official-client/peer.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function open(): Promise<[Issuer, Protected]> {
  const issuer = await openIssuer();
  const server = await openProtected(
    (target) => {
      target.registerTool('who', {}, (ctx) => `${ctx.principal?.subject}`);
      target.registerTool('write', { scopes: ['write'] }, async (ctx) =>
        (await ctx.confirm('sure', 'Sure?')) ? 'written' : 'kept',
      );
    },
    { http: { authenticate: bearerFor(issuer.url, { scopes: ['base'] }) } },
  );
  closers.push(issuer.close, () => server.serving.close());
  return [issuer, server];
}

async function connect({ serving }: Protected, token?: string): Promise<Peer> {
  const headers = { ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const transport = new StreamableHTTPClientTransport(new URL(serving.url), {
    requestInit: { headers },
  });
  const peer = await Peer.connect(transport, { capabilities: { elicitation: { form: {} } } });
  closers.push(() => peer.client.close());
  return peer;
}

describe('the official client', () => {
  it('AU-2 A1 A9 with a token calls, is asked, and answers', async () => {
    const [issuer, server] = await open();
    const peer = await connect(server, await issuer.token({ scope: 'base write' }));
    peer.answers = { form: () => ({ action: 'accept', content: { confirm: true } }) };
    expect(await peer.call('who')).toBe('ada');
    expect(await peer.call('write')).toBe('written');
    expect(peer.asked).toEqual(['Sure?']);
  });

  it('AU-3 A9 without a scope is refused, and may call what needs none', async () => {
    const [issuer, server] = await open();
    const peer = await connect(server, await issuer.token({ scope: 'base' }));
    await expect(peer.call('write')).rejects.toThrow(/403|scope/i);
    expect(await peer.call('who')).toBe('ada');
  });

  it.each<[string, (issuer: Issuer) => Promise<string> | undefined]>([
    ['no token', () => undefined],
    ['a token for another server', (issuer) => issuer.token({ aud: 'https://other.example' })],
    ['a token without what all need', (issuer) => issuer.token()],
  ])('AU-2 A8 with %s cannot connect', async (_what, make) => {
    const [issuer, server] = await open();
    const token = await make(issuer);
    await expect(connect(server, token)).rejects.toThrow();
  });
});
