import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpExchange } from './exchange.ts';
import { ConcurrencyLimit, type Slot } from '../concurrency-limit.ts';
import { reject, type ResponseFormats } from '../check-head.ts';
import type { Dispatcher } from '../../protocol/dispatcher.ts';
import {
  SSE_COMMENT,
  SSE_COMMENT_INTERVAL,
  SSE_MAX_UNREAD,
  SSE_TOO_FAR,
  sseEvent,
} from '../sse.ts';
import { headOf } from '../test-support/head.ts';
import { RecordingWriter } from '../test-support/writer.ts';

const BOTH: ResponseFormats = { json: true, stream: true };
const OK = { status: 200, body: '{"b":2}' };

interface Opened {
  readonly open: HttpExchange;
  readonly writer: RecordingWriter;
  readonly slot: Slot;
  /** Whether the only slot is taken. */
  isBusy(): boolean;
  /** Why what was served was cancelled, and how often it was concluded. */
  readonly ends: string[];
}

function opened(accepted = BOTH, headers: Record<string, string> = {}): Opened {
  const limit = new ConcurrencyLimit({ maxConcurrentRequests: 1, maxBytesInFlight: 100 });
  const slot = limit.acquire()!;
  const writer = new RecordingWriter();
  const open = new HttpExchange(headOf(headers), accepted, writer, slot);
  const ends: string[] = [];
  open.inFlight.start({
    cancel: (reason) => void ends.push(reason),
    conclude: () => void ends.push('concluded'),
  });
  const isBusy = (): boolean => {
    const other = limit.acquire();
    other?.release();
    return other === undefined;
  };
  return { open, writer, slot, isBusy, ends };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('HS-13 a quiet stream', () => {
  it('carries a comment from time to time, until it ends', () => {
    const { open, writer } = opened();
    open.notify('{"a":1}');
    vi.advanceTimersByTime(2 * SSE_COMMENT_INTERVAL);
    open.finish(OK);
    vi.advanceTimersByTime(2 * SSE_COMMENT_INTERVAL);
    const [first, last] = [sseEvent('{"a":1}'), `${sseEvent(OK.body)}end`];
    expect(writer.sent).toEqual(['head', first, SSE_COMMENT, SSE_COMMENT, last]);
  });

  it('is left alone once its client has gone', () => {
    const { open, writer } = opened();
    open.notify('{}');
    open.cancel('the client has gone away');
    open.notify('{}');
    vi.advanceTimersByTime(2 * SSE_COMMENT_INTERVAL);
    expect(writer.sent).toEqual(['head', sseEvent('{}')]);
  });

  it('does not begin for an answer that is JSON', () => {
    const { open, writer } = opened();
    open.finish(OK);
    open.notify('{}');
    vi.advanceTimersByTime(2 * SSE_COMMENT_INTERVAL);
    expect(writer.sent).toEqual([`200 ${OK.body}`]);
  });
});

describe('HS-6 an answer', () => {
  it('is sent once', () => {
    const { open, writer } = opened();
    open.finish(undefined);
    open.finish({ ...OK, headers: { a: 'b' } });
    open.finish(OK);
    open.reject(reject(403, 'No'));
    expect(writer.sent).toEqual([`200 ${OK.body}{"a":"b"}`]);
  });

  it('is a stream for a client that takes nothing else, but for errors', () => {
    const streaming = { json: false, stream: true };
    const good = opened(streaming);
    good.open.finish(OK);
    expect(good.writer.sent).toEqual(['head', `${sseEvent(OK.body)}end`]);
    const bad = opened(streaming);
    bad.open.finish({ status: 404, body: '{}' });
    expect(bad.writer.sent).toEqual(['404 {}']);
  });

  it('is no refusal once it was given up, nor an answer once it was refused', () => {
    const { open, writer } = opened();
    open.reject(reject(403, 'No'));
    open.finish(OK);
    expect(writer.sent).toEqual(['rejected with 403']);
    const gone = opened();
    gone.open.cancel('gone');
    gone.open.reject(reject(403, 'No'));
    gone.open.finish(OK);
    expect(gone.writer.sent).toEqual([]);
  });

  it('to a server that failed is an error, or nothing more if a stream has begun', () => {
    const early = opened();
    early.open.fail();
    expect(early.writer.sent).toEqual(['rejected with 500']);
    const late = opened();
    late.open.notify('{}');
    late.open.fail();
    expect(late.writer.sent.at(-1)).toBe('aborted');
    expect(late.ends).toEqual(['the server failed']);
    const over = opened();
    over.open.finish(OK);
    over.open.fail();
    expect(over.writer.sent).toEqual([`200 ${OK.body}`, 'aborted']);
  });
});

describe('HS-14 a client that is gone', () => {
  it('ends what is served for it, and its slot is free when that has ended', () => {
    const { open, ends, isBusy } = opened();
    open.cancel('gone');
    open.cancel('again');
    expect([ends, isBusy()]).toEqual([['gone'], true]);
    open.release();
    expect(isBusy()).toBe(false);
  });

  it('SE-1 or does not read: its stream is closed', () => {
    const { open, writer, ends } = opened();
    open.notify('{}');
    writer.unread = SSE_MAX_UNREAD + 1;
    vi.advanceTimersByTime(2 * SSE_COMMENT_INTERVAL);
    expect(ends).toEqual(['the client does not read its stream']);
    expect(writer.sent.at(-1)).toBe('aborted');
  });

  it('SE-1 misses what may be left out while it is behind, but nothing of what it listens to', () => {
    const { open, writer } = opened();
    open.notify('1');
    writer.unread = SSE_MAX_UNREAD + 1;
    open.notify('2');
    open.serve(listen, dispatcher());
    open.notify('3');
    expect(writer.sent).toEqual(['head', sseEvent('1'), sseEvent('3')]);
    writer.unread = SSE_TOO_FAR + 1;
    open.notify('4');
    expect(writer.sent.at(-1)).toBe('aborted');
  });
});

const request = (method: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: {} });
const listen = request('subscriptions/listen');

/** Answers with the name of the method. */
function dispatcher(more: Partial<Dispatcher> = {}): Dispatcher {
  const dispatch: Dispatcher['dispatch'] = async ({ method }) => ({ status: 200, body: method });
  return { dispatch, loopbackOnly: false, close() {}, ...more };
}

describe('what a POST carries', () => {
  it.each<[string, string, object]>([
    ['a request is answered', request('tools/list'), { status: 200, body: 'tools/list' }],
    [
      'HS-5 a notification is accepted',
      '{"jsonrpc":"2.0","method":"notifications/x"}',
      { status: 202, body: '' },
    ],
    [
      'EN-4 what is no JSON is an error',
      '{',
      { status: 400, body: expect.stringContaining('-32700') },
    ],
    [
      'a batch is of old revisions',
      `[${listen}]`,
      { status: 400, body: expect.stringContaining('-32600') },
    ],
  ])('%s', async (_, text, reply) => {
    expect(await opened().open.serve(text, dispatcher())).toMatchObject(reply);
  });

  it('a GET or a DELETE is not served without old clients', async () => {
    const { open, writer } = opened();
    await open.serveWithoutBody(dispatcher());
    expect(writer.sent).toEqual(['rejected with 405']);
  });
});

describe('a listen stream', () => {
  const ada = { issuer: 'i', subject: 'ada', expiresAt: 0 };

  it('needs no slot, and its bytes are free', async () => {
    const { open, isBusy, slot } = opened();
    slot.hold(100);
    expect(isBusy()).toBe(true);
    const reply = open.serve(listen, dispatcher());
    expect([open.isListening, isBusy(), slot.hold(1_000)]).toEqual([true, false, true]);
    expect(await reply).toMatchObject({ status: 200 });
  });

  it('is nothing else', () => {
    const { open, isBusy } = opened();
    void open.serve(request('tools/list'), dispatcher());
    expect([open.isListening, isBusy()]).toEqual([false, true]);
  });

  it('A11 ends with the credentials of its caller', async () => {
    const { open, ends } = opened();
    open.principal = { ...ada, expiresAt: Date.now() + 1_000 };
    void open.serve(listen, dispatcher());
    await vi.advanceTimersByTimeAsync(999);
    expect(ends).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(ends).toEqual(['concluded']);
  });

  it('A11 is asked about again where its caller is', async () => {
    const { open, ends } = opened();
    open.principal = { ...ada, expiresAt: Date.now() + 1e9 };
    open.recheck = async () => false;
    void open.serve(listen, dispatcher());
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ends).toEqual(['concluded']);
  });

  it('A11 watches no credentials without a caller, nor when it is over', () => {
    const nobody = opened();
    void nobody.open.serve(listen, dispatcher());
    expect(vi.getTimerCount()).toBe(0);
    const gone = opened();
    gone.open.principal = ada;
    gone.open.cancel('gone');
    void gone.open.serve(listen, dispatcher());
    expect(vi.getTimerCount()).toBe(0);
    const over = opened();
    over.open.principal = ada;
    void over.open.serve(listen, dispatcher());
    over.open.finish(OK);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('HS-6 HS-13 a stream that opens by time', () => {
  const after = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

  it('has a head and a comment, and the answer at its end', async () => {
    const { open, writer } = opened();
    open.openStreamAfter(10);
    await after(10);
    open.finish({ status: 404, body: '{}' });
    expect(writer.sent).toEqual(['head', SSE_COMMENT, `${sseEvent('{}')}end`]);
  });

  it.each<[string, (open: HttpExchange) => void]>([
    ['answered', (open) => open.finish(OK)],
    ['refused', (open) => open.reject(reject(403, 'No'))],
    ['left', (open) => open.cancel('gone')],
    ['streaming', (open) => open.notify('{}')],
  ])('is not opened for what is %s by then', async (_, act) => {
    for (const isBefore of [true, false]) {
      const { open, writer } = opened();
      if (isBefore) act(open);
      open.openStreamAfter(10);
      if (!isBefore) act(open);
      const { length } = writer.sent;
      await after(10);
      expect(writer.sent).toHaveLength(length);
    }
  });

  it('is not opened for a client that takes JSON only', async () => {
    const { open } = opened({ json: true, stream: false });
    open.openStreamAfter(10);
    open.holdStream(Promise.resolve());
    await after(10);
    expect([vi.getTimerCount(), open.streams, open.json]).toEqual([0, false, true]);
  });

  it('T16 waits for what decides on the status', async () => {
    const { open, writer } = opened();
    open.openStreamAfter(10);
    open.holdStream(new Promise(() => {}));
    await after(100);
    expect(writer.sent).toEqual([]);
  });
});
