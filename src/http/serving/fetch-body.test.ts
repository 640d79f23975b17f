import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BODY_TIMEOUT, INVALID_TEXT } from '../text.ts';
import { ConcurrencyLimit, type Slot } from '../concurrency-limit.ts';
import { HttpLog } from '../http-log.ts';
import { recordingLogger } from '../test-support/head.ts';
import { readWebBody } from './fetch-body.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const MAX = 10;

const slotFor = (maxBytesInFlight = 100): Slot =>
  new ConcurrencyLimit({ maxConcurrentRequests: 1, maxBytesInFlight }).acquire()!;

/** A request whose body comes in these pieces, and then ends, unless it is left open. */
function requestWith(pieces: readonly Uint8Array[], { isOpen = false, headers = {} } = {}) {
  let cancelled = 0;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      if (!isOpen) controller.close();
    },
    cancel: () => void cancelled++,
  });
  const init = { method: 'POST', headers, body, duplex: 'half' };
  return { request: new Request('http://a/', init as RequestInit), cancelled: () => cancelled };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(request: Request, slot = slotFor(), lines: string[] = []) {
  return readWebBody(
    request,
    { maxBodyBytes: MAX, log: new HttpLog(recordingLogger(lines)) },
    slot,
  );
}

describe('the body of a web request', () => {
  it('is its text, in however many pieces it comes, and nothing waits for it any more', async () => {
    const text = 'a\u00e9\ufeffb';
    const pieces = Array.from(bytes(text), (byte) => new Uint8Array([byte]));
    expect(await read(requestWith(pieces).request)).toBe(text);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps a mark of the order of bytes, which no JSON has', async () => {
    expect(await read(requestWith([bytes('\ufeff{}')]).request)).toBe('\ufeff{}');
  });

  it('is empty if there is none', async () => {
    expect(await read(new Request('http://a/', { method: 'POST' }))).toBe('');
  });

  it('is no JSON if it is not UTF-8', async () => {
    expect(await read(requestWith([new Uint8Array([0xff])]).request)).toBe(INVALID_TEXT);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('SE-1 may be as large as is allowed, and no larger', async () => {
    expect(await read(requestWith([bytes('12345'), bytes('67890')]).request)).toHaveLength(10);
    const { request, cancelled } = requestWith([bytes('1234567890'), bytes('1')], { isOpen: true });
    expect(await read(request)).toMatchObject({ status: 413 });
    expect(cancelled()).toBe(1);
  });

  it('SE-1 is refused by its length, before it is read', async () => {
    const lengthOf = (length: string) => ({ headers: { 'content-length': length }, isOpen: true });
    const { request } = requestWith([], lengthOf('11'));
    expect(await read(request)).toMatchObject({ status: 413 });
    expect(request.bodyUsed).toBe(false);
    const right = requestWith([bytes('{}')], { headers: { 'content-length': '10' } });
    expect(await read(right.request)).toBe('{}');
  });

  it('SE-1 counts against the bytes of all requests', async () => {
    const slot = slotFor(5);
    expect(await read(requestWith([bytes('12345')]).request, slot)).toBe('12345');
    const { request, cancelled } = requestWith([bytes('1')], { isOpen: true });
    expect(await read(request, slot)).toMatchObject({ status: 503 });
    expect(cancelled()).toBe(1);
  });

  it('SE-1 cannot be compressed', async () => {
    const gzip = { headers: { 'content-encoding': 'gzip' } };
    expect(await read(requestWith([bytes('{}')], gzip).request)).toMatchObject({ status: 415 });
    const none = { headers: { 'content-encoding': 'identity' } };
    expect(await read(requestWith([bytes('{}')], none).request)).toBe('{}');
  });

  it('is missed where something has read it, or begun to', async () => {
    const used = requestWith([bytes('{}')]).request;
    await used.text();
    const locked = requestWith([bytes('{}')]).request;
    locked.body!.getReader();
    for (const request of [used, locked]) {
      const lines: string[] = [];
      expect(await read(request, slotFor(), lines)).toMatchObject({ status: 500 });
      expect(lines).toEqual([expect.stringContaining('request.clone()')]);
    }
  });

  it.each(['nothing', 'a part'])('is too late after a while if %s has come', async (what) => {
    const pieces = what === 'nothing' ? [] : [bytes('{')];
    const { request, cancelled } = requestWith(pieces, { isOpen: true });
    const reading = read(request);
    let isOver = false;
    void reading.then(() => (isOver = true));
    await vi.advanceTimersByTimeAsync(BODY_TIMEOUT - 1);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await reading).toMatchObject({ status: 408 });
    expect(cancelled()).toBe(1);
  });

  it('is too late also if reading fails then', async () => {
    const body = new ReadableStream<Uint8Array>({ cancel: () => Promise.reject(new Error('no')) });
    const reading = read(
      new Request('http://a/', { method: 'POST', body, duplex: 'half' } as RequestInit),
    );
    await vi.advanceTimersByTimeAsync(BODY_TIMEOUT);
    expect(await reading).toMatchObject({ status: 408 });
  });

  it('is no JSON if the client leaves, which no longer matters', async () => {
    const body = new ReadableStream<Uint8Array>({ pull: (c) => c.error(new Error('gone')) });
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    expect(await read(new Request('http://a/', init))).toBe(INVALID_TEXT);
    expect(vi.getTimerCount()).toBe(0);
  });
});
