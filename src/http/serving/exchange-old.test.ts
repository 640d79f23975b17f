import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConcurrencyLimit } from '../concurrency-limit.ts';
import type { Dispatcher } from '../../protocol/dispatcher.ts';
import type { LegacyPort, OldConnection, OldSession } from '../../protocol/legacy-port.ts';
import { SSE_COMMENT } from '../sse.ts';
import { headOf } from '../test-support/head.ts';
import { RecordingWriter } from '../test-support/writer.ts';
import { HttpExchange } from './exchange.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const OLD = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
const NEW = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/list',
  params: { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } },
});

/** An exchange, and a server with one old session, which serves until it is told to end. */
function opened(method = 'POST') {
  const limit = new ConcurrencyLimit({ maxConcurrentRequests: 1, maxBytesInFlight: 100 });
  const writer = new RecordingWriter();
  const head = headOf({ 'mcp-session-id': 's' }, method);
  const open = new HttpExchange(head, { json: true, stream: true }, writer, limit.acquire()!);
  let [connection, end]: [OldConnection | undefined, () => void] = [undefined, () => {}];
  const serve = (_: unknown, given: OldConnection): Promise<void> => {
    connection = given;
    return new Promise((resolve) => (end = resolve));
  };
  const session = { serve, listen: (given: OldConnection) => serve(undefined, given) };
  const legacy = { open: () => session as unknown as OldSession } as unknown as LegacyPort;
  const dispatch = async () => ({ status: 200, body: 'new' });
  const dispatcher: Dispatcher = { dispatch, loopbackOnly: false, close() {}, legacy };
  const isBusy = (): boolean => {
    const other = limit.acquire();
    other?.release();
    return other === undefined;
  };
  return { open, writer, dispatcher, isBusy, connection: () => connection!, end: () => end() };
}

describe('L4 a request of an old client', () => {
  it('is its session\u2019s to answer, and not of this revision', async () => {
    const { open, writer, dispatcher, connection, end } = opened();
    const reply = open.serve(OLD, dispatcher);
    expect(open.isOld).toBe(true);
    connection().finish({ status: 200, body: '{}' });
    end();
    expect(await reply).toBeUndefined();
    expect(writer.sent).toEqual(['200 {}']);
    const modern = opened();
    expect(await modern.open.serve(NEW, modern.dispatcher)).toEqual({ status: 200, body: 'new' });
    expect(modern.open.isOld).toBe(false);
  });

  it('keeps its slot while it is served, also when its connection is gone', async () => {
    const { open, dispatcher, isBusy, end } = opened();
    const reply = open.serve(OLD, dispatcher);
    open.release();
    expect(isBusy()).toBe(true);
    end();
    await reply;
    expect(isBusy()).toBe(false);
  });

  it('gets a stream by time, through its session', async () => {
    const { open, writer, dispatcher, connection } = opened();
    void open.serve(OLD, dispatcher);
    open.openStreamAfter(10);
    await vi.advanceTimersByTimeAsync(10);
    connection().finish({ status: 200, body: '{}' });
    expect(writer.sent).toEqual(['head', SSE_COMMENT, 'event: message\ndata: {}\n\nend']);
  });

  it('gets nothing more once its client is gone', () => {
    const { open, writer, dispatcher, connection } = opened();
    void open.serve(OLD, dispatcher);
    open.cancel('gone');
    connection().notify('{}');
    expect([writer.sent, vi.getTimerCount()]).toEqual([[], 0]);
  });

  it('may be a GET, which its session serves', async () => {
    const { open, dispatcher, connection, end } = opened('GET');
    const served = open.serveWithoutBody(dispatcher);
    expect(connection()).toBeDefined();
    end();
    await served;
  });
});
