import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConcurrencyLimit, type Slot } from '../concurrency-limit.ts';
import { HttpLog } from '../http-log.ts';
import { recordingLogger } from '../test-support/head.ts';
import { BODY_TIMEOUT, INVALID_TEXT } from '../text.ts';
import { NodeBodies, bodyAlreadyRead, textOfParsed } from './body.ts';

const MAX = 10;

const slotFor = (maxBytesInFlight = 100): Slot =>
  new ConcurrencyLimit({ maxConcurrentRequests: 1, maxBytesInFlight }).acquire()!;

/** What a body is read of. */
class Incoming extends EventEmitter {
  headers: Record<string, string> = {};
  readableDidRead = false;
  complete = false;
  destroyed = false;
  send(...pieces: (string | Uint8Array)[]): this {
    for (const piece of pieces) this.emit('data', Buffer.from(piece as string));
    return this;
  }
  end(): void {
    this.complete = true;
    this.emit('end');
    this.emit('close');
  }
}

const bodies = (lines: string[] = []): NodeBodies =>
  new NodeBodies({ maxBodyBytes: MAX, log: new HttpLog(recordingLogger(lines)) });

function begun({ headers = {} as Record<string, string>, slot = slotFor() } = {}) {
  const request = Object.assign(new Incoming(), { headers });
  return { request, text: bodies().read(request as unknown as IncomingMessage, slot) };
}

const turn = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the body of a request of node:http', () => {
  it('is its text, in however many pieces it comes', async () => {
    const { request, text } = begun();
    const whole = 'a\u00e9\ufeffb';
    request.send(...Array.from(Buffer.from(whole), (byte) => new Uint8Array([byte]))).end();
    expect(await text).toBe(whole);
  });

  it('may come later, and nothing waits for it after that', async () => {
    const { request, text } = begun();
    await turn();
    expect(vi.getTimerCount()).toBe(1);
    request.send('{').send('}').end();
    expect(await text).toBe('{}');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps a mark of the order of bytes, which no JSON has', async () => {
    const { request, text } = begun();
    request.send('\ufeff{}').end();
    expect(await text).toBe('\ufeff{}');
  });

  it('is no JSON if it is not UTF-8', async () => {
    const { request, text } = begun();
    request.send(new Uint8Array([0xff])).end();
    expect(await text).toBe(INVALID_TEXT);
  });

  it('is too late after a while', async () => {
    const { request, text } = begun();
    request.send('{');
    let isOver = false;
    void text.then(() => (isOver = true));
    await vi.advanceTimersByTimeAsync(BODY_TIMEOUT - 1);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await text).toMatchObject({ status: 408 });
    request.send('}').end();
    expect(await text).toMatchObject({ status: 408 });
  });

  it('is not waited for once its connection is lost', async () => {
    const { request } = begun();
    await turn();
    request.emit('close');
    expect(vi.getTimerCount()).toBe(0);
    const before = begun();
    before.request.destroyed = true;
    await turn();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is looked at with all others of one turn, and the next turn anew', async () => {
    const several = bodies();
    const requests = [new Incoming(), new Incoming()];
    for (const request of requests) void several.read(request as never, slotFor());
    expect(vi.getTimerCount()).toBe(1);
    await turn();
    expect(vi.getTimerCount()).toBe(2);
    void several.read(new Incoming() as never, slotFor());
    await turn();
    expect(vi.getTimerCount()).toBe(3);
  });
});

describe('SE-1 a body of node:http', () => {
  it('may be as large as is allowed, and no larger', async () => {
    const right = begun();
    right.request.send('12345', '67890').end();
    expect(await right.text).toHaveLength(10);
    const slot = slotFor(10);
    const wrong = begun({ slot });
    wrong.request.send('12345', '678901', '2');
    expect(await wrong.text).toMatchObject({ status: 413 });
    // What comes after that is not held.
    expect([slot.hold(5), slot.hold(1)]).toEqual([true, false]);
  });

  it('is not waited for once it is refused', async () => {
    const { request, text } = begun();
    await turn();
    request.send('x'.repeat(11));
    expect(await text).toMatchObject({ status: 413 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is refused by its length, if it does not come at once', async () => {
    const { text, request } = begun({ headers: { 'content-length': '11' } });
    await turn();
    expect(await text).toMatchObject({ status: 413 });
    request.send('x'.repeat(11)).end();
    expect(vi.getTimerCount()).toBe(0);
    const right = begun({ headers: { 'content-length': '10' } });
    await turn();
    right.request.send('{}').end();
    expect(await right.text).toBe('{}');
  });

  it('counts against the bytes of all requests', async () => {
    const slot = slotFor(5);
    const right = begun({ slot });
    right.request.send('12345').end();
    expect(await right.text).toBe('12345');
    const wrong = begun({ slot });
    wrong.request.send('1');
    expect(await wrong.text).toMatchObject({ status: 503 });
    await turn();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('cannot be compressed', async () => {
    expect(await begun({ headers: { 'content-encoding': 'gzip' } }).text).toMatchObject({
      status: 415,
    });
    const { request, text } = begun({ headers: { 'content-encoding': 'identity' } });
    request.send('{}').end();
    expect(await text).toBe('{}');
  });

  it('is missed where something has read it', async () => {
    const lines: string[] = [];
    const request = Object.assign(new Incoming(), { readableDidRead: true });
    const body = await bodies(lines).read(request as unknown as IncomingMessage, slotFor());
    expect(body).toMatchObject({ status: 500 });
    expect(lines).toEqual([expect.stringContaining('third argument')]);
  });
});

describe('a body that a middleware has read', () => {
  const request = (readableDidRead: boolean, body?: unknown): IncomingMessage =>
    ({ readableDidRead, body }) as unknown as IncomingMessage;

  it('is what is given, if that is no function such as `next`', () => {
    expect(bodyAlreadyRead(request(false, 'other'), 'given')).toBe('given');
    expect(bodyAlreadyRead(request(true, 'other'), null)).toBeNull();
    expect(bodyAlreadyRead(request(true, 'left'), () => {})).toBe('left');
  });

  it('is left in the request, if the stream was read', () => {
    expect(bodyAlreadyRead(request(true, { a: 1 }), undefined)).toEqual({ a: 1 });
    expect(bodyAlreadyRead(request(false, {}), undefined)).toBeUndefined();
    const throwing = {
      readableDidRead: true,
      get body() {
        throw new Error('no');
      },
    };
    expect(bodyAlreadyRead(throwing as never, undefined)).toBeUndefined();
  });

  it.each<[unknown, string]>([
    ['{"a":1}', '{"a":1}'],
    [Buffer.from('{"a":1}'), '{"a":1}'],
    [new Uint8Array([0xff]), INVALID_TEXT],
    [{ a: 1 }, '{"a":1}'],
    [null, 'null'],
    [undefined, INVALID_TEXT],
    [Symbol('a'), INVALID_TEXT],
  ])('may be text, bytes, or parsed: %s', (body, text) => {
    expect(textOfParsed(body, slotFor())).toBe(text);
  });

  it('SE-1 counts against the bytes of all requests', () => {
    const slot = slotFor(5);
    expect(textOfParsed('123456', slot)).toMatchObject({ status: 503 });
    expect(textOfParsed('12345', slot)).toBe('12345');
    expect(textOfParsed('1', slot)).toMatchObject({ status: 503 });
  });

  it('may be something that is no JSON', () => {
    const slot = slotFor(1);
    for (const body of [
      { n: 1n },
      {
        toJSON() {
          throw new Error('no');
        },
      },
    ]) {
      expect(textOfParsed(body, slot)).toMatchObject({ status: 400 });
    }
  });
});
