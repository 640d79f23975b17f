/** Servers that tell of changes wrongly, without an end, or not at all. */
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Change, Subscription } from '../../../src/client/index.ts';
import type { UnknownRecord } from '../../../src/base/json/json.ts';
import type { RequestId } from '../../../src/protocol/types/jsonrpc.ts';
import { MetaKey } from '../../../src/protocol/names/meta.ts';
import { client, failure } from '../../support/bad-servers/calls.ts';
import {
  event,
  flood,
  notice,
  refusal,
  reply,
  send,
  stream,
} from '../../support/bad-servers/messages.ts';
import { type BadServer, type Exchange, badServers } from '../../support/bad-servers/server.ts';
import { silent, warningsTo } from '../../support/logger.ts';

const { serving } = badServers();
const subscriptions: Subscription[] = [];
afterEach(() => {
  for (const subscription of subscriptions.splice(0)) subscription.close();
});

const FILTER = { toolsListChanged: true, resourceSubscriptions: ['file:///a'] };

interface ListenOptions {
  readonly signal?: AbortSignal;
  /** In ms; for servers that never acknowledge. */
  readonly timeout?: number;
}

async function listen(server: BadServer, options: ListenOptions = {}): Promise<Subscription> {
  const { timeout, signal } = options;
  const one = client(server.url, { logger: silent, ...(timeout !== undefined && { timeout }) });
  const subscription = await one.listen(FILTER, signal === undefined ? {} : { signal });
  subscriptions.push(subscription);
  return subscription;
}

/** A notification of the subscription `id`. */
function told(id: RequestId | undefined, method: string, params: UnknownRecord = {}): string {
  return event(notice(method, { ...params, _meta: { [MetaKey.subscriptionId]: id } }));
}

function acknowledged(id: RequestId | undefined, notifications: unknown = FILTER): string {
  return told(id, 'notifications/subscriptions/acknowledged', { notifications });
}

const updated = (id: RequestId, uri: unknown): string =>
  told(id, 'notifications/resources/updated', { uri });

/** Begins a subscription well. */
function begin({ message, response }: Exchange): ServerResponse {
  stream(response, acknowledged(message.id));
  return response;
}

async function take(subscription: Subscription, count: number): Promise<Change[]> {
  const changes: Change[] = [];
  for await (const change of subscription) if (changes.push(change) === count) break;
  return changes;
}

describe('a subscription that is not acknowledged', () => {
  it.each<[string, (exchange: Exchange) => void]>([
    ['by a server that says nothing', () => {}],
    ['by comments', ({ response }) => stream(response, ':\n\n')],
    ['but another is', ({ message, response }) => stream(response, acknowledged(`${message.id}`))],
    ['but by no name', ({ response }) => stream(response, acknowledged(undefined))],
    ['but told of', ({ message, response }) => stream(response, updated(message.id, 'file:///a'))],
  ])('SU-2 a subscription that is not acknowledged %s times out', async (_how, behave) => {
    const error = await failure(listen(await serving(behave), { timeout: 100 }));
    expect(error).toMatchObject({ name: 'TimeoutError', code: 'timeout' });
    expect(error.message).toContain('subscriptions/listen');
  });

  it.each<[string, unknown, (exchange: Exchange) => void]>([
    [
      'but refused',
      -32603,
      ({ message, response }) => stream(response, event(refusal(message, -32603))),
    ],
    [
      'but ended',
      'invalid_response',
      ({ message, response }) => stream(response, event(reply(message.id, { result: {} }))),
    ],
    [
      'but asked about',
      'invalid_response',
      ({ message, response }) =>
        stream(
          response,
          event(reply(message.id, { result: { resultType: 'input_required', requestState: 's' } })),
        ),
    ],
    [
      'but followed by nonsense',
      'invalid_response',
      ({ response }) => stream(response, event('{')),
    ],
    ['but broken off', 'transport_failed', ({ response }) => response.socket!.resetAndDestroy()],
    ['but turned away', 'transport_failed', ({ response }) => response.writeHead(503).end()],
  ])('SU-2 a subscription that is not acknowledged %s is a failure', async (_how, code, behave) => {
    const server = await serving(behave);
    expect(await failure(listen(server))).toMatchObject({ code });
    expect(server.received).toHaveLength(1);
  });

  it('SU-2 a subscription whose signal aborts before it is acknowledged is cancelled', async () => {
    const abort = new AbortController();
    const server = await serving(({ response }) => {
      stream(response);
      abort.abort(new Error('enough'));
    });
    expect(await failure(listen(server, { signal: abort.signal }))).toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('the changes of a subscription', () => {
  it('SU-3 SU-4 a subscription reports only its own changes, and what was asked for', async () => {
    const server = await serving((exchange) => {
      const { id } = exchange.message;
      const strangers = [`${id}`, Number(id) + 1, null].map((other) =>
        updated(other as never, 'file:///a'),
      );
      begin(exchange).write(
        [
          ...strangers,
          told(id, 'notifications/prompts/list_changed'),
          told(id, 'notifications/spare'),
          updated(id, 'file:///b'),
          ...[7, null, undefined, ['file:///a']].map((uri) => updated(id, uri)),
          event(notice('notifications/tools/list_changed')),
          told(id, 'notifications/tools/list_changed'),
        ].join(''),
      );
    });
    expect(await take(await listen(server), 1)).toEqual([{ type: 'toolsListChanged' }]);
  });

  it('SU-3 SU-4 a subscription reports equal changes once until they are taken', async () => {
    const server = await serving((exchange) => {
      const { id } = exchange.message;
      const changes = [updated(id, 'file:///a'), told(id, 'notifications/tools/list_changed')];
      begin(exchange).write(changes.join('').repeat(1_000));
    });
    const seen = await take(await listen(server), 2);
    expect(seen).toEqual([
      { type: 'resourceUpdated', uri: 'file:///a' },
      { type: 'toolsListChanged' },
    ]);
  });

  it('SU-3 SU-4 a subscription with more changes than anybody can take ends', async () => {
    let count = 0;
    const server = await serving((exchange) => {
      const response = begin(exchange);
      const { id } = exchange.message;
      const some = (): string =>
        Array.from({ length: 500 }, () => updated(id, `file:///a/${++count}`)).join('');
      const more = (): void => {
        while (!response.destroyed && response.write(some()));
      };
      response.on('drain', more);
      more();
    });
    const subscription = await listen(server);
    await server.deserted();
    const error = await failure(take(subscription, Infinity));
    expect(error).toMatchObject({ code: 'invalid_response' });
    expect(error.message).toContain('changes without an end');
  });

  it('SU-3 SU-4 a subscription says what the server agreed to, whatever that is', async () => {
    for (const [honoured, seen] of [
      [{ toolsListChanged: true }, { toolsListChanged: true }],
      [null, {}],
      ['all', {}],
      [[], {}],
    ] as const) {
      const server = await serving(({ message, response }) =>
        stream(response, acknowledged(message.id, honoured)),
      );
      expect((await listen(server)).honoured).toEqual(seen);
    }
  });
});

describe('a subscription whose server', () => {
  it('HC-9 a subscription that the server loses is made again, and says so', async () => {
    const server: BadServer = await serving((exchange) => {
      const response = begin(exchange);
      if (server.received.length === 1)
        return setImmediate(() => response.socket?.resetAndDestroy());
      return response.write(updated(exchange.message.id, 'file:///a'));
    });
    const seen = await take(await listen(server), 2);
    expect(seen).toContainEqual({ type: 'reconnected' });
    expect(seen).toContainEqual({ type: 'resourceUpdated', uri: 'file:///a' });
    expect(new Set(server.received.map(({ id }) => id)).size).toBe(2);
  });

  it.each<[string, (exchange: Exchange) => void]>([
    ['speaks nonsense', (exchange) => begin(exchange).write(event('{'))],
    [
      'sends a request',
      (exchange) => begin(exchange).write(event(reply(1, { method: 'ping', params: {} }))),
    ],
    ['floods a line', (exchange) => flood(begin(exchange), 'x'.repeat(65_536))],
  ])(
    'a subscription whose server %s is made again after a while, and can be closed',
    async (_what, behave) => {
      const server: BadServer = await serving((exchange) => {
        if (server.received.length === 1) behave(exchange);
        else begin(exchange);
      });
      expect(await take(await listen(server), 1)).toEqual([{ type: 'reconnected' }]);
      await server.deserted();
    },
  );

  it.each<[string, (exchange: Exchange) => unknown]>([
    ['a page', ({ response }) => response.writeHead(503).end('busy')],
    [
      'a JSON-RPC error',
      ({ message, response }) => send(response, refusal(message, -32600), { status: 503 }),
    ],
    ['nothing', ({ response }) => response.socket!.resetAndDestroy()],
  ])(
    'HC-9 a subscription that cannot be made again for a while is tried again, with a warning: %s',
    async (_what, refuse) => {
      const warnings: string[] = [];
      const server: BadServer = await serving((exchange) => {
        if (server.received.length === 2) return refuse(exchange);
        const response = begin(exchange);
        return server.received.length === 1 ? response.end() : undefined;
      });
      const one = client(server.url, { logger: warningsTo(warnings) });
      const subscription = await one.listen(FILTER);
      subscriptions.push(subscription);
      expect(await take(subscription, 1)).toEqual([{ type: 'reconnected' }]);
      expect(server.received).toHaveLength(3);
      expect(warnings).toEqual([
        expect.stringContaining('The subscription could not be opened again: ') as string,
      ]);
    },
  );

  it('a subscription that is refused the second time ends with that error', async () => {
    const server: BadServer = await serving((exchange) => {
      const { message, response } = exchange;
      if (server.received.length > 1)
        return stream(response, event(refusal(message, -32603, 'No.')));
      return begin(exchange).end();
    });
    const error = await failure(take(await listen(server), 1));
    expect(error).toMatchObject({ name: 'RpcError', code: -32603, message: 'No.' });
  });

  it('a subscription is closed by its signal, its owner, or its reader', async () => {
    for (const close of ['signal', 'owner', 'reader'] as const) {
      const abort = new AbortController();
      const server = await serving((exchange) => {
        begin(exchange).write(updated(exchange.message.id, 'file:///a'));
      });
      const subscription = await listen(server, { signal: abort.signal });
      for await (const change of subscription) {
        expect(change).toEqual({ type: 'resourceUpdated', uri: 'file:///a' });
        if (close === 'signal') abort.abort();
        else if (close === 'owner') subscription.close();
        else break;
      }
      await server.deserted();
    }
  });
});
