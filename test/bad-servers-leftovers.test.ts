/** What is left when a call has ended, however it has: nothing. */
import { getEventListeners } from 'node:events';
import { fileURLToPath } from 'node:url';
import { relative } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallOptions } from '../src/client/index.ts';
import {
  DONE,
  type Scripted,
  ScriptedServer,
  asking,
} from '../src/client/test-support/scripted.ts';
import { client, failure } from './support/bad-calls.ts';
import { done, event, progress, refusal, reply, send, stream } from './support/bad-messages.ts';
import { BadServer, BadServers, type Exchange } from './support/bad-server.ts';
import { Program } from './support/program.ts';

const servers = new BadServers();
const programs: Program[] = [];
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.kill()));
  await servers.close();
});

async function serving(behave: (exchange: Exchange) => void): Promise<string> {
  return servers.add(await BadServer.serving(behave)).url;
}

const CALLER = relative(
  fileURLToPath(new URL('..', import.meta.url)),
  fileURLToPath(new URL('./support/bad-caller.ts', import.meta.url)),
);

/** Runs calls in a process of their own, and resolves with what came of each once it has ended. */
async function inItsOwnProcess(timeout: number, urls: string[]): Promise<string[]> {
  const program = new Program(CALLER, [String(timeout), ...urls]);
  programs.push(program);
  await program.ended();
  expect(program.errors).toBe('');
  const lines = program.output.trim().split('\n');
  expect(lines.pop()).toBe('Done.');
  return lines;
}

/** What keeps its connection open, and what the client makes of it. */
const ENDLESS: [unknown, (exchange: Exchange) => void][] = [
  ['none', ({ message, response }) => stream(response, event(done(message)))],
  [-7, ({ message, response }) => stream(response, event(refusal(message, -7)))],
  ['invalid_response', ({ response }) => stream(response, event('{'))],
  ['invalid_response', ({ response }) => stream(response, event(reply(9, { method: 'm' })))],
  [
    'invalid_response',
    ({ response }) => void response.writeHead(200, { 'content-type': 'text/html' }).write('<'),
  ],
  [
    'invalid_response',
    ({ response }) => void response.writeHead(307, { location: '/elsewhere' }).write('<'),
  ],
  [
    'transport_failed',
    ({ response }) => void response.writeHead(503, { 'content-type': 'text/html' }).write('<'),
  ],
];

describe('a process whose calls have ended', () => {
  it('ends, though the servers go on and its deadlines are far away', async () => {
    const urls = await Promise.all(ENDLESS.map(([, behave]) => serving(behave)));
    const expected = ENDLESS.map(([code]) => String(code));
    expect(await inItsOwnProcess(3_600_000, urls)).toEqual(expected);
  });

  it('ends, though its servers were given up', async () => {
    const silent = await serving(() => {});
    const trickling = await serving(({ message, response }) => {
      stream(response, event(progress(message, 1)));
    });
    expect(await inItsOwnProcess(200, [silent, trickling])).toEqual(['timeout', 'timeout']);
  });

  it('ends, though its connections were broken', async () => {
    const reset = await serving(({ response }) => response.socket!.resetAndDestroy());
    const cut = await serving(({ message, response }) => {
      stream(response, event(progress(message, 1)));
      setImmediate(() => response.socket?.resetAndDestroy());
    });
    const gone = servers.add(await BadServer.raw(() => {}));
    const { url } = gone;
    await servers.forget(gone);
    const codes = await inItsOwnProcess(3_600_000, [reset, cut, url]);
    expect(codes).toEqual(['transport_failed', 'transport_failed', 'transport_failed']);
  });
});

describe('a signal that outlives its calls', () => {
  const scripts: [string, Scripted[]][] = [
    ['ended well', [DONE]],
    ['asked', [asking(['a', 'b'], 's'), asking(['c']), DONE]],
    ['moved on', [asking([], 's'), DONE]],
    ['failed', [{ error: { code: -1, message: 'No.' } }]],
    ['were invalid', [{ result: { resultType: 'x' } }]],
    ['asked and failed', [asking(['a']), { error: { code: -1, message: 'No.' } }]],
    ['were given up', [() => new Promise(() => {})]],
  ];
  const onElicit = () => ({ action: 'accept' as const, content: {} });

  const calls = async (script: Scripted[], options: CallOptions): Promise<void> => {
    for (let i = 0; i < 5; i++) {
      const server = new ScriptedServer(...script);
      await failure(client(server, { onElicit }).callTool('t', {}, { timeout: 50, ...options }));
    }
  };

  it.each(scripts)('has no listeners of calls that %s', async (_how, script) => {
    const { signal } = new AbortController();
    await calls(script, { signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('has none of calls over HTTP, however they ended', async () => {
    const { signal } = new AbortController();
    for (const [, behave] of ENDLESS) {
      const url = await serving(behave);
      for (let i = 0; i < 3; i++) await failure(client(url).callTool('t', {}, { signal }));
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('has none of a subscription that was closed, refused, or never acknowledged', async () => {
    const { signal } = new AbortController();
    const refused: Scripted = { error: { code: -1, message: 'No.' } };
    for (const script of [refused, DONE]) {
      const listening = client(new ScriptedServer(script)).listen({}, { signal });
      expect(await failure(listening)).not.toHaveProperty('name', 'none');
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('that has fired ends what is under way, and everything that comes', async () => {
    const abort = new AbortController();
    const url = await serving(({ message, response }) =>
      stream(response, event(progress(message, 1))),
    );
    const running = Array.from({ length: 5 }, () =>
      failure(client(url).callTool('t', {}, { signal: abort.signal })),
    );
    abort.abort(new Error('enough'));
    for (const error of await Promise.all(running)) {
      expect(error).toMatchObject({ code: 'cancelled', cause: { message: 'enough' } });
    }
    const late = await failure(client(url).callTool('t', {}, { signal: abort.signal }));
    expect(late).toMatchObject({ code: 'cancelled' });
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });

  it('holds nothing of rounds that asked', async () => {
    const { signal } = new AbortController();
    await calls([asking(['a'], 's'), asking(['a'], 's'), DONE], { signal });
    const dependants = Object.getOwnPropertySymbols(signal)
      .filter((symbol) => symbol.description === 'kDependantSignals')
      .flatMap((symbol) => [...((signal as never)[symbol] as Set<unknown>)]);
    expect(dependants).toEqual([]);
  });
});

describe('HC-10 a call that is called off', () => {
  it('closes its connection, and sends nothing about it', async () => {
    const abort = new AbortController();
    const server = await BadServer.serving(({ message, response }) =>
      stream(response, event(progress(message, 1))),
    );
    servers.add(server);
    const onProgress = (): void => abort.abort();
    const options = { signal: abort.signal, onProgress };
    expect(await failure(client(server.url).callTool('t', {}, options))).toMatchObject({
      code: 'cancelled',
    });
    await server.deserted();
    expect(server.received.map(({ method }) => method)).toEqual(['tools/call']);
  });

  it('leaves calls beside it alone', async () => {
    const abort = new AbortController();
    const url = await serving(({ message, response }) => {
      if (message.params!['name'] === 'slow') return stream(response, event(progress(message, 1)));
      return send(response, done(message));
    });
    const one = client(url);
    const onProgress = (): void => abort.abort();
    const slow = failure(one.callTool('slow', {}, { signal: abort.signal, onProgress }));
    expect(await one.callTool('quick')).toHaveProperty('content');
    expect(await slow).toMatchObject({ code: 'cancelled' });
    expect(await one.callTool('quick')).toHaveProperty('content');
  });
});
