import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reject } from '../check-head.ts';
import { NodeResponseWriter } from './response-writer.ts';

/** What is done with a request whose body has been read or not, and with its response. */
function opened({ complete = true, headersSent = false } = {}) {
  const done: unknown[] = [];
  const note =
    (what: string) =>
    (...args: unknown[]) => {
      done.push([what, ...args.filter((arg) => arg !== undefined)]);
    };
  const response = {
    headersSent,
    writableLength: 7,
    writeHead: (...args: unknown[]) => (note('head')(...args), response),
    write: note('write'),
    end: note('end'),
    flushHeaders: note('flush'),
    socket: { uncork: note('uncork') } as object | null,
  };
  const request = Object.assign(new EventEmitter(), {
    complete,
    socket: { destroy: note('destroy') },
    resume: note('resume'),
  });
  const writer = new NodeResponseWriter(
    request as unknown as IncomingMessage,
    response as unknown as ServerResponse,
    { Vary: 'Origin' },
  );
  return { writer, request, response, done };
}

const JSON_TYPE = { 'Content-Type': 'application/json' };

describe('a response of node:http', () => {
  it('is JSON with its length in bytes, and the headers for all', () => {
    const { writer, done } = opened();
    writer.send(404, '"é"', { 'X-A': 'b' });
    const headers = { ...JSON_TYPE, 'Content-Length': 4, Vary: 'Origin', 'X-A': 'b' };
    expect(done).toEqual([
      ['head', 404, headers],
      ['end', '"é"'],
    ]);
  });

  it('has a length and no type where it is empty', () => {
    const { writer, done } = opened();
    writer.send(202, '', { 'X-A': 'b' });
    const headers = { 'Content-Length': 0, Vary: 'Origin', 'X-A': 'b' };
    expect(done).toEqual([['head', 202, headers], ['end']]);
  });

  it('HS-12 is a stream', () => {
    const { writer, done } = opened();
    writer.openStream();
    writer.write('a');
    writer.end('b');
    expect(done).toEqual([
      [
        'head',
        200,
        expect.objectContaining({ 'Content-Type': 'text/event-stream', Vary: 'Origin' }),
      ],
      ['write', 'a'],
      ['end', 'b'],
    ]);
    expect([writer.unread, writer.canWait]).toEqual([7, true]);
  });

  it('goes out at once where it is told to, unless it is queued behind others', () => {
    const { writer, response, done } = opened();
    writer.flush();
    expect(done).toEqual([['uncork']]);
    response.socket = null;
    writer.flush();
    expect(done).toHaveLength(1);
  });

  it('is broken off with its connection', () => {
    const { writer, done } = opened();
    writer.abort();
    expect(done).toEqual([['destroy']]);
  });

  it('is broken off if it is to be refused when it has begun', () => {
    const { writer, done } = opened({ headersSent: true });
    writer.reject(reject(500, 'No'));
    expect(done).toEqual([['destroy']]);
  });
});

describe('a refusal on node:http', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const rejection = reject(403, 'No');
  const length = { 'Content-Length': rejection.body.length };

  it('is an answer like others where the body was read', () => {
    const { writer, done } = opened();
    writer.reject(rejection);
    const headers = { ...JSON_TYPE, Vary: 'Origin', ...length };
    expect(done).toEqual([
      ['head', 403, headers],
      ['end', rejection.body],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is sent at once, and its connection closed when the client has sent all', () => {
    for (const event of ['end', 'close']) {
      const { writer, request, done } = opened({ complete: false });
      writer.reject(rejection);
      const headers = { ...JSON_TYPE, Vary: 'Origin', ...length, Connection: 'close' };
      const sent = [['head', 403, headers], ['flush'], ['write', rejection.body], ['resume']];
      expect(done).toEqual(sent);
      request.emit(event);
      expect(done).toEqual([...sent, ['end']]);
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  it('does not wait for long until the client has sent all', () => {
    const { writer, done } = opened({ complete: false });
    writer.reject(rejection);
    vi.advanceTimersByTime(1_999);
    expect(done.at(-1)).toEqual(['resume']);
    vi.advanceTimersByTime(1);
    expect(done.at(-1)).toEqual(['end']);
  });

  it('does not wait at all for what was too slow to come', () => {
    const { writer, done } = opened({ complete: false });
    const slow = reject(408, 'No');
    writer.reject(slow);
    expect(done).toEqual([
      ['head', 408, expect.objectContaining({ Connection: 'close' })],
      ['end', slow.body],
    ]);
  });

  it('has no length where it is empty, unless the body was not read', () => {
    const empty = { headers: {}, body: '' };
    const read = opened();
    read.writer.reject({ status: 401, ...empty });
    expect(read.done).toEqual([
      ['head', 401, { Vary: 'Origin' }],
      ['end', ''],
    ]);
    const unread = opened({ complete: false });
    unread.writer.reject({ status: 401, ...empty });
    const closing = { Vary: 'Origin', Connection: 'close' };
    expect(unread.done).toEqual([
      ['head', 401, { ...closing, 'Content-Length': 0 }],
      ['flush'],
      ['resume'],
    ]);
    const preflight = opened({ complete: false });
    preflight.writer.reject({ status: 204, ...empty });
    expect(preflight.done[0]).toEqual(['head', 204, closing]);
  });
});
