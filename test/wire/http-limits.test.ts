/** Limits over HTTP: how many bytes are served at once, and how long a client hears nothing. */
import { connect } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { serve } from '../../src/http/node/serve.ts';
import type { Context } from '../../src/server/flows/context.ts';
import { McpServer } from '../../src/server/server.ts';
import { overWires } from '../support/each-wire.ts';
import { call, request, textOf } from '../support/messages.ts';
import { turns, until } from '../support/until.ts';
import { HTTP_WIRES, headersFor } from '../support/wires.ts';

function greeting(server: McpServer): void {
  server.registerTool('greet', {}, () => 'hello');
}

overWires('bytes in flight', HTTP_WIRES, ({ open }) => {
  it('SE-1 more bytes than may be in flight get 503, and are free again after their call', async () => {
    let release!: () => void;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let running = 0;
    const { send } = await open(
      (server) => {
        greeting(server);
        server.registerTool('wait', { inputSchema: { type: 'object' } }, async () => {
          running++;
          await gate;
          return 'done';
        });
      },
      { http: { maxBodyBytes: 40_000, maxBytesInFlight: 100_000 } },
    );
    const large = () => call('wait', { text: 'x'.repeat(35_000) });
    const waiting = [send(large()), send(large())];
    await until(() => running === 2);
    const busy = await send(large());
    expect(busy.status).toBe(503);
    expect(busy.headers!['retry-after']).toBe('1');
    expect((await send(call('greet'))).status).toBe(200);
    release();
    for (const { response } of await Promise.all(waiting)) expect(textOf(response)).toBe('done');
    for (let i = 0; i < 9; i++) expect((await send(large())).status).toBe(200);
  });

  it('SE-1 a compressed body is refused as such', async () => {
    const { send } = await open(greeting);
    for (const encoding of ['gzip', 'br', 'GZIP', 'gzip, identity']) {
      const headers = { 'content-encoding': encoding };
      const { status, headers: sent, response } = await send(call('greet'), { headers });
      expect(status).toBe(415);
      expect(sent).toMatchObject({ 'accept-encoding': 'identity' });
      expect(response.error?.message).toContain('Content-Encoding');
    }
    const headers = { 'content-encoding': 'identity' };
    expect((await send(call('greet'), { headers })).status).toBe(200);
  });
});

overWires('calls that take long', HTTP_WIRES, ({ open }) => {
  /** A tool that waits for `release`. */
  const waiting = (end: (ctx: Context) => unknown) => {
    let release!: () => void;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const setUp = (server: McpServer): void => {
      greeting(server);
      server.registerTool('wait', {}, async (ctx) => {
        await gate;
        return String(await end(ctx));
      });
    };
    return { setUp, release };
  };

  it('HS-6 HS-13 a call that is not answered soon gets the head of a stream, if it may', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { setUp, release } = waiting(() => 'done');
      const { send } = await open(setUp, { http: { openStreamAfter: 5_000 } });
      const timers = vi.getTimerCount();
      const streamed = send(call('wait'));
      const jsonOnly = send(call('wait'), { headers: { accept: 'application/json' } });
      await until(() => vi.getTimerCount() > timers);
      await turns(50);
      vi.advanceTimersByTime(5_000);
      await turns();
      release();
      const answer = await streamed;
      expect(answer.headers!['content-type']).toBe('text/event-stream');
      expect(answer.messages).toHaveLength(1);
      expect(textOf(answer.response)).toBe('done');
      expect((await jsonOnly).headers!['content-type']).toBe('application/json');
      const quick = await send(call('greet'));
      expect(quick.headers!['content-type']).toBe('application/json');
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    [0, 400],
    [5_000, 200],
  ])('T16 a capability missing after %d ms has status %d', async (ms, status) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { setUp, release } = waiting((ctx) => ctx.listRoots());
      const { send } = await open(setUp, { http: { openStreamAfter: 5_000 } });
      const timers = vi.getTimerCount();
      const capabilities = { 'io.modelcontextprotocol/clientCapabilities': {} };
      const answer = send(request('tools/call', { name: 'wait' }, capabilities));
      await until(() => vi.getTimerCount() > timers);
      await turns(50);
      vi.advanceTimersByTime(ms);
      release();
      const { status: sent, response } = await answer;
      expect(sent).toBe(status);
      expect(response.error?.code).toBe(-32021);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a client that is refused while it still sends', () => {
  it.each([
    ['its body is too large', {}, '/mcp', 413, 2_000],
    ['its body will be too large', {}, '/mcp', 413, 0],
    ['its page may not call', { origin: 'https://evil.example' }, '/mcp', 403, 2_000],
    ['nothing is there', {}, '/nowhere', 404, 2_000],
  ])(
    'reads the answer, and is not cut off before it has sent all: %s',
    async (_, more, path, status, first) => {
      const server = new McpServer({ name: 's', version: '1' }, { http: { maxBodyBytes: 1_000 } });
      const serving = await serve(server, { port: 0, signals: false });
      const socket = connect(serving.port, '127.0.0.1');
      let [text, isEnded] = ['', false];
      socket.on('data', (chunk) => (text += String(chunk)));
      socket.on('end', () => (isEnded = true));
      try {
        const headers = { ...headersFor(call('x')), host: `127.0.0.1:${serving.port}`, ...more };
        const lines = Object.entries({ ...headers, 'content-length': '5000' });
        const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
        socket.write(`POST ${path} HTTP/1.1\r\n${head}\r\n${' '.repeat(first)}`);
        await until(() => text.endsWith('}'));
        expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
        await turns(20);
        expect(isEnded).toBe(false);
        socket.write(' '.repeat(5_000 - first));
        await until(() => isEnded);
      } finally {
        socket.destroy();
        await serving.close();
      }
    },
  );
});
