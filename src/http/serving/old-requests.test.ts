import { describe, expect, it } from 'vitest';
import { ConcurrencyLimit } from '../concurrency-limit.ts';
import { InFlight } from '../../protocol/in-flight.ts';
import type { LegacyPort, OldSession } from '../../protocol/legacy-port.ts';
import { parseIncoming } from '../../protocol/parse.ts';
import { headOf } from '../test-support/head.ts';
import { RecordingWriter } from '../test-support/writer.ts';
import { OldHttpConnection } from './old-connection.ts';
import { serveOld, serveOldWithoutBody } from './old-requests.ts';

type Sent = Readonly<Record<string, string | undefined>>;

/** Sessions that note what is done with them. `known` is the only id there is. */
function portOf(done: string[], { hasRoom = true } = {}): LegacyPort {
  const session = (name: string): OldSession => ({
    version: '2025-03-26',
    serve: async ({ method }) => void done.push(`${name} serves ${method}`),
    notified: ({ method }) => void done.push(`${name} hears ${method}`),
    answered: async ({ id }) => {
      done.push(`${name} is answered ${String(id)}`);
      return id === 1;
    },
    listen: async () => void done.push(`${name} listens`),
    resume: (at) => {
      done.push(`${name} goes on at ${at}`);
      return hasRoom ? Promise.resolve() : undefined;
    },
    end: () => void done.push(`${name} ends`),
  });
  return {
    initialize: ({ id }) => (done.push(`${id} begins`), session('new')),
    open: (id, principal) =>
      id === 'known' && principal === undefined ? session('known') : undefined,
    without: (version) => session(`without ${version}`),
    close() {},
  };
}

function connectionOf(headers: Sent, method: string, streams: boolean) {
  const limit = new ConcurrencyLimit({ maxConcurrentRequests: 1, maxBytesInFlight: 100 });
  const slot = limit.acquire()!;
  const writer = new RecordingWriter();
  const taken = {
    request: headOf(headers, method),
    principal: undefined,
    afterReply: undefined,
    recheck: undefined,
    streams,
    json: true,
    inFlight: new InFlight(),
  };
  const isBusy = (): boolean => limit.acquire() === undefined;
  return { connection: new OldHttpConnection(taken, writer, slot), sent: writer.sent, isBusy };
}

async function post(message: unknown, headers: Sent = { 'mcp-session-id': 'known' }) {
  const done: string[] = [];
  const { connection, sent } = connectionOf(headers, 'POST', true);
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  await serveOld(parseIncoming(text), connection, portOf(done));
  return { done, sent };
}

async function withoutBody(method: string, headers: Sent, { streams = true, hasRoom = true } = {}) {
  const done: string[] = [];
  const { connection, sent, isBusy } = connectionOf(headers, method, streams);
  await serveOldWithoutBody(connection, portOf(done, { hasRoom }));
  return { done, sent, isBusy: isBusy() };
}

const request = { jsonrpc: '2.0', id: 7, method: 'tools/list' };

describe('L4 a POST of an old client', () => {
  it('goes to the session that it names', async () => {
    expect(await post(request)).toEqual({ done: ['known serves tools/list'], sent: [] });
  });

  it('goes to one of which nothing is known where it names none', async () => {
    const { done } = await post(request, { 'mcp-protocol-version': '2025-06-18' });
    expect(done).toEqual(['without 2025-06-18 serves tools/list']);
    expect((await post(request, {})).done).toEqual(['without undefined serves tools/list']);
    expect((await post(request, { 'mcp-session-id': '' })).done).toHaveLength(1);
  });

  it('L9 gets a 404 where there is no such session, with the id of a request', async () => {
    const headers = { 'mcp-session-id': 'other' };
    const { done, sent } = await post(request, headers);
    expect([done, sent]).toEqual([[], [expect.stringMatching(/^404 .*"id":7/)]]);
    const { sent: none } = await post({ jsonrpc: '2.0', method: 'notifications/x' }, headers);
    expect(none).toEqual([expect.stringMatching(/^404 (?!.*"id")/)]);
  });

  it('begins a session with initialize, whatever it names', async () => {
    const begin = { ...request, method: 'initialize', params: {} };
    expect(await post(begin, { 'mcp-session-id': 'other' })).toEqual({
      done: ['7 begins'],
      sent: [],
    });
  });

  it('is accepted if it is a notification', async () => {
    const { done, sent } = await post({ jsonrpc: '2.0', method: 'notifications/x' });
    expect([done, sent]).toEqual([['known hears notifications/x'], ['202 ']]);
  });

  it('is accepted if it answers a question, and refused if nobody asked', async () => {
    const right = await post({ jsonrpc: '2.0', id: 1, result: {} });
    expect(right).toEqual({ done: ['known is answered 1'], sent: ['202 '] });
    const wrong = await post({ jsonrpc: '2.0', id: 2, result: {} });
    expect(wrong.sent).toEqual([expect.stringMatching(/^400 .*no question/)]);
  });

  it('is refused if it is no message, before its session is looked for', async () => {
    for (const text of ['{', '{"jsonrpc":"2.0","id":7}']) {
      const { done, sent } = await post(text, { 'mcp-session-id': 'other' });
      expect([done, sent]).toEqual([[], [expect.stringMatching(/^400 /)]]);
    }
  });

  it('may be a batch', async () => {
    const { done } = await post([{ jsonrpc: '2.0', method: 'notifications/x' }]);
    expect(done).toEqual(['known hears notifications/x']);
  });
});

const NOT_HERE = expect.stringMatching(/^405 .*\{"Allow":"POST"\}$/);
const KNOWN = { 'mcp-session-id': 'known' };

describe('L4 a GET or a DELETE of an old client', () => {
  it.each(['GET', 'DELETE'])('%s without a session is not served', async (method) => {
    for (const headers of [{}, { 'mcp-session-id': '' }]) {
      const { done, sent } = await withoutBody(method, headers);
      expect([done, sent]).toEqual([[], [NOT_HERE]]);
    }
  });

  it.each(['GET', 'DELETE'])('L9 %s of an unknown session gets a 404', async (method) => {
    const { done, sent } = await withoutBody(method, { 'mcp-session-id': 'other' });
    expect([done, sent]).toEqual([[], [expect.stringMatching(/^404 (?!.*"id")/)]]);
  });

  it('DELETE ends the session', async () => {
    const { done, sent } = await withoutBody('DELETE', KNOWN, { streams: false });
    expect([done, sent]).toEqual([['known ends'], [NOT_HERE]]);
  });

  it('GET listens, and needs no slot', async () => {
    for (const more of [{}, { 'last-event-id': '' }]) {
      const { done, sent, isBusy } = await withoutBody('GET', { ...KNOWN, ...more });
      expect([done, sent, isBusy]).toEqual([['known listens'], [], false]);
    }
  });

  it('GET goes on where it broke off, if there is something to go on with', async () => {
    const headers = { ...KNOWN, 'last-event-id': '5' };
    const { done, sent, isBusy } = await withoutBody('GET', headers);
    expect([done, sent, isBusy]).toEqual([['known goes on at 5'], [], true]);
    const nothing = await withoutBody('GET', headers, { hasRoom: false });
    expect(nothing.sent).toEqual([NOT_HERE]);
  });

  it('GET is for clients that take streams', async () => {
    const { done, sent } = await withoutBody('GET', KNOWN, { streams: false });
    expect([done, sent]).toEqual([[], [expect.stringMatching(/^406 .*event-stream/)]]);
  });
});
