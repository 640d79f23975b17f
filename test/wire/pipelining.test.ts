/** Requests behind others on one connection: node tells their responses little about its end. */
import { type Socket, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Serving, serve } from '../../src/http/node/serve.ts';
import type { ServerOptions } from '../../src/server/options.ts';
import { McpServer } from '../../src/server/server.ts';
import { silent } from '../support/logger.ts';
import { type Message, type RequestMessage, call, request } from '../support/messages.ts';
import { rawHead } from '../support/raw-head.ts';
import { until } from '../support/until.ts';
import { headersFor } from '../support/wires.ts';

let serving: Serving;
/** Requests that have reached the server. */
let arrived = 0;
let running = 0;
let aborted = 0;

afterEach(() => serving.close());

async function open(options: ServerOptions): Promise<void> {
  [arrived, running, aborted] = [0, 0, 0];
  const server = new McpServer({ name: 's', version: '1' }, { logger: silent, ...options });
  server.registerTool('fast', {}, () => 'ok');
  server.registerTool('hang', {}, (ctx) => {
    running++;
    return new Promise((resolve) => {
      ctx.signal.addEventListener('abort', () => resolve(String(++aborted)));
    });
  });
  const dispatch = server.dispatch.bind(server);
  server.dispatch = (message, exchange) => {
    arrived++;
    return dispatch(message, exchange);
  };
  serving = await serve(server, { port: 0, signals: false, grace: 600_000 });
}

function listen(id: string): RequestMessage {
  return { ...request('subscriptions/listen', { notifications: { toolsListChanged: true } }), id };
}

/** Sends messages on one connection, each once the server has the one before. */
async function pipeline(...messages: readonly Message[]): Promise<Socket> {
  const socket = connect(serving.port, '127.0.0.1');
  socket.on('error', () => {});
  for (const message of messages) {
    const before = arrived;
    socket.write(rawHead(message, serving.port) + JSON.stringify(message));
    await until(() => arrived > before);
  }
  return socket;
}

/** Resolves once the server has noticed: it cancels what hangs. */
async function drop(socket: Socket): Promise<void> {
  socket.destroy();
  await until(() => aborted === running);
}

async function send(message: Message): Promise<{ status: number; type: string | null }> {
  const abort = new AbortController();
  const { status, headers } = await fetch(serving.url, {
    method: 'POST',
    headers: headersFor(message),
    body: JSON.stringify(message),
    signal: abort.signal,
  });
  abort.abort();
  return { status, type: headers.get('content-type') };
}

describe('a connection that is lost with requests waiting on it', () => {
  it('pipelined requests on a lost connection do not count any more, and do not delay closing', async () => {
    await open({ http: { maxConcurrentRequests: 2 } });
    for (let i = 0; i < 3; i++) {
      await drop(await pipeline(listen('l'), call('fast'), call('hang')));
    }
    expect({ running, aborted }).toEqual({ running: 3, aborted: 3 });
    expect((await send(call('fast'))).status).toBe(200);
    await serving.close();
  });

  it('listen streams pipelined on a lost connection end', async () => {
    await open({ limits: { listenStreams: 2 } });
    for (let i = 0; i < 2; i++) await drop(await pipeline(listen('a'), listen('b'), call('hang')));
    await drop(await pipeline(call('hang'), listen('c')));
    expect((await send(listen('d'))).type).toBe('text/event-stream');
  });

  it('many pipelined requests on one connection make no warning', async () => {
    await open({});
    const warnings: Error[] = [];
    const keep = (warning: Error): void => void warnings.push(warning);
    process.on('warning', keep);
    await drop(await pipeline(listen('l'), ...Array.from({ length: 30 }, () => call('hang'))));
    process.off('warning', keep);
    expect(warnings).toEqual([]);
    expect({ running, aborted }).toEqual({ running: 30, aborted: 30 });
  });
});

describe('a connection that stays', () => {
  it('pipelined requests are answered in order, once each', async () => {
    await open({ http: { maxConcurrentRequests: 3 } });
    const ids = Array.from({ length: 9 }, (_, i) => `r${i}`);
    for (let at = 0; at < 9; at += 3) {
      const some = ids.slice(at, at + 3);
      const socket = await pipeline(...some.map((id) => ({ ...call('fast'), id })));
      let got = '';
      socket.on('data', (chunk: Buffer) => (got += chunk.toString()));
      await until(() => got.includes(`"${some[2]}"`));
      expect(got.match(/r\d/g)).toEqual(some);
      socket.destroy();
    }
  });
});
