import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SSE_COMMENT, SSE_COMMENT_INTERVAL, SSE_MAX_UNREAD, SSE_TOO_FAR } from '../sse.ts';
import { RecordingWriter } from '../test-support/writer.ts';
import { EventStream } from './event-stream.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(): { stream: EventStream; writer: RecordingWriter; givenUp: () => number } {
  const writer = new RecordingWriter();
  let count = 0;
  const stream = new EventStream(writer, () => void count++);
  return { stream, writer, givenUp: () => count };
}

const tick = (): unknown => vi.advanceTimersByTime(SSE_COMMENT_INTERVAL);

describe('HS-13 an open stream', () => {
  it('begins with its head, and shows from time to time that it is alive', () => {
    const { stream, writer } = open();
    expect(writer.sent).toEqual(['head']);
    tick();
    tick();
    stream.close();
    tick();
    expect(writer.sent).toEqual(['head', SSE_COMMENT, SSE_COMMENT]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('carries what is written', () => {
    const { stream, writer } = open();
    stream.write('a');
    stream.comment();
    expect(writer.sent).toEqual(['head', 'a', SSE_COMMENT]);
  });
});

describe('SE-1 a client that does not read', () => {
  it('is behind with more unread than may be', () => {
    const { stream, writer } = open();
    writer.unread = SSE_MAX_UNREAD;
    expect(stream.isBehind).toBe(false);
    writer.unread++;
    expect(stream.isBehind).toBe(true);
  });

  it('gets no comments while it is behind, and is given up at the second tick', () => {
    const { writer, givenUp } = open();
    writer.unread = SSE_MAX_UNREAD + 1;
    tick();
    expect([givenUp(), writer.sent]).toEqual([0, ['head']]);
    tick();
    expect(givenUp()).toBe(1);
  });

  it('is not given up if it has read on between', () => {
    const { writer, givenUp } = open();
    for (const unread of [SSE_MAX_UNREAD + 1, 0, SSE_MAX_UNREAD + 1]) {
      writer.unread = unread;
      tick();
    }
    expect([givenUp(), writer.sent]).toEqual([0, ['head', SSE_COMMENT]]);
  });

  it('is given up at once if it is too far behind', () => {
    const { stream, writer, givenUp } = open();
    writer.unread = SSE_TOO_FAR;
    stream.write('a');
    expect(givenUp()).toBe(0);
    writer.unread++;
    stream.write('b');
    expect([givenUp(), writer.sent]).toEqual([1, ['head', 'a']]);
  });
});
