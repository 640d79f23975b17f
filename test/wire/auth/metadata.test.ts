/** Where a protected server says how to get a token, and what handlers see of the request. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { McpServer } from 'mcp-rondo';
import {
  type Bearer,
  type BearerOptions,
  type Claims,
  bearer,
  protectedResource,
} from 'mcp-rondo/auth';
import { nodeHandler, serve } from 'mcp-rondo/node';
import { RESOURCE } from '../../support/auth/issuer.ts';
import { type Answer, messageIn, sendTo } from '../../support/auth/protected.ts';
import { silent } from '../../support/logger.ts';
import { call, textOf } from '../../support/messages.ts';
import { headersFor } from '../../support/wires.ts';

const ISSUER = 'https://id.example';
const WELL_KNOWN = '/.well-known/oauth-protected-resource';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function anyToken(options: Partial<BearerOptions> = {}): Bearer {
  const resource = options.resource ?? RESOURCE;
  const verify = (): Claims => ({ iss: ISSUER, aud: resource, sub: 'ada', scope: 'base' });
  return bearer({ resource, issuer: ISSUER, verify, ...options });
}

function serverWith(authenticate: Bearer, http: object = {}): McpServer {
  const server = new McpServer(
    { name: 's', version: '1' },
    { http: { authenticate, ...http }, logger: silent },
  );
  server.registerTool('seen', {}, (ctx) => {
    const { headers, method, url } = ctx.request as Request;
    const names = ['authorization', 'Authorization', 'AUTHORIZATION', 'x-own'];
    const all = typeof headers.keys === 'function' ? [...headers.keys()] : [];
    return JSON.stringify({
      method,
      path: url.replace(/^https?:\/\/[^/]*/, ''),
      values: names.map((name) => headers.get(name)),
      hasAuthorization: all.includes('authorization'),
      raw: JSON.stringify(ctx.request).includes('t-secret'),
    });
  });
  return server;
}

async function open(options: Partial<BearerOptions> = {}, http: object = {}): Promise<number> {
  const server = serverWith(anyToken(options), http);
  const routes = { '/.well-known/*': () => new Response('a route') };
  const serving = await serve(server, { port: 0, signals: false, routes });
  closers.push(() => serving.close());
  return serving.port;
}

function get(port: number, path: string, headers = {}, method = 'GET'): Promise<Answer> {
  return sendTo(port, undefined, { method, path, headers });
}

describe('metadata of a protected server', () => {
  it.each([`${WELL_KNOWN}/mcp`, WELL_KNOWN, `${WELL_KNOWN}/mcp?a=b`])(
    'AU-1 A7 is served at %s, without a token, to every page and host',
    async (path) => {
      const port = await open({ scopes: ['base'] });
      const strange = { origin: 'https://evil.example', host: 'rebound.example' };
      const { status, headers, text } = await get(port, path, strange);
      expect(status).toBe(200);
      expect(JSON.parse(text)).toEqual({
        resource: RESOURCE,
        authorization_servers: [ISSUER],
        scopes_supported: ['base'],
        bearer_methods_supported: ['header'],
      });
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        'access-control-allow-origin': '*',
        'cache-control': 'public, max-age=3600',
      });
    },
  );

  it('A7 is served to a page that asks first, and only to be read', async () => {
    const port = await open();
    const preflight = await get(port, WELL_KNOWN, { origin: 'https://a.example' }, 'OPTIONS');
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET',
      'access-control-allow-headers': '*',
    });
    expect((await get(port, WELL_KNOWN, {}, 'HEAD')).status).toBe(200);
    const deleted = await get(port, WELL_KNOWN, {}, 'DELETE');
    expect([deleted.status, deleted.headers['allow']]).toEqual([405, 'GET, HEAD']);
  });

  it('A7 hides no other route, and nothing else is served without a token', async () => {
    const port = await open();
    expect((await get(port, '/.well-known/other')).text).toBe('a route');
    expect((await get(port, `${WELL_KNOWN}/other`)).text).toBe('a route');
    expect((await sendTo(port, call('seen'))).status).toBe(401);
  });

  it('A4 A7 the path is that of the resource, not of the request', async () => {
    const port = await open({ resource: 'https://example.com/a/b/' });
    expect((await get(port, `${WELL_KNOWN}/a/b/`)).status).toBe(200);
    expect((await get(port, `${WELL_KNOWN}/mcp`)).text).toBe('a route');
    const { headers } = await sendTo(port, call('seen'), { headers: { 'x-forwarded-host': 'x' } });
    expect(headers['www-authenticate']).toBe(
      `Bearer resource_metadata="https://example.com${WELL_KNOWN}/a/b/"`,
    );
  });

  it('A7 a resource at the root has one address', () => {
    const { paths, url } = protectedResource({ resource: 'https://example.com', issuer: ISSUER });
    expect([paths, url]).toEqual([[WELL_KNOWN], `https://example.com${WELL_KNOWN}`]);
  });

  it('A7 is a fetch handler for other frameworks, from what bearer() has made', async () => {
    const authenticate = anyToken({ scopes: ['base'] });
    const { fetch, paths, metadata, url } = protectedResource(authenticate);
    expect(paths).toEqual([`${WELL_KNOWN}/mcp`, WELL_KNOWN]);
    const response = await fetch(new Request(url));
    expect([response.status, await response.json()]).toEqual([200, metadata]);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect((await fetch(new Request(url, { method: 'POST' }))).status).toBe(405);
  });

  it('A8 the challenge names the scopes of every request, and pages may read it', async () => {
    const origin = 'https://app.example';
    const port = await open({ scopes: ['base', 'more'] }, { cors: true, allowedOrigins: [origin] });
    const { headers } = await sendTo(port, call('seen'), { headers: { origin } });
    expect(headers['www-authenticate']).toContain('scope="base more"');
    expect(headers['access-control-expose-headers']).toContain('WWW-Authenticate, Retry-After');
    const short = await sendTo(port, call('seen'), { token: 't', headers: { origin } });
    expect([short.status, short.headers['www-authenticate']]).toEqual([
      403,
      `Bearer error="insufficient_scope", scope="base more", resource_metadata="https://mcp.example.com${WELL_KNOWN}/mcp"`,
    ]);
  });
});

describe('what handlers see of a request with a token', () => {
  const SEEN = {
    method: 'POST',
    values: [null, null, null, 'y'],
    hasAuthorization: false,
    raw: false,
  };
  const own = { 'x-own': 'y' };

  it.each(['serve', 'nodeHandler'])('A2 A10 with %s it has no Authorization', async (how) => {
    const server = serverWith(anyToken());
    let port: number;
    if (how === 'serve') {
      const serving = await serve(server, { port: 0, signals: false });
      closers.push(() => serving.close());
      port = serving.port;
    } else {
      const http = createServer(nodeHandler(server)).listen(0, '127.0.0.1');
      closers.push(() => http.close().closeAllConnections());
      await new Promise((resolve) => http.once('listening', resolve));
      port = (http.address() as AddressInfo).port;
    }
    const answer = await sendTo(port, call('seen'), { token: 't-secret', headers: own });
    expect(JSON.parse(textOf(messageIn(answer)))).toEqual({ ...SEEN, path: '/mcp' });
  });

  it('A2 A10 with fetch it has no Authorization', async () => {
    const message = call('seen');
    const headers = { ...headersFor(message), ...own, authorization: 'Bearer t-secret' };
    const body = JSON.stringify(message);
    const request = new Request('http://localhost/mcp', { method: 'POST', headers, body });
    const response = await serverWith(anyToken()).fetch(request);
    const shown = JSON.parse(textOf((await response.json()) as never)) as object;
    expect(shown).toEqual({ ...SEEN, path: '/mcp' });
  });
});
