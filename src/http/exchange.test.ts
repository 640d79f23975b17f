import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpExchange } from './exchange.ts';
import { Load } from './load.ts';
import type { Sink } from './sink.ts';
import { SSE_COMMENT, SSE_COMMENT_INTERVAL } from './sse.ts';

/** Everything that is sent, in order. */
class Recorder implements Sink {
  readonly unread = 0;
  readonly sent: string[] = [];
  answer(status: number, body: string): void {
    this.sent.push(`${status} ${body}`);
  }
  refuse(): void {}
  openStream(): void {
    this.sent.push('head');
  }
  write(text: string): void {
    this.sent.push(text);
  }
  end(text: string): void {
    this.sent.push(text);
  }
  abandon(): void {}
}

function exchange(sink: Sink): HttpExchange {
  const head = { method: 'POST', url: '/mcp', headers: new Headers() };
  return new HttpExchange(head, { json: true, stream: true }, sink, new Load(1).enter()!);
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('HS-13 a quiet stream', () => {
  it('carries a comment from time to time, until it ends', () => {
    const sink = new Recorder();
    const open = exchange(sink);
    open.notify('{"a":1}');
    vi.advanceTimersByTime(2 * SSE_COMMENT_INTERVAL);
    open.finish({ status: 200, body: '{"b":2}', isError: false });
    vi.advanceTimersByTime(2 * SSE_COMMENT_INTERVAL);
    const [first, last] = ['{"a":1}', '{"b":2}'].map((data) => `event: message\ndata: ${data}\n\n`);
    expect(sink.sent).toEqual(['head', first, SSE_COMMENT, SSE_COMMENT, last]);
  });

  it('is left alone once its client has gone', () => {
    const sink = new Recorder();
    const open = exchange(sink);
    open.notify('{}');
    open.cancel('the client has gone away');
    vi.advanceTimersByTime(2 * SSE_COMMENT_INTERVAL);
    expect(sink.sent).toHaveLength(2);
  });

  it('does not begin for an answer that is JSON', () => {
    const sink = new Recorder();
    exchange(sink).finish({ status: 200, body: '{}', isError: false });
    vi.advanceTimersByTime(2 * SSE_COMMENT_INTERVAL);
    expect(sink.sent).toEqual(['200 {}']);
  });
});
