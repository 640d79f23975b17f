/** Streams of servers of earlier revisions that break off, and are taken up again. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Client } from '../../../src/client/index.ts';
import { failure } from '../../support/bad-servers/calls.ts';
import { OpenStream, ScriptedOldServer, failed, json } from '../../support/old-server/scripted.ts';
import { turns, until } from '../../support/until.ts';

const DONE = { content: [{ type: 'text', text: 'done' }] };

/** A server whose call is answered with a stream that is written as soon as it is opened. */
function serverWith(first: (stream: OpenStream) => void): ScriptedOldServer {
  return new ScriptedOldServer().on('tools/call', () => {
    const stream = new OpenStream();
    first(stream);
    return stream.response;
  });
}

const connected = (server: ScriptedOldServer): Client => server.connect({ legacy: 'always' });

/** The result, on the stream that is opened for it. */
function resultOn(server: ScriptedOldServer): () => Response {
  return () => {
    const { id } = server.seenAt('tools/call')[0]!.message!;
    return new OpenStream().send({ id, result: DONE }, 'last').response;
  };
}

describe('a stream that ends early', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['is ended', (stream: OpenStream) => stream.end()],
    ['breaks off', (stream: OpenStream) => stream.breakOff()],
  ])('L20 is taken up after one second where it %s', async (_, end) => {
    const server = serverWith((stream) => {
      stream.send({ method: 'notifications/message', params: {} }, 'e1');
      setImmediate(() => end(stream));
    });
    server.on('GET', resultOn(server));
    const call = connected(server).callTool('t');
    await until(() => server.seenAt('tools/call').length === 1);
    await turns();
    await vi.advanceTimersByTimeAsync(999);
    expect(server.seenAt('GET')).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(await call).toMatchObject(DONE);
    const [resumed] = server.seenAt('GET');
    expect(resumed!.headers.get('last-event-id')).toBe('e1');
    expect(resumed!.headers.get('mcp-session-id')).toBe('session-1');
    expect(server.seenAt('tools/call')).toHaveLength(1);
  });

  it('L20 is taken up after the time that the server names', async () => {
    const server = serverWith((stream) => stream.write('id: e1\nretry: 30\ndata:\n\n').end());
    server.on('GET', resultOn(server));
    const call = connected(server).callTool('t');
    await until(() => server.seenAt('tools/call').length === 1);
    await turns();
    await vi.advanceTimersByTimeAsync(29);
    expect(server.seenAt('GET')).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(await call).toMatchObject(DONE);
  });

  it('L20 is tried five times in a row, and the call is never sent again', async () => {
    const server = serverWith((stream) => stream.write('id: e1\nretry: 30\ndata:\n\n').end());
    server.on('GET', () => failed(503));
    const error = failure(connected(server).callTool('t'));
    await until(() => server.seenAt('tools/call').length === 1);
    await turns();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await error).toMatchObject({ code: 'transport_failed' });
    expect(server.seenAt('GET')).toHaveLength(5);
    expect(server.seenAt('tools/call')).toHaveLength(1);
  });

  it('L20 is taken up as often as it goes on', async () => {
    const server = serverWith((stream) => stream.write('id: e0\nretry: 30\ndata:\n\n').end());
    let gets = 0;
    server.on('GET', () => {
      if (++gets === 9) return resultOn(server)();
      const stream = new OpenStream().write(`id: e${gets}\ndata:\n\n`);
      stream.end();
      return stream.response;
    });
    const call = connected(server).callTool('t');
    await until(() => server.seenAt('tools/call').length === 1);
    await turns();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await call).toMatchObject(DONE);
    const positions = server.seenAt('GET').map(({ headers }) => headers.get('last-event-id'));
    expect(positions).toEqual(['e0', 'e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7', 'e8']);
  });

  it('L20 is taken up ever more slowly where nothing comes, whatever the server wants', async () => {
    const server = serverWith((stream) => stream.write('id: e0\nretry: 0\ndata:\n\n').end());
    server.on('GET', () => {
      const stream = new OpenStream().write('id: e0\nretry: 0\ndata:\n\n');
      stream.end();
      return stream.response;
    });
    const abort = new AbortController();
    const call = failure(connected(server).callTool('t', {}, { signal: abort.signal }));
    await until(() => server.seenAt('tools/call').length === 1);
    await turns();
    await vi.advanceTimersByTimeAsync(60_000);
    abort.abort();
    await call;
    expect(server.seenAt('GET').length).toBeGreaterThan(50);
    expect(server.seenAt('GET').length).toBeLessThan(75);
  });

  it.each([400, 404, 405])('L20 is lost where the server answers %s', async (status) => {
    const server = serverWith((stream) => stream.write('id: e1\nretry: 30\ndata:\n\n').end());
    server.on('GET', () => failed(status));
    const error = failure(connected(server).callTool('t'));
    await until(() => server.seenAt('tools/call').length === 1);
    await turns();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await error).toMatchObject({ code: 'transport_failed' });
    expect(server.seenAt('GET')).toHaveLength(1);
    expect(server.seenAt('tools/call')).toHaveLength(1);
  });

  it('L20 without ids fails, and the call is never sent again', async () => {
    const server = serverWith((stream) => {
      stream.send({ method: 'notifications/message', params: {} }).end();
    });
    expect(await failure(connected(server).callTool('t'))).toMatchObject({
      code: 'transport_failed',
    });
    expect(server.methods.filter((method) => method === 'tools/call' || method === 'GET')).toEqual([
      'tools/call',
    ]);
  });

  it('L20 is not taken up for a caller who has gone', async () => {
    const server = serverWith((stream) => stream.write('id: e1\nretry: 30\ndata:\n\n').end());
    const abort = new AbortController();
    const error = failure(connected(server).callTool('t', {}, { signal: abort.signal }));
    await until(() => server.seenAt('tools/call').length === 1);
    await turns();
    abort.abort();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await error).toMatchObject({ code: 'cancelled' });
    expect(server.seenAt('GET')).toHaveLength(0);
  });
});

describe('hostile streams of old servers', () => {
  it('L20 a message that is no message ends the call', async () => {
    const server = serverWith((stream) => void stream.write('data: {"a":1}\n\n'));
    expect(await failure(connected(server).callTool('t'))).toMatchObject({
      code: 'invalid_response',
    });
  });

  it('L20 a message that is too large ends the call', async () => {
    const server = serverWith((stream) => void stream.write(`data: ${'x'.repeat(2_000)}\n`));
    const http = { fetch: server.fetch, maxMessageBytes: 1_000 };
    const client = server.connect({ legacy: 'always', http });
    expect(await failure(client.callTool('t'))).toMatchObject({ code: 'invalid_response' });
  });

  it('L20 a response to another request is none', async () => {
    const server = new ScriptedOldServer().on('tools/call', () =>
      json({ id: 'another', result: DONE }),
    );
    expect(await failure(connected(server).callTool('t'))).toMatchObject({
      code: 'invalid_response',
    });
  });
});
