import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpExchange } from './exchange.ts';
import { ConcurrencyLimit } from '../concurrency-limit.ts';
import { stderrLogger } from '../../base/logging/logger.ts';
import { resolveHttpPolicy } from '../policy.ts';
import type { ResponseWriter } from '../response-writer.ts';
import { SSE_COMMENT, SSE_COMMENT_INTERVAL } from '../sse.ts';

/** Everything that is sent, in order. */
class Recorder implements ResponseWriter {
  readonly canWait = true;
  readonly unread = 0;
  readonly sent: string[] = [];
  send(status: number, body: string): void {
    this.sent.push(`${status} ${body}`);
  }
  reject(): void {}
  openStream(): void {
    this.sent.push('head');
  }
  write(text: string): void {
    this.sent.push(text);
  }
  end(text: string): void {
    this.sent.push(text);
  }
  abort(): void {}
}

function exchange(writer: ResponseWriter): HttpExchange {
  const head = { method: 'POST', url: '/mcp', headers: new Headers() };
  return new HttpExchange(
    head,
    { json: true, stream: true },
    writer,
    new ConcurrencyLimit(resolveHttpPolicy(stderrLogger)).acquire()!,
  );
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('HS-13 a quiet stream', () => {
  it('carries a comment from time to time, until it ends', () => {
    const writer = new Recorder();
    const open = exchange(writer);
    open.notify('{"a":1}');
    vi.advanceTimersByTime(2 * SSE_COMMENT_INTERVAL);
    open.finish({ status: 200, body: '{"b":2}' });
    vi.advanceTimersByTime(2 * SSE_COMMENT_INTERVAL);
    const [first, last] = ['{"a":1}', '{"b":2}'].map((data) => `event: message\ndata: ${data}\n\n`);
    expect(writer.sent).toEqual(['head', first, SSE_COMMENT, SSE_COMMENT, last]);
  });

  it('is left alone once its client has gone', () => {
    const writer = new Recorder();
    const open = exchange(writer);
    open.notify('{}');
    open.cancel('the client has gone away');
    vi.advanceTimersByTime(2 * SSE_COMMENT_INTERVAL);
    expect(writer.sent).toHaveLength(2);
  });

  it('does not begin for an answer that is JSON', () => {
    const writer = new Recorder();
    exchange(writer).finish({ status: 200, body: '{}' });
    vi.advanceTimersByTime(2 * SSE_COMMENT_INTERVAL);
    expect(writer.sent).toEqual(['200 {}']);
  });
});
