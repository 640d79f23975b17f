import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { NodeSender } from './node-send.ts';
import type { HttpRequest, HttpResponse } from './send.ts';

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** What sends to a server of its own. */
async function opened(serve: Serve) {
  const server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp?a=b`;
  const sender = NodeSender.for(new URL(url))!;
  onTestFinished(() => {
    sender.close();
    server.closeAllConnections();
    server.close();
  });
  const send = (
    request: Partial<HttpRequest> = {},
    signal = new AbortController().signal,
  ): Promise<HttpResponse> =>
    sender.send({ method: 'POST', url, headers: {}, body: '{}', ...request }, signal);
  return { send, sender, server, sockets, url };
}

/** It is longer than its beginning, also when it is packed. */
const BODY = Array.from({ length: 1_000 }, (_, n) => n).join(' ');

async function bytesOf(response: HttpResponse): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.chunks()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function textOf(response: HttpResponse): Promise<string> {
  return (await bytesOf(response)).toString();
}

afterEach(() => void vi.unstubAllGlobals());

describe('a sender over node:http', () => {
  it('sends the request, with the length of its body in bytes', async () => {
    const { send, sender, url } = await opened(async (request, response) => {
      const body = (await request.toArray()).join('');
      response.end(JSON.stringify([request.method, request.url, request.headers, body]));
    });
    const sent = await textOf(await send({ headers: { 'X-Own': 'a' }, body: '"é"' }));
    const headers = { 'accept-encoding': 'gzip, br', 'x-own': 'a', 'content-length': '4' };
    expect(JSON.parse(sent)).toEqual(['POST', '/mcp?a=b', expect.objectContaining(headers), '"é"']);
    const bare = { method: 'GET', url, headers: {} } as const;
    const asked = await textOf(await sender.send(bare, new AbortController().signal));
    const expected = [
      'GET',
      '/mcp?a=b',
      expect.not.objectContaining({ 'content-length': '0' }),
      '',
    ];
    expect(JSON.parse(asked)).toEqual(expected);
  });

  it('has the head of the response, and the address it came from', async () => {
    const { send } = await opened((_request, response) => {
      response.setHeader('Set-Cookie', ['a=1', 'b=2']);
      response.writeHead(418, 'Tea', { 'X-One': 'one' }).end();
    });
    const response = await send();
    expect([response.status, response.statusText]).toEqual([418, 'Tea']);
    const names = ['x-one', 'X-One', 'set-cookie', 'x-none'];
    const values = names.map((name) => response.headers.get(name));
    expect(values).toEqual(['one', 'one', 'a=1, b=2', null]);
    expect(response.address).toBe('127.0.0.1');
    response.discard();
  });

  it('does not say where a server is that is behind a proxy', async () => {
    const { url } = await opened((request, response) => response.end(request.url));
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    vi.stubEnv('NO_PROXY', '127.0.0.1');
    onTestFinished(() => void vi.unstubAllEnvs());
    const proxied = NodeSender.for(new URL(url))!;
    onTestFinished(() => proxied.close());
    const request = { method: 'GET', url, headers: {} } as const;
    const response = await proxied.send(request, new AbortController().signal);
    expect(response.address).toBeUndefined();
    response.discard();
  });

  it('uses a connection again', async () => {
    const { send, sockets } = await opened((_request, response) => response.end('done'));
    for (let i = 0; i < 3; i++) expect(await textOf(await send())).toBe('done');
    expect(sockets).toHaveLength(1);
  });

  it('leaves no connection open once it is closed', async () => {
    const { send, sender, sockets } = await opened((_request, response) => response.end('done'));
    await textOf(await send());
    const closed = once(sockets[0]!, 'close');
    sender.close();
    await closed;
  });

  it('rejects with the reason of what aborts it, before a response and in it', async () => {
    const { send } = await opened((request, response) => {
      if (request.method === 'POST') response.write('begun');
    });
    for (const method of ['GET', 'POST'] as const) {
      const controller = new AbortController();
      const why = new Error(`enough of ${method}`);
      const reading = send({ method }, controller.signal).then(textOf);
      setTimeout(() => controller.abort(why), 20);
      await expect(reading).rejects.toBe(why);
    }
  });

  it('rejects with what is wrong with the connection', async () => {
    const { send, server } = await opened((request) => request.socket.destroy());
    await expect(send()).rejects.toMatchObject({ code: 'ECONNRESET' });
    server.close();
    await expect(send()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('speaks TLS where the URL says so', async () => {
    const { url } = await opened(() => {});
    const secure = url.replace('http:', 'https:');
    const sender = NodeSender.for(new URL(secure))!;
    onTestFinished(() => sender.close());
    const request = { method: 'GET', url: secure, headers: {} } as const;
    const failing = sender.send(request, new AbortController().signal);
    await expect(failing).rejects.toMatchObject({ code: expect.stringMatching(/SSL|EPROTO/) });
  });

  it.each(['identity', 'gzip', 'br'])('fails where a body is cut off: %s', async (encoding) => {
    const packed = { gzip: gzipSync(BODY), br: brotliCompressSync(BODY) };
    const bytes = packed[encoding as 'gzip'] ?? Buffer.from(BODY);
    const { send } = await opened((request, response) => {
      response.setHeader('Content-Encoding', encoding);
      response.write(bytes.subarray(0, 20), () => request.socket.destroy());
    });
    await expect(send().then(textOf)).rejects.toThrow('aborted');
  });

  it.each([
    ['100 Continue', (socket: Socket) => socket.write('HTTP/1.1 100 Continue\r\n\r\n'), '100'],
    [
      '101 Switching Protocols',
      (socket: Socket) =>
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
        ),
      'switched protocols',
    ],
  ])('takes no %s that nobody asked for, and closes', async (_, answer, why) => {
    const { send, sockets } = await opened((request) => void answer(request.socket));
    await expect(send()).rejects.toThrow(why);
    await vi.waitUntil(() => sockets[0]!.destroyed);
  });

  it.each<[string | undefined, (text: string) => Buffer]>([
    [undefined, Buffer.from],
    ['', Buffer.from],
    ['identity', Buffer.from],
    [' GZIP ', gzipSync],
    ['x-gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('unpacks a body that is encoded as %s', async (encoding, pack) => {
    const text = 'a text '.repeat(1_000);
    const { send } = await opened((_request, response) => {
      if (encoding !== undefined) response.setHeader('Content-Encoding', encoding);
      response.end(pack(text));
    });
    expect(await textOf(await send())).toBe(text);
  });

  it('refuses an encoding that was not asked for, by its first letters', async () => {
    const { send, sockets } = await opened((_request, response) => {
      response.setHeader('Content-Encoding', `deflate${'x'.repeat(100)}`);
      response.write('text');
    });
    const why = `it is encoded as deflate${'x'.repeat(33)}, which was not asked for`;
    await expect(send().then(textOf)).rejects.toThrow(new Error(why));
    await vi.waitUntil(() => sockets[0]!.destroyed);
  });

  it('closes the connection of a response that is not read to its end', async () => {
    const { send, sockets } = await opened((_request, response) => response.write('begun'));
    (await send()).discard();
    await vi.waitUntil(() => sockets[0]!.destroyed);
    for await (const _ of (await send()).chunks()) break;
    await vi.waitUntil(() => sockets[1]!.destroyed);
  });

  it('does not end the process by a response that fails and is not read', async () => {
    const { send, sockets } = await opened((_request, response) => response.write('begun'));
    await send();
    sockets[0]!.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it.each(['bun', 'deno'])('is not there in %s, nor without Node', (name) => {
    const url = new URL('https://mcp.example');
    expect(NodeSender.for(url)).toBeInstanceOf(NodeSender);
    vi.stubGlobal('process', { versions: { node: '20', [name]: '1' } });
    expect(NodeSender.for(url)).toBeUndefined();
    vi.stubGlobal('process', { versions: { node: '20' } });
    expect(NodeSender.for(url)).toBeUndefined();
    vi.stubGlobal('process', undefined);
    expect(NodeSender.for(url)).toBeUndefined();
  });
});
