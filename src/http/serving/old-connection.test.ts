import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConcurrencyLimit } from '../concurrency-limit.ts';
import { InFlight } from '../../protocol/in-flight.ts';
import type { Principal } from '../../protocol/principal.ts';
import { SSE_COMMENT, SSE_COMMENT_INTERVAL, SSE_MAX_UNREAD, sseEvent } from '../sse.ts';
import { headOf } from '../test-support/head.ts';
import { RecordingWriter } from '../test-support/writer.ts';
import { OldHttpConnection } from './old-connection.ts';

interface Taken {
  readonly json?: boolean;
  readonly streams?: boolean;
  readonly principal?: Principal;
  readonly recheck?: () => Promise<boolean>;
}

function opened({ json = true, streams = true, principal, recheck }: Taken = {}) {
  const limit = new ConcurrencyLimit({ maxConcurrentRequests: 1, maxBytesInFlight: 100 });
  const slot = limit.acquire()!;
  const inFlight = new InFlight();
  const ends: string[] = [];
  inFlight.start({
    cancel: (reason) => void ends.push(reason),
    conclude: () => void ends.push('concluded'),
  });
  const writer = new RecordingWriter();
  const taken = { request: headOf({}), afterReply: 'ends', json, streams, inFlight } as const;
  const open = new OldHttpConnection({ ...taken, principal, recheck }, writer, slot);
  return { open, writer, ends, taken, isBusy: () => limit.acquire() === undefined };
}

const after = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('L5 the response to an old client', () => {
  it('knows what was known of the request', () => {
    const ada = { issuer: 'i', subject: 'ada' };
    const { open, taken, writer } = opened({ principal: ada });
    expect(open).toMatchObject({ request: taken.request, principal: ada, afterReply: 'ends' });
    expect(open).toMatchObject({
      streams: true,
      asks: writer.canWait,
      isPipe: false,
      resumes: true,
    });
  });

  it('is JSON where nothing was sent ahead, once', () => {
    const { open, writer } = opened();
    open.finish({ status: 200, body: '{}', headers: { a: 'b' } }, '7');
    open.finish({ status: 200, body: '{}' });
    open.end();
    expect(writer.sent).toEqual(['200 {}{"a":"b"}']);
  });

  it('is an event where something was, with the place to come back to', () => {
    const { open, writer } = opened();
    open.send({ id: '1' }, { message: '{"a":1}', id: '2' });
    open.finish({ status: 404, body: '{}' }, '3');
    expect(writer.sent).toEqual([
      'head',
      'id: 1\ndata: \n\nevent: message\nid: 2\ndata: {"a":1}\n\n',
      'event: message\nid: 3\ndata: {}\n\nend',
    ]);
  });

  it('is nothing more than the end of the stream where it is empty', () => {
    const { open, writer } = opened();
    open.comment();
    open.finish({ status: 202, body: '' });
    expect(writer.sent).toEqual(['head', SSE_COMMENT, 'end']);
  });

  it.each([
    [200, '{}', ['head', 'event: message\ndata: {}\n\nend']],
    [404, '{}', ['404 {}']],
    [200, '', ['200 ']],
  ])('is a stream for a client that takes nothing else: %d %j', (status, body, sent) => {
    const { open, writer } = opened({ json: false });
    open.finish({ status, body });
    expect(writer.sent).toEqual(sent);
  });

  it('ends without a reply, as a stream if the client takes one', () => {
    const streaming = opened();
    streaming.open.end();
    streaming.open.end();
    expect(streaming.writer.sent).toEqual(['head', 'end']);
    const plain = opened({ streams: false });
    plain.open.end();
    expect(plain.writer.sent).toEqual(['202 ']);
  });

  it('goes out at once where it is told to, if its writer can', () => {
    const { open, writer } = opened();
    open.flush();
    const flush = vi.fn();
    Object.assign(writer, { flush });
    open.flush();
    expect(flush).toHaveBeenCalledOnce();
  });

  it('has nothing after it is closed', async () => {
    const { open, writer } = opened();
    open.notify('{}');
    open.close();
    const { length } = writer.sent;
    open.notify('{}');
    open.send({ id: '1' });
    open.comment();
    open.end();
    open.finish({ status: 200, body: '{}' });
    await after(2 * SSE_COMMENT_INTERVAL);
    expect(writer.sent).toHaveLength(length);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('L5 an old client that is behind', () => {
  it('SE-1 misses what may be left out, and nothing else', () => {
    const { open, writer } = opened();
    open.notify('1');
    writer.unread = SSE_MAX_UNREAD + 1;
    open.notify('2');
    open.send({ message: '3' });
    expect(writer.sent).toEqual(['head', sseEvent('1'), sseEvent('3')]);
  });

  it('SE-1 is given up when it does not read on', async () => {
    const { open, writer, ends } = opened();
    open.comment();
    writer.unread = SSE_MAX_UNREAD + 1;
    await after(2 * SSE_COMMENT_INTERVAL);
    expect(writer.sent.at(-1)).toBe('aborted');
    expect(ends).toEqual(['the client does not read its stream']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('A11 an old client that listens', () => {
  const ada = { issuer: 'i', subject: 'ada' };

  it('needs no slot, and ends with its credentials', async () => {
    const { open, ends, isBusy } = opened({ principal: { ...ada, expiresAt: Date.now() + 10 } });
    open.startListening();
    expect(isBusy()).toBe(false);
    await after(9);
    expect(ends).toEqual([]);
    await after(1);
    expect(ends).toEqual(['concluded']);
  });

  it('is asked about again', async () => {
    const { open, ends } = opened({ principal: ada, recheck: async () => false });
    open.startListening();
    await after(60_000);
    expect(ends).toEqual(['concluded']);
  });

  it('is watched only where it has a name, and until it is closed', () => {
    const nobody = opened();
    nobody.open.startListening();
    const over = opened({ principal: ada });
    over.open.close();
    over.open.startListening();
    const closed = opened({ principal: ada });
    closed.open.startListening();
    closed.open.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('HS-13 a stream of an old client that opens by time', () => {
  it('has a head and a comment', async () => {
    const { open, writer } = opened();
    open.openStreamAfter(10);
    await after(9);
    expect(writer.sent).toEqual([]);
    await after(1);
    expect(writer.sent).toEqual(['head', SSE_COMMENT]);
  });

  it.each<[string, (open: OldHttpConnection) => void]>([
    ['answered', (open) => open.finish({ status: 200, body: '{}' })],
    ['closed', (open) => open.close()],
    ['streaming', (open) => open.notify('{}')],
  ])('is not opened for what is %s by then', async (_, act) => {
    for (const isBefore of [true, false]) {
      const { open, writer } = opened();
      if (isBefore) act(open);
      open.openStreamAfter(10);
      open.holdStream(Promise.resolve());
      if (!isBefore) act(open);
      const { length } = writer.sent;
      await after(10);
      expect(writer.sent).toHaveLength(length);
    }
  });

  it('is not opened for a client that takes JSON only', () => {
    const { open } = opened({ streams: false });
    open.openStreamAfter(10);
    open.holdStream(Promise.resolve());
    expect(vi.getTimerCount()).toBe(0);
  });

  it('T16 waits for what decides on the status', async () => {
    const { open, writer } = opened();
    open.openStreamAfter(10);
    open.holdStream(new Promise(() => {}));
    await after(100);
    expect(writer.sent).toEqual([]);
  });
});
