/** Connections that break, at any time, and servers that do not speak HTTP. */
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { CallOptions, ClientOptions } from '../../../src/client/index.ts';
import type { JsonRpcRequest } from '../../../src/protocol/types/jsonrpc.ts';
import { SOON, callsByFetch, client, failure } from '../../support/bad-servers/calls.ts';
import {
  done,
  event,
  flood,
  progress,
  refusal,
  reply,
  send,
  stream,
} from '../../support/bad-servers/messages.ts';
import { type Exchange, badServers } from '../../support/bad-servers/server.ts';

const { serving, listening, raw, gone } = badServers();

/** Big enough for no buffer on the way to hold it. */
const BIG = { text: 'x'.repeat(24 * 1024 * 1024) };

const head = (fields: string): string => `HTTP/1.1 200 OK\r\n${fields}\r\n`;
const JSON_HEAD = head('content-type: application/json\r\ntransfer-encoding: chunked\r\n');
const STREAM_HEAD = head('content-type: text/event-stream\r\ntransfer-encoding: chunked\r\n');

describe('a connection', () => {
  const onRequest = (act: (socket: Socket) => unknown) => (socket: Socket) =>
    void socket.once('data', () => act(socket));
  const after = (text: string) =>
    onRequest((socket) => socket.write(text, () => setImmediate(() => socket.resetAndDestroy())));

  it.each([
    ['is reset when it is made', (socket: Socket) => socket.resetAndDestroy()],
    ['is reset instead of an answer', onRequest((socket) => socket.resetAndDestroy())],
    ['is ended instead of an answer', onRequest((socket) => socket.end())],
    ['is reset in the status line', after('HTTP/1.1 20')],
    ['is reset between headers', after('HTTP/1.1 200 OK\r\ncontent-ty')],
    ['is reset before JSON', after(JSON_HEAD)],
    ['is reset within JSON', after(`${JSON_HEAD}3\r\n{"j\r\n`)],
    ['is reset within a chunk', after(`${JSON_HEAD}ff\r\n{"j`)],
    ['is reset before the first event', after(STREAM_HEAD)],
    ['is reset within an event', after(`${STREAM_HEAD}7\r\ndata: {\r\n`)],
    [
      'is ended before the length it promised',
      onRequest((socket) =>
        socket.end(`${head('content-type: application/json\r\ncontent-length: 99\r\n')}{"json`),
      ),
    ],
  ])('a connection that %s is a failure', async (_when, behave) => {
    const { url } = await raw(behave);
    const error = await failure(client(url).callTool('t'));
    expect(error).toMatchObject({ name: 'RondoError', code: 'transport_failed' });
    expect(error.message).toMatch(/^http:\S+ (could not be reached|broke off its response): /);
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('a connection that is reset after progress is a failure, and the progress was reported', async () => {
    let told = 0;
    const server = await serving(({ message, response }) => {
      stream(response, event(progress(message, 1)));
      broken.once(() => response.socket!.resetAndDestroy());
    });
    const broken = new Gate();
    const onProgress = (): void => {
      told++;
      broken.open();
    };
    const error = await failure(client(server.url).callTool('t', {}, { onProgress }));
    expect(error).toMatchObject({ code: 'transport_failed' });
    expect(error.message).toContain('broke off its response');
    expect(told).toBe(1);
  });

  it('a connection that is ended whenever it is made is a failure in the end', async () => {
    // The platform's fetch takes it for a stale one, and makes another.
    const { url } = await raw((socket) => socket.end());
    const error = await failure(client(url).callTool('t', {}, SOON));
    expect(['transport_failed', 'timeout']).toContain(error.code);
  });

  it('a connection that is refused is a failure', async () => {
    const url = await gone();
    const error = await failure(client(url).callTool('t'));
    expect(error).toMatchObject({ code: 'transport_failed' });
    expect(error.message).toContain(`${url} could not be reached: `);
    expect(error.message).toContain('ECONNREFUSED');
  });
});

describe('a connection that is kept', () => {
  const answer = (text: string): string =>
    `${head(`content-type: application/json\r\ncontent-length: ${text.length}\r\n`)}${text}`;

  it('a kept connection on which the server sends more is not used for another call', async () => {
    const { url } = await raw((socket) =>
      socket.on('data', (bytes) => {
        const body = String(bytes).split('\r\n\r\n')[1];
        if (!body) return;
        const message = JSON.parse(body) as JsonRpcRequest;
        const { id } = message;
        const content = [{ type: 'text', text: 'what nobody asked for' }];
        const evil = reply(Number(id) + 1, { result: { content } });
        socket.write(answer(done(message)), () => setImmediate(() => socket.write(answer(evil))));
      }),
    );
    const one = client(url);
    for (let i = 0; i < 20; i++) {
      const { content } = await one.callTool('t').catch(() => ({ content: [] }));
      expect(JSON.stringify(content)).not.toContain('what nobody asked for');
    }
    await one.close();
  });

  it('a kept connection ends with its client', async () => {
    const server = await raw((socket) =>
      socket.on('data', (bytes) => {
        const body = String(bytes).split('\r\n\r\n')[1];
        if (body) socket.write(answer(done(JSON.parse(body) as JsonRpcRequest)));
      }),
    );
    const one = client(server.url);
    await Promise.all([one.callTool('t'), one.callTool('t')]);
    await one.close();
    // The platform's fetch keeps its connections for whoever comes next.
    if (callsByFetch()) server.hangUp();
    await server.deserted();
  });
});

/** Something that happens when it is told to. */
class Gate {
  #act: (() => void) | undefined;

  once(act: () => void): void {
    this.#act = act;
  }

  open(): void {
    this.#act?.();
  }
}

describe('a server that speaks HTTP badly, or not at all', () => {
  it.each([
    ['speaks something else', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['answers in bytes', '\u0000\u0001\u0002\u0003'.repeat(100)],
    ['names no length and no status', 'HTTP/1.1 \r\n\r\n'],
    ['continues instead of answering', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(3)],
    ['switches protocols', 'HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
    ['sends one huge header', head(`x: ${'y'.repeat(256 * 1024)}\r\n`)],
    ['contradicts itself', head('content-length: 1\r\ntransfer-encoding: chunked\r\n')],
  ])('a server that speaks bad HTTP and %s is a failure', async (_what, text) => {
    const { url } = await raw((socket) => socket.once('data', () => socket.write(text)));
    const error = await failure(client(url).callTool('t'));
    expect(error).toMatchObject({ name: 'RondoError', code: 'transport_failed' });
  });

  it('a server that sends headers without an end is a failure', async () => {
    const { url } = await raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      flood(socket, `x-spare: ${'y'.repeat(1_000)}\r\n`);
    });
    const error = await failure(client(url).callTool('t'));
    expect(error).toMatchObject({ code: 'transport_failed' });
  });

  it.each([
    ['header after header', 'HTTP/1.1 200 OK\r\n', 'x: y\r\n'],
    ['hint after hint', '', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
    ['byte after byte of JSON', JSON_HEAD, '1\r\n \r\n'],
  ])('PG-6 a server that trickles %s times out', async (_what, beginning, chunk) => {
    const { url } = await raw((socket) => {
      socket.write(beginning);
      const ticking = setInterval(() => socket.write(chunk), 20);
      socket.once('close', () => clearInterval(ticking));
    });
    expect(await failure(client(url).callTool('t', {}, SOON))).toMatchObject({ code: 'timeout' });
  });
});

describe('a server that does not read the request', () => {
  it('a server that answers without reading the request is understood', async () => {
    const server = await listening((_request, response) => {
      const error = { jsonrpc: '2.0', error: { code: -32600, message: 'Too large' } };
      send(response, JSON.stringify(error), { status: 413 });
    });
    const error = await failure(client(server.url).callTool('t', BIG));
    expect(error).toMatchObject({ name: 'RpcError', code: -32600 });
  });

  it('a server that answers without reading the request and breaks off is understood, or a failure', async () => {
    const server = await listening((_request, response) => {
      send(response, refusal({ id: 1 } as never, -32600), { status: 413 });
      response.once('finish', () => response.socket?.destroy());
    });
    const error = await failure(client(server.url).callTool('t', BIG));
    expect([-32600, 'transport_failed']).toContain(error.code);
  });

  it('PG-6 a server that does not read the request and does not answer times out', async () => {
    const connected: Socket[] = [];
    const { url } = await raw((socket) => {
      socket.pause();
      connected.push(socket);
    });
    const error = await failure(client(url).callTool('t', BIG, SOON));
    expect(error).toMatchObject({ code: 'timeout' });
    // A socket that is not read does not notice that its other end has gone.
    for (const socket of connected) socket.resume();
  });
});

describe('what the caller has given', () => {
  const answering = async ({ response }: Exchange): Promise<void> => send(response, '{}');
  const call = async (http: ClientOptions['http'], options: CallOptions): Promise<unknown> => {
    const server = await serving(answering);
    return failure(client(server.url, { http: http! }).callTool('t', {}, options));
  };

  it('PG-6 a headers function that never resolves does not hold a call beyond its deadline', async () => {
    const headers = (): Promise<Record<string, string>> => new Promise(() => {});
    expect(await call({ headers }, SOON)).toMatchObject({ code: 'timeout' });
  });

  it('PG-6 a fetch that ignores its signal does not hold a call beyond its deadline', async () => {
    const fetch = (): Promise<Response> => new Promise(() => {});
    expect(await call({ fetch }, SOON)).toMatchObject({ code: 'timeout' });
  });

  it('PG-6 a deadline of more than 24 days, or none, is no deadline at once', async () => {
    for (const timeout of [Infinity, 30 * 86_400_000]) {
      expect(await call({}, { timeout })).toMatchObject({ code: 'invalid_response' });
    }
  });
});
