import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Challenge, Client, type HttpClientOptions } from '../../../src/client/index.ts';
import { turns, until } from '../../support/until.ts';

const DONE = { jsonrpc: '2.0', result: { content: [] } };

/** A server that takes one token, and what it has been sent. */
class Guarded {
  readonly sent: string[] = [];
  token = 'new';
  status = 401;
  /** Held back until it is called. */
  release: (() => void) | undefined;

  readonly fetch: typeof globalThis.fetch = async (_url, init) => {
    const credentials = new Headers(init!.headers).get('authorization') ?? '';
    this.sent.push(credentials);
    const { id } = JSON.parse(String(init!.body)) as { id: number };
    if (credentials !== this.token) {
      const headers = { 'WWW-Authenticate': `Bearer error="${this.status}"` };
      return new Response('', { status: this.status, headers });
    }
    return Response.json({ ...DONE, id });
  };
}

function client(server: Guarded, http: HttpClientOptions): Client {
  const { fetch } = server;
  return new Client('http://127.0.0.1/', {
    name: 'c',
    version: '1',
    legacy: 'never',
    http: { fetch, ...http },
  });
}

describe('authorize', () => {
  it('is called once for 50 calls that were refused alike, and all of them go on', async () => {
    const server = new Guarded();
    let token = 'old';
    let calls = 0;
    let finish!: () => void;
    const one = client(server, {
      headers: () => ({ Authorization: token }),
      authorize: async () => {
        calls++;
        await new Promise<void>((resolve) => (finish = resolve));
        token = 'new';
        return true;
      },
    });
    const all = Array.from({ length: 50 }, () => one.callTool('t'));
    await until(() => server.sent.length === 50 && calls === 1);
    finish();
    expect(await Promise.all(all)).toHaveLength(50);
    expect(calls).toBe(1);
    expect(server.sent).toHaveLength(100);
  });

  it('is not called for a refusal that comes when others have already met it', async () => {
    const server = new Guarded();
    let token = 'old';
    let calls = 0;
    let letGo!: () => void;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    let first = true;
    const one = client(server, {
      headers: () => ({ Authorization: token }),
      fetch: async (url, init) => {
        const isHeld = first;
        first = false;
        const response = await server.fetch(url, init);
        if (isHeld) await held;
        return response;
      },
      authorize: () => {
        calls++;
        token = 'new';
        return true;
      },
    });
    const late = one.callTool('t');
    await one.callTool('t');
    letGo();
    await late;
    expect(calls).toBe(1);
  });

  it('is called again for another challenge of the same request, twice at most', async () => {
    const server = new Guarded();
    let token = '';
    const seen: number[] = [];
    const one = client(server, {
      headers: () => ({ Authorization: token }),
      authorize: ({ status }) => {
        seen.push(status);
        token = `${token}x`;
        server.status = server.status === 401 ? 403 : 401;
        if (seen.length === 2) server.token = token;
        return true;
      },
    });
    await one.callTool('t');
    expect(seen).toEqual([401, 403]);
    server.token = 'never';
    await expect(one.callTool('t')).rejects.toMatchObject({
      code: 'transport_failed',
      status: 401,
    });
    expect(seen).toHaveLength(4);
  });

  it('is called once if the same refusal of the same credentials comes again', async () => {
    const server = new Guarded();
    let calls = 0;
    const one = client(server, {
      headers: { Authorization: 'old' },
      authorize: () => ++calls > 0,
    });
    await expect(one.callTool('t')).rejects.toMatchObject({ status: 401 });
    expect(calls).toBe(1);
    // Another request asks again: what did not help may help now.
    await expect(one.callTool('t')).rejects.toMatchObject({ status: 401 });
    expect(calls).toBe(2);
  });

  it('gets the operation, and a digest of the token that was refused, not the token', async () => {
    const server = new Guarded();
    const seen: Challenge[] = [];
    let token = 'secret-token';
    const one = client(server, {
      headers: ({ url }) => ({ Authorization: token, 'X-To': url }),
      authorize: (challenge) => {
        seen.push(challenge);
        token = 'new';
        return true;
      },
    });
    await one.callTool('deploy');
    expect(seen).toMatchObject([{ url: 'http://127.0.0.1/', operation: 'tools/call deploy' }]);
    expect(seen[0]!.sent).toBe(createHash('sha256').update('secret-token').digest('base64url'));
    expect(JSON.stringify(seen)).not.toContain('secret-token');
  });

  it('PG-6 a person who is waited for in it counts for no deadline', async () => {
    const server = new Guarded();
    let token = 'old';
    const one = client(server, {
      headers: () => ({ Authorization: token }),
      authorize: async ({ withoutDeadline }) => {
        await withoutDeadline(() => new Promise((resolve) => setTimeout(resolve, 150)));
        token = 'new';
        return true;
      },
    });
    await expect(one.callTool('t', {}, { timeout: 50 })).resolves.toHaveProperty('content');
  });

  it('goes on for those who wait when one of them aborts, and aborts when all have', async () => {
    const server = new Guarded();
    const signals: AbortSignal[] = [];
    let finish!: (isAuthorized: boolean) => void;
    let token = 'old';
    const one = client(server, {
      headers: () => ({ Authorization: token }),
      authorize: ({ signal }) => {
        signals.push(signal);
        return new Promise<boolean>((resolve) => (finish = resolve));
      },
    });
    const leaver = new AbortController();
    const stayed = one.callTool('t');
    await until(() => signals.length === 1);
    const left = one.callTool('t', {}, { signal: leaver.signal });
    await until(() => server.sent.length === 2);
    await turns(); // it has met its refusal too, and waits
    leaver.abort();
    await expect(left).rejects.toMatchObject({ code: 'cancelled' });
    expect(signals[0]!.aborted).toBe(false);
    token = 'new';
    finish(true);
    await stayed;
    token = 'old';
    const alone = new AbortController();
    const last = one.callTool('t', {}, { signal: alone.signal });
    await until(() => signals.length === 2);
    alone.abort();
    await expect(last).rejects.toMatchObject({ code: 'cancelled' });
    await until(() => signals[1]!.aborted);
  });

  it('that throws fails all calls that wait for it, and is called again later', async () => {
    const server = new Guarded();
    let calls = 0;
    const one = client(server, {
      authorize: async () => {
        calls++;
        throw new Error('no browser');
      },
    });
    const all = Array.from({ length: 3 }, () => one.callTool('t').catch((error: Error) => error));
    for (const error of await Promise.all(all))
      expect(error).toMatchObject({ message: 'no browser' });
    expect(calls).toBe(1);
    await expect(one.callTool('t')).rejects.toThrow('no browser');
    expect(calls).toBe(2);
  });
});

describe('an HTTP error', () => {
  const failing = (body: string, init: ResponseInit): Client =>
    client(new Guarded(), { fetch: async () => new Response(body, init) });

  it.each<[string, string, number | undefined]>([
    ['seconds', '120', 120_000],
    ['nothing to wait for', '0', 0],
    ['a date that is past', 'Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['something else', 'soon', undefined],
    ['a number without an end', '9'.repeat(400), undefined],
  ])('HC-10 says its status and when to try again, in ms: %s', async (_what, value, ms) => {
    const one = failing('busy', { status: 503, headers: { 'Retry-After': value } });
    const error = await one.callTool('t').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'transport_failed', status: 503 });
    expect((error as { retryAfter?: number }).retryAfter).toBe(ms);
  });

  it('HC-10 with a JSON-RPC error says so as well', async () => {
    const error = { jsonrpc: '2.0', error: { code: -32600, message: 'Too many requests' } };
    const headers = { 'Content-Type': 'application/json', 'Retry-After': '1' };
    const one = failing(JSON.stringify(error), { status: 503, headers });
    await expect(one.callTool('t')).rejects.toMatchObject({
      name: 'RpcError',
      code: -32600,
      status: 503,
      retryAfter: 1_000,
    });
  });
});
