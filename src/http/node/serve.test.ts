import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Working } from '../../protocol/dispatcher.ts';
import { type Protection, withProtection } from '../protection.ts';
import type { ServeOptions } from '../serve-options.ts';
import { serviceOf } from './test-support/service.ts';
import type { HttpService } from './handler.ts';
import { nodeHandler, serve } from './serve.ts';

const principal = { issuer: 'https://login.example', subject: 'somebody' };

/** A server that knows its callers by tokens. */
function protectedService(): HttpService {
  const paths = ['/.well-known/oauth-protected-resource/mcp'];
  const protection = { metadata: { paths, body: '{"resource":"r"}' }, prepare: async () => {} };
  const own = () => principal;
  return serviceOf({ authenticate: withProtection(own, protection as unknown as Protection) });
}

async function served(service: HttpService, options: ServeOptions = {}) {
  const serving = await serve(service, { port: 0, signals: false, ...options });
  onTestFinished(() => serving.close());
  return serving;
}

async function statusAt(url: string, path: string, init: RequestInit = {}): Promise<number> {
  return (await fetch(new URL(path, url), init)).status;
}

const METADATA = '/.well-known/oauth-protected-resource/mcp';

describe('what is served beside the endpoint', () => {
  it('A7 is how to get a token, for a server that wants some', async () => {
    const { url } = await served(protectedService());
    const response = await fetch(new URL(`${METADATA}?cache=1`, url));
    expect([response.status, await response.text()]).toEqual([200, '{"resource":"r"}']);
    expect(await statusAt(url, METADATA, { method: 'DELETE' })).toBe(405);
    expect(await statusAt(url, '/elsewhere')).toBe(404);
    expect(await statusAt((await served(serviceOf())).url, METADATA)).toBe(404);
  });

  it('are its routes, and nothing else', async () => {
    const routes = { '/healthz': () => new Response('ok', { status: 203 }) };
    const { url } = await served(serviceOf(), { routes });
    expect(await statusAt(url, '/healthz')).toBe(203);
    expect(await statusAt(url, '/elsewhere')).toBe(404);
    expect(await statusAt((await served(serviceOf())).url, '/healthz')).toBe(404);
  });
});

/** An address for documents: it would be served, but this machine has no such address. */
const ELSEWHERE: ServeOptions = { host: '203.0.113.1', port: 0, signals: false };
const NOT_OF_THIS_MACHINE = { code: 'EADDRNOTAVAIL' };

describe('who may be served where', () => {
  it('without protected states, this machine only', async () => {
    const unprotected = serviceOf({}, { loopbackOnly: true });
    await served(unprotected, { host: '127.0.0.1' });
    await expect(serve(unprotected, ELSEWHERE)).rejects.toThrow('state.keys');
    await expect(serve(serviceOf(), ELSEWHERE)).rejects.toMatchObject(NOT_OF_THIS_MACHINE);
    expect(() => nodeHandler(unprotected)).toThrow('onLoopback: true');
    expect(nodeHandler(unprotected, { onLoopback: true })).toBeTypeOf('function');
  });

  it('with every page allowed, not this machine', async () => {
    const open = serviceOf({ allowedOrigins: '*', allowedHosts: ['mcp.example'] });
    await expect(serve(open, { host: '127.0.0.1' })).rejects.toThrow('allowedOrigins');
    expect(() => nodeHandler(open, { onLoopback: true })).toThrow('allowedOrigins');
    await expect(serve(open, ELSEWHERE)).rejects.toMatchObject(NOT_OF_THIS_MACHINE);
  });

  it('A9 with scopes, only where callers are known', async () => {
    await expect(serve(serviceOf({}, { needsCallers: true }))).rejects.toThrow("'scopes'");
    const known = serviceOf({ authenticate: () => principal }, { needsCallers: true });
    await served(known);
  });

  it('is a server, and nothing else', async () => {
    const made = () => serviceOf();
    await expect(serve(made as never)).rejects.toThrow('serve() takes the server itself');
    expect(() => nodeHandler(made as never)).toThrow('nodeHandler() takes the server itself');
  });

  it('is not two at one port', async () => {
    const { port } = await served(serviceOf());
    await expect(serve(serviceOf(), { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('a worker of a served server', () => {
  /** Serves it until it is closed, and returns what was asked of its worker. */
  async function workedWith(options: ServeOptions): Promise<unknown[]> {
    const asked: unknown[] = [];
    const working: Working = { close: async (grace) => void asked.push(grace) };
    const work = (concurrency: number) => (asked.push(concurrency), working);
    await (await served(serviceOf({}, { work }), options)).close();
    return asked;
  }

  it.each<[string, ServeOptions, unknown[]]>([
    ['ten tasks at once', {}, [10, 25_000]],
    ['as many as it is given', { worker: { concurrency: 3 }, grace: 20 }, [3, 20]],
    ['none', { worker: false }, []],
  ])('works %s, and is closed with it', async (_, options, asked) => {
    expect(await workedWith(options)).toEqual(asked);
  });
});

describe('signals', () => {
  it.each<[ServeOptions['signals'], number]>([
    [undefined, 1],
    [['SIGTERM'], 1],
    [false, 0],
  ])('%s: are listened to until it is closed', async (signals, more) => {
    const before = process.listenerCount('SIGTERM');
    const serving = await served(serviceOf(), { signals } as ServeOptions);
    expect(process.listenerCount('SIGTERM')).toBe(before + more);
    await serving.close();
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });

  it('close it, and then end the process as they would have', async () => {
    const ended = vi.spyOn(process, 'kill').mockReturnValue(true);
    onTestFinished(() => ended.mockRestore());
    const before = process.listeners('SIGUSR2');
    const serving = await served(serviceOf(), { signals: ['SIGUSR2'] });
    const [onSignal] = process.listeners('SIGUSR2').filter((each) => !before.includes(each));
    onSignal!('SIGUSR2');
    expect([serving.ready, ended.mock.calls]).toEqual([false, []]);
    await vi.waitUntil(() => ended.mock.calls.length > 0);
    expect(ended.mock.calls).toEqual([[process.pid, 'SIGUSR2']]);
    await expect(fetch(serving.url)).rejects.toThrow('fetch failed');
  });
});

describe('a listener for a server of your own', () => {
  it('answers requests of node:http', async () => {
    const server = createServer((request, response) => nodeHandler(serviceOf())(request, response));
    server.listen(0, '127.0.0.1');
    await vi.waitUntil(() => server.listening);
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect(await statusAt(`http://127.0.0.1:${port}`, '/')).toBe(405);
  });

  const raw = { request: { socket: {} }, response: { writeHead() {} } };
  it.each<[string, unknown, unknown]>([
    ['a web request', new Request('http://localhost'), undefined],
    ['nothing', undefined, undefined],
    ['a request of a framework', { raw: raw.request }, raw.response],
    ['a response of a framework', raw.request, { raw: raw.response }],
    ['a request alone', raw.request, undefined],
  ])('says what to give instead of %s', (_, request, response) => {
    const handle = nodeHandler(serviceOf());
    expect(() => handle(request as never, response as never)).toThrow('request.raw');
  });
});
