/** What is left when a call has ended, however it has: nothing. */
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { CallOptions } from '../../../src/client/index.ts';
import {
  DONE,
  type Scripted,
  ScriptedServer,
  asking,
} from '../../../src/client/test-support/scripted.ts';
import { client, failure } from '../../support/bad-servers/calls.ts';
import { ENDLESS } from '../../support/bad-servers/endless.ts';
import { done, event, progress, send, stream } from '../../support/bad-servers/messages.ts';
import { badServers } from '../../support/bad-servers/server.ts';

const { serving } = badServers();

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

  it.each(scripts)('a signal has no listeners of calls that %s', async (_how, script) => {
    const { signal } = new AbortController();
    await calls(script, { signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('a signal has no listeners of calls over HTTP, however they ended', async () => {
    const { signal } = new AbortController();
    for (const [, behave] of ENDLESS) {
      const { url } = await serving(behave);
      for (let i = 0; i < 3; i++) await failure(client(url).callTool('t', {}, { signal }));
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('a signal has no listeners of a subscription that was closed, refused, or never acknowledged', async () => {
    const { signal } = new AbortController();
    const refused: Scripted = { error: { code: -1, message: 'No.' } };
    for (const script of [refused, DONE]) {
      const listening = client(new ScriptedServer(script)).listen({}, { signal });
      expect(await failure(listening)).not.toHaveProperty('name', 'none');
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('a signal that has fired cancels the calls that run, and every later one', async () => {
    const abort = new AbortController();
    const { url } = await serving(({ message, response }) =>
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

  it('a signal holds nothing of rounds that asked', async () => {
    const { signal } = new AbortController();
    await calls([asking(['a'], 's'), asking(['a'], 's'), DONE], { signal });
    const dependants = Object.getOwnPropertySymbols(signal)
      .filter((symbol) => symbol.description === 'kDependantSignals')
      .flatMap((symbol) => [...((signal as never)[symbol] as Set<unknown>)]);
    expect(dependants).toEqual([]);
  });
});

describe('a call that is cancelled', () => {
  it('HC-10 a cancelled call closes its connection, and sends nothing about it', async () => {
    const abort = new AbortController();
    const server = await serving(({ message, response }) =>
      stream(response, event(progress(message, 1))),
    );
    const onProgress = (): void => abort.abort();
    const options = { signal: abort.signal, onProgress };
    expect(await failure(client(server.url).callTool('t', {}, options))).toMatchObject({
      code: 'cancelled',
    });
    await server.deserted();
    expect(server.received.map(({ method }) => method)).toEqual(['tools/call']);
  });

  it('HC-10 a cancelled call does not touch the calls beside it', async () => {
    const abort = new AbortController();
    const { url } = await serving(({ message, response }) => {
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
