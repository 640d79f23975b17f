import { describe, expect, it, vi } from 'vitest';
import type { Dispatcher, Exchange } from '../../protocol/dispatcher.ts';
import { type HttpOptions, resolveHttpPolicy } from '../policy.ts';
import { withProtection } from '../protection.ts';
import { recordingLogger } from '../test-support/head.ts';
import { fetchHandler } from './fetch.ts';

const ada = { issuer: 'i', subject: 'ada' };
const BODY = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';

interface Setting {
  readonly http?: HttpOptions;
  readonly dispatch?: (exchange: Exchange) => Promise<string> | string;
  readonly more?: Partial<Dispatcher>;
  readonly servesOld?: boolean;
}

function served({ http, dispatch = () => '{}', more = {}, servesOld }: Setting = {}) {
  const [lines, exchanges]: [string[], Exchange[]] = [[], []];
  const dispatcher: Dispatcher = {
    loopbackOnly: false,
    close() {},
    async dispatch(_, exchange) {
      exchanges.push(exchange);
      return { status: 200, body: await dispatch(exchange) };
    },
    ...more,
  };
  const handler = fetchHandler(
    dispatcher,
    resolveHttpPolicy(recordingLogger(lines), http, servesOld),
  );
  return { handler, lines, exchanges };
}

function post(headers: Record<string, string> = {}, init: RequestInit = {}): Request {
  const all = { 'content-type': 'application/json', ...headers };
  return new Request('http://mcp.example/', { method: 'POST', headers: all, body: BODY, ...init });
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

describe('a web request', () => {
  it('is served', async () => {
    const { handler, exchanges } = served();
    const response = await handler(post());
    expect([response.status, await response.text()]).toEqual([200, '{}']);
    expect(exchanges[0]).toMatchObject({ principal: undefined, afterReply: 'ends' });
  });

  it('says who calls, and what keeps the process', async () => {
    const { handler, exchanges } = served();
    const waitUntil = vi.fn();
    await handler(post(), { principal: ada, waitUntil });
    expect(exchanges[0]!.principal).toEqual(ada);
    const work = Promise.resolve();
    (exchanges[0]!.afterReply as typeof waitUntil)(work);
    expect(waitUntil).toHaveBeenCalledExactlyOnceWith(work);
  });

  it('AU-2 is refused with a caller who is nobody', async () => {
    const { handler, exchanges } = served();
    const response = await handler(post(), { principal: { issuer: 'i' } as never });
    expect([response.status, exchanges]).toEqual([401, []]);
  });

  it('HC-2 is refused by its head', async () => {
    const { handler } = served();
    expect((await handler(post({ 'content-type': 'text/plain' }))).status).toBe(415);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a URL', { url: '/' }],
    ['a request of node:http', { url: '/', headers: {} }],
    ['a context of a framework', { req: post(), headers: new Headers() }],
  ])('is none: %s', async (_, given) => {
    await expect(served().handler(given as Request)).rejects.toThrow('web requests');
  });

  it('S5 is not served where states are not protected', async () => {
    const { handler } = served({ more: { loopbackOnly: true } });
    await expect(handler(post())).rejects.toMatchObject({ code: 'invalid_options' });
  });

  it('SE-1 is refused while too many are served, and served when one has ended', async () => {
    let end = (): void => {};
    const dispatch = () => new Promise<string>((resolve) => (end = () => resolve('{}')));
    const { handler, exchanges } = served({ http: { maxConcurrentRequests: 1 }, dispatch });
    const first = handler(post());
    await until(() => exchanges.length === 1);
    expect((await handler(post())).status).toBe(503);
    end();
    expect((await first).status).toBe(200);
    const next = handler(post());
    await until(() => exchanges.length === 2);
    end();
    expect((await next).status).toBe(200);
  });

  it('HS-2 of a page is answered so that the page may read it', async () => {
    const origin = 'https://app.example';
    const http = { allowedOrigins: [origin], cors: true, maxConcurrentRequests: 1 };
    let end = (): void => {};
    const dispatch = () => new Promise<string>((resolve) => (end = () => resolve('{}')));
    const { handler, exchanges } = served({ http, dispatch });
    const first = handler(post({ origin }));
    await until(() => exchanges.length === 1);
    const nobody = { principal: {} as never };
    const refused = await Promise.all([
      handler(post({ origin })),
      handler(post({ origin }), nobody),
      handler(post({ origin, accept: 'text/html' })),
    ]);
    end();
    for (const { headers } of [await first, ...refused]) {
      expect(headers.get('access-control-allow-origin')).toBe(origin);
    }
    expect(refused.map(({ status }) => status)).toEqual([503, 401, 406]);
  });

  it('is an internal error where serving fails, and its slot is free', async () => {
    const dispatch = () => Promise.reject(new Error('why'));
    const { handler, lines } = served({ dispatch, http: { maxConcurrentRequests: 1 } });
    for (let i = 0; i < 2; i++) {
      const response = await handler(post());
      expect(response.status).toBe(500);
      expect(await response.text()).not.toContain('why');
    }
    expect(lines).toEqual(Array(2).fill(expect.stringMatching(/^error Serving.*why/)));
  });

  it('HS-6 that takes long gets the head of a stream', async () => {
    const dispatch = () => new Promise<string>(() => {});
    const { handler } = served({ dispatch, http: { openStreamAfter: 1 } });
    const { headers } = await handler(post());
    expect(headers.get('content-type')).toBe('text/event-stream');
  });

  it('HS-6 is answered with JSON however long it takes, if nothing else was chosen', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const dispatch = () => new Promise<string>((resolve) => setTimeout(resolve, 60_000, '{}'));
      const { handler, exchanges } = served({ dispatch });
      const response = handler(post());
      await until(() => exchanges.length === 1);
      await vi.advanceTimersByTimeAsync(60_000);
      expect((await response).headers.get('content-type')).toBe('application/json');
    } finally {
      vi.useRealTimers();
    }
  });

  it('may be without a signal, as on some platforms', async () => {
    const request = Object.defineProperty(post(), 'signal', { value: undefined });
    expect((await served().handler(request)).status).toBe(200);
  });

  it('may have a body that is refused', async () => {
    const { handler, exchanges, lines } = served({ http: { maxBodyBytes: 10 } });
    expect([(await handler(post())).status, exchanges, lines]).toEqual([413, [], []]);
  });

  it('HS-1 without a body is refused', async () => {
    const get = new Request('http://mcp.example/');
    for (const servesOld of [true, false]) {
      expect((await served({ servesOld }).handler(get)).status).toBe(405);
    }
  });
});

describe('AU-2 authenticate', () => {
  it('says who calls', async () => {
    const { handler, exchanges } = served({ http: { authenticate: () => ada } });
    await handler(post());
    expect(exchanges[0]!.principal).toEqual(ada);
  });

  it('refuses, before the body is read', async () => {
    const http = { authenticate: () => new Response('no', { status: 403 }), maxBodyBytes: 1 };
    const { handler, exchanges } = served({ http });
    const response = await handler(post());
    expect([response.status, await response.text(), exchanges]).toEqual([403, 'no', []]);
  });

  const shown = async (http: HttpOptions) => {
    const { handler, exchanges } = served({ http });
    await handler(post({ authorization: 'Bearer a', 'x-own': '1' }));
    return exchanges[0]!;
  };

  it('A10 keeps the tokens that it verifies', async () => {
    const protection = { recheckOf: () => async () => true } as never;
    const exchange = await shown({ authenticate: withProtection(() => ada, protection) });
    const { url, method, headers } = exchange.request as Request;
    expect([url, method]).toEqual(['http://mcp.example/', 'POST']);
    expect([headers.get('authorization'), headers.get('x-own')]).toEqual([null, '1']);
    expect(await (exchange as unknown as { recheck(): Promise<boolean> }).recheck()).toBe(true);
  });

  it('of an author leaves the request as it is', async () => {
    const { request } = await shown({ authenticate: () => ada });
    expect((request as Request).headers.get('authorization')).toBe('Bearer a');
  });
});

describe('HS-14 a client that leaves', () => {
  it('before it is served is not served', async () => {
    const { handler, exchanges } = served({ http: { maxConcurrentRequests: 1 } });
    for (let i = 0; i < 2; i++) {
      const response = await handler(post({}, { signal: AbortSignal.abort() }));
      expect([response.status, exchanges]).toEqual([499, []]);
    }
    expect((await handler(post())).status).toBe(200);
  });

  it('while it is authenticated is not served', async () => {
    const abort = new AbortController();
    const authenticate = () => {
      abort.abort();
      return ada;
    };
    const { handler, exchanges } = served({ http: { authenticate } });
    const request = post({}, { signal: abort.signal });
    expect((await handler(request)).status).toBe(499);
    await new Promise((resolve) => setImmediate(resolve));
    expect([exchanges, request.bodyUsed]).toEqual([[], false]);
  });

  it('while it is served has that cancelled, and its slot is free', async () => {
    const abort = new AbortController();
    const dispatch = () => new Promise<string>(() => {});
    const { handler, exchanges } = served({ dispatch, http: { maxConcurrentRequests: 1 } });
    const response = handler(post({}, { signal: abort.signal }));
    await until(() => exchanges.length === 1);
    abort.abort();
    expect((await response).status).toBe(499);
    expect(exchanges[0]!.inFlight.isCancelled).toBe(true);
    void handler(post());
    await until(() => exchanges.length === 2);
  });

  it('a stream has that cancelled too', async () => {
    const dispatch = (exchange: Exchange) => {
      exchange.notify('{}');
      return new Promise<string>(() => {});
    };
    const { handler, exchanges } = served({ dispatch });
    const response = await handler(post());
    await response.body!.cancel();
    expect(exchanges[0]!.inFlight.isCancelled).toBe(true);
  });
});
