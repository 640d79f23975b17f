import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import type { Exchange, Reply } from '../../protocol/dispatcher.ts';
import type { Principal } from '../../protocol/principal.ts';
import type { Authenticate, HttpOptions } from '../policy.ts';
import { type Protection, withProtection } from '../protection.ts';
import { serviceOf } from './test-support/service.ts';
import { NodeHandler } from './handler.ts';

const ORIGIN = 'https://app.example';

const HEADERS = {
  host: 'mcp.example',
  authorization: 'Bearer secret-token',
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2026-07-28',
};

const NEVER = new Promise<Reply>(() => {});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A response of `node:http`, which something may have sent already. */
class FakeResponse extends EventEmitter {
  headersSent = false;
  writableFinished = false;
  readonly sent: unknown[] = [];
  readonly socket = null;

  writeHead(status: number, headers: Record<string, unknown>): this {
    this.sent.push(status, headers);
    return this;
  }

  end(body?: string): void {
    this.sent.push(body ?? '');
  }
}

/** A handler, and what its server is given. */
function opened(http: HttpOptions = {}, reply: Promise<Reply> = NEVER) {
  const logged: string[] = [];
  const exchanges: Exchange[] = [];
  const dispatch = (_request: unknown, exchange: Exchange) => (exchanges.push(exchange), reply);
  const service = serviceOf(http, { dispatch }, (text) => void logged.push(text));
  const handler = new NodeHandler(service, undefined);
  const call = (method = 'tools/list', response = new FakeResponse()) => {
    const destroy = vi.fn();
    const socket = Object.assign(new EventEmitter(), { destroyed: false, destroy });
    const headers = { ...HEADERS, origin: ORIGIN };
    const headersDistinct = { authorization: [headers.authorization] };
    const head = { method: 'POST', url: '/mcp', headers, headersDistinct, complete: true, socket };
    const request = Object.assign(new EventEmitter(), head, { resume() {} });
    const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
    const body = { jsonrpc: '2.0', id: 1, method, params: { _meta } };
    handler.handle(
      request as unknown as IncomingMessage,
      response as unknown as ServerResponse,
      body,
    );
    return { response, destroy };
  };
  return { handler, call, exchanges, logged };
}

const allowed: HttpOptions = { allowedOrigins: [ORIGIN] };
const done: Promise<Reply> = Promise.resolve({ status: 200, body: '{}' });

/** Counts how often the work of an exchange is concluded. */
function concluding(exchange: Exchange): () => number {
  const conclude = vi.fn();
  exchange.inFlight.start({ cancel() {}, conclude });
  return () => conclude.mock.calls.length;
}

describe('a handler that closes', () => {
  it('ends listen streams, and no other request', async () => {
    const { handler, call, exchanges } = opened(allowed);
    call();
    call('subscriptions/listen');
    await turn();
    const [request, stream] = exchanges.map(concluding);
    handler.startClosing(() => {});
    expect([request!(), stream!()]).toEqual([0, 1]);
  });

  it('leaves alone the streams that have ended', async () => {
    const { handler, call, exchanges } = opened(allowed);
    const { response } = call('subscriptions/listen');
    await turn();
    const ended = vi.spyOn(exchanges[0]!.inFlight, 'conclude');
    response.writableFinished = true;
    response.emit('close');
    handler.startClosing(() => {});
    expect(ended).not.toHaveBeenCalled();
  });

  it('ends a stream that begins then', async () => {
    const { handler, call, exchanges } = opened(allowed);
    handler.startClosing(() => {});
    call('subscriptions/listen');
    await turn();
    expect(concluding(exchanges[0]!)()).toBe(1);
  });

  it('says so of each response that is sent, after its events', async () => {
    const { handler, call } = opened(allowed);
    const { response } = call();
    const onFree = vi.fn();
    handler.startClosing(onFree);
    response.emit('close');
    expect(onFree).not.toHaveBeenCalled();
    await turn();
    expect(onFree).toHaveBeenCalledTimes(1);
  });

  it.each([false, true])('closes connections after their responses (cors: %s)', async (cors) => {
    const { handler, call } = opened({ ...allowed, cors }, done);
    const before = call().response;
    await turn();
    handler.startClosing(() => {});
    const after = call().response;
    await turn();
    const json = { 'Content-Type': 'application/json', 'Content-Length': 2 };
    const ofCors = { 'Access-Control-Allow-Origin': ORIGIN, Vary: 'Origin' };
    expect(before.sent[1]).toMatchObject({ ...json, ...(cors && ofCors) });
    const { Connection: connection, ...others } = after.sent[1] as Record<string, unknown>;
    expect(connection).toBe('close');
    expect(others).toEqual(before.sent[1]);
  });
});

describe('a request', () => {
  it.each([true, false])(
    'A10 keeps its token only from what verifies it (%s)',
    async (verifies) => {
      const principal = { issuer: 'https://login.example', subject: 'somebody' };
      const own: Authenticate = () => principal;
      const protection = { recheckOf: () => undefined } as unknown as Protection;
      const authenticate = verifies ? withProtection(own, protection) : own;
      const { call, exchanges } = opened({ ...allowed, authenticate });
      call();
      await turn();
      const token = verifies ? null : HEADERS.authorization;
      expect(exchanges[0]!.headers!.get('Authorization')).toBe(token);
      expect(exchanges[0]!.principal).toEqual(principal);
    },
  );

  it('is not served where its client has left while it was authenticated', async () => {
    let admit: (principal: Principal) => void = () => {};
    const authenticate: Authenticate = () => new Promise((resolve) => (admit = resolve));
    const { call, exchanges } = opened({ ...allowed, authenticate });
    const { response } = call();
    response.emit('close');
    admit({ issuer: 'https://login.example', subject: 'somebody' });
    await turn();
    expect(exchanges).toEqual([]);
  });

  it.each([
    [
      Object.assign(new Error('sent'), { code: 'ERR_HTTP_HEADERS_SENT' }),
      /answered by something else/,
    ],
    [
      Object.assign(new Error('bad'), { code: 'ERR_INVALID_CHAR' }),
      /^Serving a request failed: .*bad/,
    ],
    [new Error('broken'), /^Serving a request failed: .*broken/],
    [{ code: 'ERR_HTTP_HEADERS_SENT' }, /^Serving a request failed/],
  ])('that cannot be answered is logged, and given up: %s', async (error, log) => {
    const { call, logged } = opened(allowed, done);
    const response = new FakeResponse();
    response.writeHead = () => {
      response.headersSent = true;
      throw error;
    };
    const { destroy } = call('tools/list', response);
    await turn();
    expect(logged).toEqual([expect.stringMatching(log)]);
    expect(destroy).toHaveBeenCalled();
  });
});
