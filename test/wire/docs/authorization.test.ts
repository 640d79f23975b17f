/** What docs/authorization.md shows does what it says there. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { McpServer, ServerOptions } from 'mcp-rondo';
import type { TokenVerifier } from 'mcp-rondo/auth';
import { serve } from 'mcp-rondo/node';
import { type Issuer, RESOURCE, openIssuer } from '../../support/auth/issuer.ts';
import { bearerFor, sendTo } from '../../support/auth/protected.ts';
import { call } from '../../support/messages.ts';
import { Page } from '../../support/page.ts';
import { headersFor } from '../../support/wires.ts';

const page = new Page('docs/authorization.md');
const closers: (() => unknown)[] = [];
let issuer: Issuer;

beforeAll(async () => void (issuer = await openIssuer()));

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

afterAll(() => {
  issuer?.close();
  page.close();
});

describe('docs/authorization.md shows', () => {
  it('docs/authorization.md shows a server for frameworks, with its metadata', async () => {
    type Shown = { createFetch(issuer: string): (request: Request) => Promise<Response> };
    const fetch = (await page.run<Shown>('A protected server 2')).createFetch(issuer.url);
    const url = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp';
    expect(await (await fetch(new Request(url))).json()).toMatchObject({ resource: RESOURCE });
    const message = call('any');
    const post = async (token?: string): Promise<number> => {
      const headers = {
        ...headersFor(message),
        ...(token && { authorization: `Bearer ${token}` }),
      };
      const body = JSON.stringify(message);
      return (await fetch(new Request(RESOURCE, { method: 'POST', headers, body }))).status;
    };
    issuer.introspect = (token) => ({ active: token === 'good', aud: RESOURCE, sub: 'ada' });
    expect([await post(), await post('bad'), await post('good')]).toEqual([401, 401, 404]);
  });

  it('docs/authorization.md shows a verifier of one’s own', async () => {
    type Find = (
      token: string,
    ) => Promise<{ user: string; scope: string; until: number } | undefined>;
    type Shown = { verifierOf(find: Find): TokenVerifier };
    const { verifierOf } = await page.run<Shown>('How tokens are verified');
    const until = Date.now() + 60_000;
    const verify = verifierOf(async (token) =>
      token === 'good' ? { user: 'ada', scope: 'a', until } : undefined,
    );
    const authenticate = bearerFor(issuer.url, { verify });
    const head = (token: string): { method: string; url: string; headers: Headers } => ({
      method: 'POST',
      url: '/mcp',
      headers: new Headers({ authorization: `Bearer ${token}` }),
    });
    expect(await authenticate(head('good'))).toMatchObject({ subject: 'ada', scopes: ['a'] });
    expect(await authenticate(head('bad'))).toMatchObject({ status: 401 });
  });

  it('docs/authorization.md shows scopes that depend on the arguments', async () => {
    type Shown = { createServer(http: ServerOptions['http']): McpServer };
    const { createServer } = await page.run<Shown>('Scopes of tools, prompts and resources');
    const server = createServer({ authenticate: bearerFor(issuer.url) });
    const serving = await serve(server, { port: 0, signals: false });
    closers.push(() => serving.close());
    const message = call('delete', { repo: 'x', path: 'y' });
    const status = async (scope: string): Promise<number> => {
      const token = await issuer.token({ scope });
      return (await sendTo(serving.port, message, { token })).status;
    };
    expect(await status('files:write')).toBe(403);
    expect(await status('files:write repo:x')).toBe(200);
  });

  it('docs/authorization.md shows an example, and nothing else that no test runs', () => {
    expect(page.unread).toEqual(['A protected server']);
  });
});
