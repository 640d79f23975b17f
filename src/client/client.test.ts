import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RpcError } from '../protocol/rpc-error.ts';
import { Client } from './client.ts';
import { StateRefusedError } from './calls/errors.ts';
import type { ClientOptions } from './options.ts';
import type { FlowSnapshot } from './flows/snapshot.ts';
import { DONE, type Scripted, ScriptedServer, asking } from './test-support/scripted.ts';

const yes = { onElicit: () => ({ action: 'accept' as const, content: { ok: true } }) };

function client(server: ScriptedServer, options: Partial<ClientOptions> = yes): Client {
  return new Client(server, { name: 'c', version: '1', ...options });
}

async function failure(call: Promise<unknown>): Promise<Error & { code?: unknown }> {
  return call.then(
    () => new Error('it did not fail'),
    (error: Error) => error,
  );
}

describe('the loop', () => {
  it('MC-1 takes a result without a type for a complete one', async () => {
    const server = new ScriptedServer({ result: { content: [] } });
    expect(await client(server).callTool('t')).toEqual({ content: [] });
  });

  it('MC-2 takes a type it does not know for an invalid response', async () => {
    for (const resultType of ['task', 'Complete', '', 7, {}]) {
      const server = new ScriptedServer({ result: { resultType, content: [] } });
      expect(await failure(client(server).callTool('t'))).toMatchObject({
        code: 'invalid_response',
      });
    }
  });

  it('MC-3 MC-4 MC-5 MC-7 sends bare answers under the same keys, with the same params', async () => {
    const server = new ScriptedServer(asking(['a', 'b']), DONE);
    await client(server).callTool('t', { x: 1 });
    expect(server.params(0)).toEqual({ name: 't', arguments: { x: 1 } });
    expect(server.params(1)).toEqual({
      name: 't',
      arguments: { x: 1 },
      inputResponses: {
        a: { action: 'accept', content: { ok: true } },
        b: { action: 'accept', content: { ok: true } },
      },
    });
  });

  it('MC-6 T2 echoes the newest state to the byte, also an empty one', async () => {
    const strange = ' \u0000é"\\ =+/ ';
    const server = new ScriptedServer(
      asking(['a'], strange),
      asking(['b'], ''),
      asking(['c']),
      DONE,
    );
    await client(server).callTool('t');
    expect(server.params(1)['requestState']).toBe(strange);
    expect(server.params(2)['requestState']).toBe('');
    expect(server.params(3)).not.toHaveProperty('requestState');
    expect(Object.keys(server.params(3)['inputResponses']!)).toEqual(['c']);
  });

  it('MC-8 MC-11 T1 makes id and _meta anew for every attempt', async () => {
    const server = new ScriptedServer(asking(['a'], 's'), DONE);
    await client(server).callTool('t', {}, { onProgress: () => {}, meta: { 'a.b/c': 1 } });
    const [first, second] = server.requests;
    expect(first!.id).not.toBe(second!.id);
    for (const { id, params } of [first!, second!]) {
      expect(params!['_meta']).toEqual({
        'a.b/c': 1,
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': { name: 'c', version: '1' },
        'io.modelcontextprotocol/clientCapabilities': {
          elicitation: { form: {} },
          extensions: { 'io.modelcontextprotocol/tasks': {} },
        },
        progressToken: id,
      });
    }
  });

  it('MC-9 keeps answers and state inside their one flow', async () => {
    const server = new ScriptedServer(asking(['a'], 's'), DONE, DONE);
    const one = client(server);
    await one.callTool('t');
    await one.callTool('t');
    expect(server.params(2)).toEqual({ name: 't', arguments: {} });
  });

  it('MC-10 MC-14 sends again when there is state and nothing to answer', async () => {
    const server = new ScriptedServer(asking([], 's1'), asking([], 's2'), DONE);
    await client(server).callTool('t');
    expect(server.params(1)).toEqual({ name: 't', arguments: {}, requestState: 's1' });
    expect(server.params(2)['requestState']).toBe('s2');
  });

  it('MC-14 gives up after so many rounds', async () => {
    const server = new ScriptedServer(asking(['a'], 's'));
    const error = await failure(client(server, { ...yes, maxRounds: 3 }).callTool('t'));
    expect(error).toMatchObject({ code: 'too_many_rounds' });
    expect(server.requests).toHaveLength(3);
    const many = new ScriptedServer(asking(['a'], 's'));
    await failure(client(many).callTool('t'));
    expect(many.requests).toHaveLength(16);
  });

  it('MC-13 does not send again when the model or the roots fail', async () => {
    const sample = { method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } };
    const roots = { method: 'roots/list' };
    for (const [request, options] of [
      [sample, { onSample: () => Promise.reject(new Error('refused')) }],
      [roots, { roots: () => Promise.reject(new Error('refused')) }],
    ] as const) {
      const result = { resultType: 'input_required', inputRequests: { q: request } };
      const server = new ScriptedServer({ result }, DONE);
      expect(await failure(client(server, options).callTool('t'))).toMatchObject({
        message: 'refused',
      });
      expect(server.requests).toHaveLength(1);
    }
  });

  it('MC-15 takes what cannot be answered for an invalid response', async () => {
    const form = {
      mode: 'form',
      message: 'm',
      requestedSchema: { type: 'object', properties: {} },
    };
    const wrong: Record<string, unknown>[] = [
      {},
      { inputRequests: {} },
      { inputRequests: [] },
      { inputRequests: 'x' },
      { requestState: 7 },
      { inputRequests: { a: null } },
      { inputRequests: { a: { method: 'tools/call', params: {} } } },
      { inputRequests: { a: { method: 'elicitation/create' } } },
      { inputRequests: { a: { method: 'elicitation/create', params: { ...form, mode: 'x' } } } },
      {
        inputRequests: {
          a: { method: 'elicitation/create', params: { mode: 'form', message: 'm' } },
        },
      },
      {
        inputRequests: {
          a: {
            method: 'elicitation/create',
            params: { mode: 'url', message: 'm', url: 'https://a.b' },
          },
        },
      },
      {
        inputRequests: {
          a: { method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } },
        },
      },
      { inputRequests: { a: { method: 'roots/list' } } },
    ];
    for (const members of wrong) {
      const server = new ScriptedServer(
        { result: { resultType: 'input_required', ...members } },
        DONE,
      );
      const error = await failure(client(server).callTool('t'));
      expect(error).toMatchObject({ code: 'invalid_response' });
      expect(server.requests).toHaveLength(1);
    }
  });

  it('MC-15 MS-2 takes a question in answer to anything else for an invalid response', async () => {
    const server = new ScriptedServer(asking(['a'], 's'));
    expect(await failure(client(server).discover())).toMatchObject({ code: 'invalid_response' });
  });

  it('hands on what the server answers instead of a result', async () => {
    const error = { code: -32602, message: 'Unknown tool: t', data: { a: 1 } };
    const thrown = await failure(client(new ScriptedServer({ error })).callTool('t'));
    expect(thrown).toBeInstanceOf(RpcError);
    expect(thrown).toMatchObject(error);
  });

  it('T6 hands the answers back when the state is refused, and begins nothing anew', async () => {
    const refusal: Scripted = {
      error: { code: -32602, message: 'Invalid', data: { reason: 'request_state' } },
    };
    const server = new ScriptedServer(asking(['a'], 's'), refusal);
    const error = await failure(client(server).callTool('t'));
    expect(error).toBeInstanceOf(StateRefusedError);
    expect(error).toMatchObject({ answers: { a: { action: 'accept', content: { ok: true } } } });
    expect(server.requests).toHaveLength(2);
  });
});

describe('questions', () => {
  it('EL-7 gets its defaults filled in and is checked before it is sent', async () => {
    const requestedSchema = {
      type: 'object',
      properties: { n: { type: 'integer', minimum: 1, default: 3 }, s: { type: 'string' } },
      required: ['n', 's'],
    };
    const params = { message: 'm', requestedSchema };
    const result = {
      resultType: 'input_required',
      inputRequests: { q: { method: 'elicitation/create', params } },
    };
    const answers = (content: Record<string, string | number>) => ({
      onElicit: () => ({ action: 'accept' as const, content }),
    });
    const server = new ScriptedServer({ result }, DONE);
    await client(server, answers({ s: 'x' })).callTool('t');
    expect(server.params(1)['inputResponses']).toEqual({
      q: { action: 'accept', content: { n: 3, s: 'x' } },
    });
    const other = new ScriptedServer({ result }, DONE);
    const error = await failure(client(other, answers({ n: 0 })).callTool('t'));
    expect(error).toMatchObject({ code: 'invalid_answer' });
    expect(error.message).toContain('n:');
    expect(other.requests).toHaveLength(1);
  });

  it('EL-3 EL-9 shows who asks, and reads a missing mode as a form', async () => {
    const _meta = { 'io.modelcontextprotocol/serverInfo': { name: 'bank', version: '1' } };
    const params = { message: 'm', requestedSchema: { type: 'object', properties: {} } };
    const result = {
      resultType: 'input_required',
      _meta,
      inputRequests: { q: { method: 'elicitation/create', params } },
    };
    const seen: unknown[] = [];
    const server = new ScriptedServer({ result }, DONE);
    await client(server, {
      onElicit: (question, { key, server: who }) => {
        seen.push(question, key, who?.name);
        return { action: 'decline', reason: 'policy' };
      },
      onRefused: (event) => seen.push(event),
    }).callTool('t');
    expect(seen).toEqual([
      { message: 'm', requestedSchema: params.requestedSchema },
      'q',
      'bank',
      { key: 'q', action: 'decline', reason: 'policy' },
    ]);
    expect(server.params(1)['inputResponses']).toEqual({ q: { action: 'decline' } });
  });

  it('EL-10 SE-5 URLs are shown parsed, with warnings, and only if they are safe', async () => {
    const ask = (url: string): Scripted => ({
      result: {
        resultType: 'input_required',
        inputRequests: {
          q: { method: 'elicitation/create', params: { mode: 'url', message: 'm', url } },
        },
      },
    });
    const shown: [string, number][] = [];
    const refused: unknown[] = [];
    const options: Partial<ClientOptions> = {
      onElicitUrl: ({ url, warnings }) => {
        shown.push([url.hostname, warnings.length]);
        return { action: 'accept' };
      },
      onRefused: ({ reason }) => refused.push(reason),
    };
    const urls = [
      'https://a.example/x',
      'http://localhost:1/x',
      'https://xn--80ak6aa92e.com',
      'https://bank.example@evil.example',
    ];
    for (const url of urls) {
      const server = new ScriptedServer(ask(url), DONE);
      await client(server, options).callTool('t');
      expect(server.params(1)['inputResponses']).toEqual({ q: { action: 'accept' } });
    }
    expect(shown).toEqual([
      ['a.example', 0],
      ['localhost', 0],
      ['xn--80ak6aa92e.com', 1],
      ['evil.example', 1],
    ]);
    for (const url of [
      'http://a.example',
      'javascript:alert(1)',
      'file:///etc/passwd',
      'nothing',
    ]) {
      const server = new ScriptedServer(ask(url), DONE);
      await client(server, options).callTool('t');
      expect(server.params(1)['inputResponses']).toEqual({ q: { action: 'decline' } });
    }
    expect(refused).toEqual(['policy', 'policy', 'policy', 'policy']);
    const server = new ScriptedServer(ask('http://a.example'), DONE);
    await client(server, { ...options, allowInsecureUrls: true }).callTool('t');
    expect(shown.at(-1)).toEqual(['a.example', 1]);
  });

  it('are called off when another of their round fails', async () => {
    const aborted: string[] = [];
    const server = new ScriptedServer(asking(['a', 'b'], 's'), DONE);
    const call = client(server, {
      onElicit: (_question, { key, signal }) => {
        if (key === 'a') throw new Error('broken');
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted.push(key);
            reject(signal.reason as Error);
          });
        });
      },
    }).callTool('t');
    expect(await failure(call)).toMatchObject({ message: 'broken' });
    expect(aborted).toEqual(['b']);
  });

  it('RO-2 roots are told as they are meant, and only if they are files', async () => {
    const roots = { method: 'roots/list', params: {} };
    const asks = { result: { resultType: 'input_required', inputRequests: { r: roots } } };
    const server = new ScriptedServer(asks, DONE);
    const uri = 'file:///srv/app/../other/%2e%2e/data';
    await client(server, { roots: [{ uri, name: 'd' }] }).callTool('t');
    const answers = { r: { roots: [{ uri: 'file:///srv/data', name: 'd' }] } };
    expect(server.params(1)['inputResponses']).toEqual(answers);
    for (const bad of ['https://example.com', '/srv', 'file:///srv/..%2f..%2fetc']) {
      expect(() => client(server, { roots: [{ uri: bad }] })).toThrow('Root');
      const late = client(new ScriptedServer(asks), { roots: () => [{ uri: bad }] });
      expect(await failure(late.callTool('t'))).toMatchObject({ code: 'invalid_answer' });
    }
  });

  it('EL-1 SA-1 RO-1 are declared exactly as they can be answered', async () => {
    const declared = async (options: Partial<ClientOptions>): Promise<unknown> => {
      const server = new ScriptedServer(DONE);
      await client(server, options).callTool('t');
      const meta = server.requests[0]!.params!['_meta'] as Record<string, unknown>;
      return meta['io.modelcontextprotocol/clientCapabilities'];
    };
    const extensions = { 'io.modelcontextprotocol/tasks': {} };
    expect(await declared({})).toEqual({ extensions });
    const all: Partial<ClientOptions> = {
      onElicit: () => ({ action: 'cancel' }),
      onElicitUrl: () => ({ action: 'cancel' }),
      onSample: () => Promise.reject(new Error()),
      sampling: { tools: true },
      roots: [],
    };
    expect(await declared(all)).toEqual({
      elicitation: { form: {}, url: {} },
      sampling: { tools: {} },
      roots: {},
      extensions,
    });
  });
});

describe('the stepper', () => {
  it('is plain JSON between steps and goes on in another client', async () => {
    const server = new ScriptedServer(asking(['a', 'b'], 's1'), asking(['c'], 's2'), DONE);
    const first = client(server).start('tools/call', { name: 't', arguments: { x: 1 } });
    expect(first.status).toBe('ready');
    await first.advance();
    expect(first).toMatchObject({ status: 'asking', round: 1, unanswered: ['a', 'b'] });
    first.answer('a', { action: 'accept', content: { ok: true } });
    const stored = JSON.stringify(first);

    const second = client(server).resume(JSON.parse(stored) as FlowSnapshot);
    expect(second.unanswered).toEqual(['b']);
    expect(await failure(second.advance())).toMatchObject({ code: 'not_asked' });
    second.answer('b', { action: 'decline' });
    await second.advance();
    expect(server.params(1)).toEqual({
      name: 't',
      arguments: { x: 1 },
      requestState: 's1',
      inputResponses: { a: { action: 'accept', content: { ok: true } }, b: { action: 'decline' } },
    });
    second.answer('c', { action: 'cancel' });
    await second.advance();
    expect(second).toMatchObject({ status: 'complete', round: 3, unanswered: [] });
    expect(second.result).toMatchObject({ content: [{ text: 'done' }] });
    expect(await failure(second.advance())).toMatchObject({ code: 'not_asked' });
  });

  it('T4 answers only what the newest round asked', async () => {
    const server = new ScriptedServer(asking(['a'], 's'), asking(['b'], 's'), DONE);
    const flow = client(server).start('tools/call', { name: 't' });
    await flow.advance();
    flow.answer('a', { action: 'decline' });
    await flow.advance();
    expect(() => flow.answer('a', { action: 'decline' })).toThrow('not one of the questions');
    expect(() => flow.answer('toString', { action: 'decline' })).toThrow(
      'not one of the questions',
    );
  });

  it('sends the same once more after a reply was lost', async () => {
    let lost = true;
    const server = new ScriptedServer(asking(['a'], 's'), () => {
      if (lost) throw new Error('connection reset');
      return DONE;
    });
    const flow = client(server).start('tools/call', { name: 't' });
    await flow.advance();
    flow.answer('a', { action: 'accept', content: { ok: true } });
    await failure(flow.advance());
    expect(flow.status).toBe('asking');
    lost = false;
    await flow.advance();
    expect(flow.status).toBe('complete');
    expect(server.params(2)).toEqual(server.params(1));
  });
});

describe('deadlines', () => {
  const silent: Scripted = () => new Promise(() => {});
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('PG-6 end a request whose server stays silent', async () => {
    let cancelled = '';
    const server = new ScriptedServer((_request, exchange) => {
      exchange.inFlight.start({ cancel: (reason) => (cancelled = reason) });
      return new Promise(() => {});
    });
    const call = failure(client(server).callTool('t', {}, { timeout: 20 }));
    await vi.advanceTimersByTimeAsync(20);
    const error = await call;
    expect(error).toMatchObject({ code: 'timeout', name: 'TimeoutError' });
    expect(error.message).toContain('20 ms');
    expect(cancelled).not.toBe('');
  });

  it('PG-6 are put off by progress, up to a hard cap', async () => {
    const server = new ScriptedServer(async (request, exchange) => {
      const { id } = request;
      for (let i = 0; ; i++) {
        await new Promise((resolve) => setTimeout(resolve, 40));
        const params = { progressToken: id, progress: i };
        exchange.notify(
          JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params }),
        );
      }
    });
    const seen: number[] = [];
    const onProgress = ({ progress }: { progress: number }): void => void seen.push(progress);
    const options = { timeout: 50, maxTimeout: 130, onProgress };
    const call = failure(client(server).callTool('t', {}, options));
    await vi.advanceTimersByTimeAsync(130);
    const error = await call;
    expect(error).toMatchObject({ code: 'timeout' });
    expect(error.message).toContain('130 ms');
    expect(seen).toEqual([0, 1, 2]);
  });

  it('do not count the time a person takes to answer', async () => {
    const server = new ScriptedServer(asking(['a'], 's'), DONE);
    const slow = {
      onElicit: async () => {
        await new Promise((resolve) => setTimeout(resolve, 60));
        return { action: 'accept' as const, content: { ok: true } };
      },
    };
    const call = client(server, slow).callTool('t', {}, { timeout: 30 });
    await vi.advanceTimersByTimeAsync(60);
    expect(await call).toMatchObject({ content: [{ text: 'done' }] });
  });

  it('and callers can end a request, before or while it runs', async () => {
    const abort = new AbortController();
    const call = client(new ScriptedServer(silent)).callTool('t', {}, { signal: abort.signal });
    abort.abort(new Error('changed my mind'));
    expect(await failure(call)).toMatchObject({
      code: 'cancelled',
      cause: { message: 'changed my mind' },
    });
    const gone = client(new ScriptedServer(DONE)).callTool('t', {}, { signal: abort.signal });
    expect(await failure(gone)).toMatchObject({ code: 'cancelled' });
  });
});
