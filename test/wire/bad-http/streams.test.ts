/** Streams that break off, stall, trickle, flood, or go on after their response. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SOON, client, failure } from '../../support/bad-servers/calls.ts';
import {
  done,
  event,
  flood,
  notice,
  progress,
  refusal,
  reply,
  send,
  stream,
} from '../../support/bad-servers/messages.ts';
import { type Exchange, badServers } from '../../support/bad-servers/server.ts';

const { serving } = badServers();
afterEach(() => void vi.useRealTimers());

describe('a stream that ends too soon', () => {
  const type = 'text/event-stream';

  it.each([
    ['at once', () => ''],
    ['after a comment', () => ': here I am\n\n'],
    ['in the middle of an event', (text: string) => event(text).slice(0, -20)],
    ['before the line that ends its event', (text: string) => event(text).slice(0, -1)],
    [
      'after progress',
      (text: string) => event(notice('notifications/progress')) + text.slice(0, 0),
    ],
  ])('a stream that ends %s is an invalid response', async (_when, body) => {
    const { url } = await serving(({ message, response }) =>
      send(response, body(done(message)), { type }),
    );
    const error = await failure(client(url).callTool('t'));
    expect(error).toMatchObject({ name: 'InvalidResponseError', code: 'invalid_response' });
    expect(error.message).toContain('it ended its stream without a response');
  });

  it('HC-9 a call whose stream broke may be repeated: under a new id, and without Last-Event-ID', async () => {
    let times = 0;
    const ids: unknown[] = [];
    const { url } = await serving(({ message, request, response }) => {
      ids.push(message.id);
      expect(request.headers).not.toHaveProperty('last-event-id');
      const body = ++times === 1 ? 'id: 7\ndata:\n\n' : event(done(message));
      send(response, body, { type });
    });
    const caller = client(url);
    expect(await failure(caller.callTool('t'))).toMatchObject({ code: 'invalid_response' });
    await caller.callTool('t');
    expect(new Set(ids).size).toBe(2);
  });
});

describe('a server that takes its time', () => {
  it.each([
    ['never answers', () => {}],
    ['sends a head and nothing more', ({ response }: Exchange) => stream(response)],
    ['begins a message and stops', ({ response }: Exchange) => stream(response, 'data: {"json')],
    [
      'begins JSON and stops',
      ({ response }: Exchange) => {
        response.writeHead(200, { 'content-type': 'application/json' }).write('{"jsonrpc"');
      },
    ],
  ])('PG-6 a server that %s times out', async (_what, behave) => {
    const { url } = await serving(behave);
    const error = await failure(client(url).callTool('t', {}, SOON));
    expect(error).toMatchObject({ name: 'TimeoutError', code: 'timeout' });
    expect(error.message).toBe('The server did not answer tools/call within 100 ms.');
  });

  it('PG-6 a server that only sends comments times out', async () => {
    const { url } = await serving(({ response }) => {
      stream(response);
      const ticking = setInterval(() => response.write(':\n\n'), 20);
      response.once('close', () => clearInterval(ticking));
    });
    expect(await failure(client(url).callTool('t', {}, SOON))).toMatchObject({ code: 'timeout' });
  });

  it('PG-6 a server that reports progress for ever times out in the end', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let report!: (value: number) => void;
    const { url } = await serving(({ message, response }) => {
      stream(response);
      report = (value) => void response.write(event(progress(message, value)));
      report(0);
    });
    const seen: number[] = [];
    const onProgress = (at: { progress: number }): void => {
      seen.push(at.progress);
      // Never silent for as long as the timeout, but longer than the hard limit in all.
      vi.advanceTimersByTime(80);
      report(at.progress + 1);
    };
    const error = await failure(client(url).callTool('t', {}, { ...SOON, onProgress }));
    expect(error).toMatchObject({ code: 'timeout' });
    expect(error.message).toContain('300 ms');
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  it('PG-6 a server that floods us with notifications times out in the end', async () => {
    const { url } = await serving(({ response }) => {
      stream(response);
      flood(response, event(notice('notifications/spare')).repeat(100));
    });
    expect(await failure(client(url).callTool('t', {}, SOON))).toMatchObject({ code: 'timeout' });
  });
});

describe('a message without an end', () => {
  const http = { maxMessageBytes: 1024 * 1024 };

  it.each([
    ['in one line', 'data: ', 'x'.repeat(65_536)],
    ['in many lines', '', 'data: x\n'.repeat(8_192)],
    ['in one line that is no data', 'spare: ', 'x'.repeat(65_536)],
  ])('an event without an end, %s, is an invalid response', async (_how, beginning, chunk) => {
    const { url } = await serving(({ response }) => {
      stream(response, beginning);
      flood(response, chunk);
    });
    const error = await failure(client(url, { http }).callTool('t'));
    expect(error).toMatchObject({ code: 'invalid_response' });
    expect(error.message).toContain('it sent a message of more than 1048576 bytes');
  });

  it.each(['{"jsonrpc":"2.0"', ' ', '\n'])(
    'a JSON body without an end, of %j, is an invalid response',
    async (chunk) => {
      const { url } = await serving(({ response }) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        flood(response, chunk.repeat(65_536 / chunk.length));
      });
      const error = await failure(client(url, { http }).callTool('t'));
      expect(error).toMatchObject({ code: 'invalid_response' });
      expect(error.message).toContain('it sent a message of more than 1048576 bytes');
    },
  );

  it('a message of more than 16 MiB is an invalid response by default', async () => {
    const { url } = await serving(({ message, response }) => {
      const result = { resultType: 'input_required', requestState: 's'.repeat(20 * 1024 * 1024) };
      send(response, reply(message.id, { result }));
    });
    const error = await failure(client(url).callTool('t'));
    expect(error).toMatchObject({ code: 'invalid_response' });
    expect(error.message).toContain('more than 16777216 bytes');
  });
});

describe('a stream that goes on after its response', () => {
  it('HS-12 a stream that goes on after its response is left', async () => {
    const told: unknown[] = [];
    const { url } = await serving(({ message, response }) => {
      const late = [progress(message, 9), refusal(message, -1), done(message), '{'];
      stream(response, [done(message), ...late].map(event).join(''));
      flood(response, event(progress(message, 10)).repeat(100));
    });
    const onProgress = (at: unknown): void => void told.push(at);
    expect(await client(url).callTool('t', {}, { onProgress })).toHaveProperty('content');
    expect(told).toEqual([]);
  });

  it('the first of two responses counts', async () => {
    const { url } = await serving(({ message, response }) => {
      stream(response, event(refusal(message, -7, 'First')) + event(done(message)));
    });
    expect(await failure(client(url).callTool('t'))).toMatchObject({ name: 'RpcError', code: -7 });
  });

  it('MS-1 a request of the server ends the call, also after notifications', async () => {
    const server = await serving(({ message, response }) => {
      const asks = reply('s1', { method: 'elicitation/create', params: {} });
      stream(response, event(progress(message, 1)) + event(asks) + event(done(message)));
    });
    const error = await failure(client(server.url).callTool('t'));
    expect(error).toMatchObject({ code: 'invalid_response' });
    expect(error.message).toContain("it sent a request, 'elicitation/create'");
    // And nobody answers it (HC-1).
    expect(server.received).toHaveLength(1);
  });
});

describe('notifications', () => {
  it('PG-1 progress of another request is not reported', async () => {
    const told: unknown[] = [];
    const { url } = await serving(({ message, response }) => {
      const { id } = message;
      const wrong = [`${id}`, Number(id) + 1, null, undefined].map((progressToken) =>
        notice('notifications/progress', { progressToken, progress: 1 }),
      );
      send(response, [...wrong, progress(message, 2), done(message)].map(event).join(''), {
        type: 'text/event-stream',
      });
    });
    await client(url).callTool('t', {}, { onProgress: (at) => void told.push(at.progress) });
    expect(told).toEqual([2]);
  });

  it('PG-1 progress that is not a number is not reported', async () => {
    const told: unknown[] = [];
    const { url } = await serving(({ message, response }) => {
      const all = ['1', null, {}, [], true].map((value) => progress(message, value));
      send(response, [...all, done(message)].map(event).join(''), { type: 'text/event-stream' });
    });
    await client(url).callTool('t', {}, { onProgress: (at) => void told.push(at.progress) });
    expect(told).toEqual([]);
  });
});
