/** Servers that ask what they must not, or without an end. */
import { describe, expect, it } from 'vitest';
import type { ClientOptions } from '../../../src/client/index.ts';
import {
  DONE,
  type Scripted,
  ScriptedServer,
  asking,
} from '../../../src/client/test-support/scripted.ts';
import type { UnknownRecord } from '../../../src/base/json/json.ts';
import { client, failure } from '../../support/bad-servers/calls.ts';
import { DONE as COMPLETE, reply, send } from '../../support/bad-servers/messages.ts';
import { type BadServer, badServers } from '../../support/bad-servers/server.ts';

const { serving } = badServers();

const AGREES: Partial<ClientOptions> = {
  onElicit: () => ({ action: 'accept', content: { ok: true } }),
};

/** A round that asks `inputRequests`. */
function asks(inputRequests: unknown): Scripted {
  return { result: { resultType: 'input_required', inputRequests } };
}

function form(requestedSchema: unknown): Scripted {
  return asks({ q: { method: 'elicitation/create', params: { message: 'm', requestedSchema } } });
}

const FORM = { message: 'm', requestedSchema: { type: 'object', properties: {} } };
const SAMPLE = { messages: [], maxTokens: 1 };
const HELLO = { type: 'text' as const, text: 'Hello' };

describe('a question of a bad server', () => {
  it.each<[string, (one: ReturnType<typeof client>) => Promise<unknown>]>([
    ['server/discover', (one) => one.discover()],
    ['tools/list', (one) => one.listTools()],
    ['prompts/list', (one) => one.listPrompts()],
    ['resources/list', (one) => one.listResources()],
    ['resources/templates/list', (one) => one.listResourceTemplates()],
    [
      'completion/complete',
      (one) =>
        one.complete({
          ref: { type: 'ref/prompt', name: 'p' },
          argument: { name: 'a', value: '' },
        }),
    ],
  ])('MC-15 a question in answer to %s is an invalid response', async (method, call) => {
    for (const scripted of [asking(['a'], 's'), asking([], 's'), asks({})]) {
      const server = new ScriptedServer(scripted, DONE);
      const error = await failure(call(client(server, AGREES)));
      expect(error).toMatchObject({ name: 'InvalidResponseError', code: 'invalid_response' });
      expect(error.message).toContain(method);
      expect(server.requests).toHaveLength(1);
    }
  });

  it.each<[string, unknown, string]>([
    ['in a list', [{ method: 'elicitation/create', params: FORM }], 'not an object'],
    ['in a text', 'elicitation/create', 'not an object'],
    ['that is none at all', {}, 'neither questions nor state'],
    ['that is null', { q: null }, "'q', which this client does not understand"],
    ['that is a list', { q: [] }, "'q', which this client does not understand"],
    [
      'of a method it does not know',
      { q: { method: 'tools/call', params: {} } },
      'does not understand',
    ],
    ['without params', { q: { method: 'elicitation/create' } }, 'does not understand'],
    [
      'of a mode it does not know',
      { q: { method: 'elicitation/create', params: { ...FORM, mode: 'x' } } },
      'does not understand',
    ],
    ['in an envelope', { q: { jsonrpc: '2.0', id: 1, params: FORM } }, 'does not understand'],
    [
      'for sampling, not declared',
      { q: { method: 'sampling/createMessage', params: SAMPLE } },
      'did not declare',
    ],
    ['for roots, not declared', { q: { method: 'roots/list' } }, 'did not declare'],
    [
      'of a form beside one it may not ask',
      { a: { method: 'elicitation/create', params: FORM }, b: { method: 'roots/list' } },
      "'b', which needs a capability that the client did not declare",
    ],
    ['under an endless key', { ['k'.repeat(1e6)]: null }, 'does not understand'],
  ])(
    'MC-15 a question %s is an invalid response, and nobody is asked',
    async (_title, inputRequests, words) => {
      let asked = 0;
      const onElicit = (): never => {
        asked++;
        throw new Error('asked');
      };
      const server = new ScriptedServer(asks(inputRequests), DONE);
      const error = await failure(client(server, { onElicit }).callTool('t'));
      expect(error).toMatchObject({ code: 'invalid_response' });
      expect(error.message).toContain(words);
      expect(error.message.length).toBeLessThan(300);
      expect(asked).toBe(0);
      expect(server.requests).toHaveLength(1);
    },
  );

  it('MC-15 SA-1 SA-2 sampling with tools or the context of others has to be declared', async () => {
    for (const more of [{ tools: [] }, { toolChoice: {} }, { includeContext: 'allServers' }]) {
      const request = { method: 'sampling/createMessage', params: { ...SAMPLE, ...more } };
      const onSample = (): never => expect.unreachable();
      const error = await failure(
        client(new ScriptedServer(asks({ q: request }), DONE), { onSample }).callTool('t'),
      );
      expect(error).toMatchObject({ code: 'invalid_response' });
      expect(error.message).toContain('did not declare');
    }
  });

  it('MC-15 too many questions at once are an invalid response, and nobody is asked', async () => {
    const keys = Array.from({ length: 2_000 }, (_, i) => `k${i}`);
    let asked = 0;
    const onElicit = () => {
      asked++;
      return { action: 'decline' as const };
    };
    const server = new ScriptedServer(asking(keys, 's'), DONE);
    const error = await failure(client(server, { onElicit }).callTool('t'));
    expect(error).toMatchObject({ code: 'invalid_response' });
    expect(asked).toBe(0);
  });

  it('MC-15 a question may have the name of what every object has', async () => {
    const keys = ['constructor', 'toString', 'hasOwnProperty', ''];
    const server = new ScriptedServer(asking(keys, 's'), DONE);
    await client(server, AGREES).callTool('t');
    expect(Object.keys(server.params(1)['inputResponses']!)).toEqual(keys);
  });
});

describe('rounds without an end', () => {
  it.each([
    ['that ask', asking(['a'], 's')],
    ['that ask without a state', asking(['a'])],
    ['that only move on', asking([], 's')],
    ['SA-6 that ask a model', asks({ q: { method: 'sampling/createMessage', params: SAMPLE } })],
  ])('MC-14 rounds without an end %s are given up', async (_which, scripted) => {
    const server = new ScriptedServer(scripted);
    const onSample = () => ({ role: 'assistant' as const, content: HELLO, model: 'm' });
    const options = { ...AGREES, onSample, maxRounds: 4 };
    const error = await failure(client(server, options).callTool('t'));
    expect(error).toMatchObject({ name: 'RondoError', code: 'too_many_rounds' });
    expect(error.message).toBe(
      'The server needs more than 4 rounds for one tools/call. Raise maxRounds if that is intended.',
    );
    expect(server.requests).toHaveLength(4);
  });

  it('MC-14 PG-6 a call that is cancelled between two rounds sends no further one', async () => {
    const abort = new AbortController();
    const server = new ScriptedServer(() => {
      setImmediate(() => abort.abort(new Error('enough')));
      return asking([], 's');
    });
    await failure(client(server).callTool('t', {}, { signal: abort.signal }));
    expect(server.requests).toHaveLength(1);
  });

  it('MC-14 PG-6 a call that is cancelled between two rounds is rejected as cancelled', async () => {
    const abort = new AbortController();
    const server = new ScriptedServer(() => {
      setImmediate(() => abort.abort(new Error('enough')));
      return asking([], 's');
    });
    const error = await failure(client(server).callTool('t', {}, { signal: abort.signal }));
    expect(error).toMatchObject({ code: 'cancelled', cause: { message: 'enough' } });
  });

  it('MC-14 PG-6 a call that is cancelled while the user is asked is rejected as cancelled', async () => {
    const abort = new AbortController();
    const onElicit = (): Promise<never> => {
      abort.abort(new Error('enough'));
      return new Promise(() => {});
    };
    const server = new ScriptedServer(asking(['a'], 's'));
    const call = client(server, { onElicit }).callTool('t', {}, { signal: abort.signal });
    expect(await failure(call)).toMatchObject({ code: 'cancelled' });
  });
});

describe('a state of a bad server', () => {
  /** A server over HTTP that asks for one more round with `state`, and keeps what it gets back. */
  async function stateful(state: string): Promise<BadServer> {
    return serving(({ message, response }) => {
      const first = { resultType: 'input_required', requestState: state };
      const isFirst = message.params!['requestState'] === undefined;
      send(response, reply(message.id, { result: isFirst ? first : COMPLETE }));
    });
  }

  it.each([
    ['of 8 MiB', 's'.repeat(8 * 1024 * 1024)],
    ['of nothing', ''],
    ['of what JSON escapes', '\u0000\u2028"\\\n\ud800 \udfff\u007f'],
    ['that is JSON', '{"a": 1.0, "b": [ ] }'],
  ])('MC-6 a state %s comes back as it was', async (_what, state) => {
    const server = await stateful(state);
    await client(server.url).callTool('t');
    expect(server.received[1]!.params!['requestState'] === state).toBe(true);
  });

  it('MC-6 a state of 20 MiB is an invalid response', async () => {
    const server = await stateful('s'.repeat(20 * 1024 * 1024));
    const error = await failure(client(server.url).callTool('t'));
    expect(error).toMatchObject({ code: 'invalid_response' });
    expect(server.received).toHaveLength(1);
  });

  it.each([7, null, {}, [], true])(
    'MC-6 a state that is %j is an invalid response',
    async (requestState) => {
      const result = { resultType: 'input_required', requestState } as UnknownRecord;
      const error = await failure(client(new ScriptedServer({ result }, DONE)).callTool('t'));
      expect(error).toMatchObject({ code: 'invalid_response' });
      expect(error.message).toContain('requestState that is not a string');
    },
  );
});

describe('a form that is not valid', () => {
  it.each<[string, unknown]>([
    ['refers to the network', { type: 'object', properties: { a: { $ref: 'https://a.example' } } }],
    ['is of a dialect nobody speaks', { $schema: 'https://a.example/x', type: 'object' }],
    ['is nested without need', nestedSchema(40)],
  ])('EL-4 SE-1 a form that %s ends the call', async (_what, schema) => {
    const server = new ScriptedServer(form(schema), DONE);
    const error = await failure(client(server, AGREES).callTool('t'));
    expect(error).toMatchObject({ code: 'invalid_response' });
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, unknown]>([
    ['refers to itself', { type: 'object', properties: {}, allOf: [{ $ref: '#' }] }],
    ['has a field that is null', { type: 'object', properties: { ok: null } }],
  ])('EL-4 SE-1 a form that %s is an invalid response', async (_what, schema) => {
    const error = await failure(
      client(new ScriptedServer(form(schema), DONE), AGREES).callTool('t'),
    );
    expect(error).toMatchObject({ code: 'invalid_response' });
  });
});

function nestedSchema(depth: number): unknown {
  return depth === 0 ? {} : { type: 'object', properties: { a: nestedSchema(depth - 1) } };
}
