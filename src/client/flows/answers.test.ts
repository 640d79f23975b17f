/** Answers that cannot be sent: they are errors of the client's, and never on the wire. */
import { describe, expect, it } from 'vitest';
import { Client } from '../client.ts';
import type { ClientOptions } from '../options.ts';
import { DONE, type Scripted, ScriptedServer, asking } from '../test-support/scripted.ts';
import type { FlowSnapshot } from './snapshot.ts';

const asks = (request: object): Scripted => ({
  result: { resultType: 'input_required', requestState: 's', inputRequests: { q: request } },
});

const FORM = asks({
  method: 'elicitation/create',
  params: {
    message: 'm',
    requestedSchema: { type: 'object', properties: { a: { type: 'string' } } },
  },
});
const PAGE = asks({
  method: 'elicitation/create',
  params: { mode: 'url', message: 'm', url: 'https://a.example' },
});
const SAMPLE = asks({
  method: 'sampling/createMessage',
  params: { messages: [], maxTokens: 1, tools: null, toolChoice: null, includeContext: null },
});
const ROOTS = asks({ method: 'roots/list' });

function client(server: ScriptedServer, options: Partial<ClientOptions>): Client {
  return new Client(server, { name: 'c', version: '1', ...options });
}

const HANDLERS: Partial<ClientOptions> = {
  onElicit: () => ({ action: 'decline' }),
  onElicitUrl: () => ({ action: 'decline' }),
  onSample: () => Promise.reject(new Error()),
  roots: [],
};

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;
const message = { role: 'assistant', model: 'm', content: { type: 'text', text: 'x' } };

const WRONG: [Scripted, keyof ClientOptions, unknown[]][] = [
  [
    FORM,
    'onElicit',
    [
      undefined,
      null,
      'accept',
      true,
      [],
      {},
      { action: 'yes' },
      { action: 'accept' },
      { action: 'accept', content: null },
      { action: 'accept', content: [] },
      { action: 'accept', content: 'x' },
      { action: 'accept', content: { a: 7 } },
      { action: 'accept', content: { spare: { b: 1 } } },
      { action: 'accept', content: { spare: Number.NaN } },
      { action: 'accept', content: { spare: 5n } },
      { action: 'accept', content: { spare: [1] } },
      { action: 'accept', content: { spare: () => {} } },
    ],
  ],
  [PAGE, 'onElicitUrl', [undefined, null, 'accept', {}, { action: 'ok' }]],
  [
    SAMPLE,
    'onSample',
    [
      undefined,
      'text',
      {},
      { ...message, role: 'system' },
      { ...message, model: undefined },
      { ...message, content: 'x' },
      { ...message, content: [null] },
      { ...message, usage: 5n },
      { ...message, usage: { cost: Number.NaN } },
      { ...message, cyclic },
    ],
  ],
  [
    ROOTS,
    'roots',
    [
      undefined,
      'file:///a',
      {},
      [null],
      [{}],
      [{ uri: 7 }],
      [{ uri: 'https://a.example' }],
      [{ uri: 'file:///a', _meta: { n: Number.NaN } }],
    ],
  ],
];

describe.each(WRONG)('%#: an answer that cannot be sent', (question, handler, answers) => {
  it('MC-4 of a handler is invalid_answer, and not on the wire', async () => {
    for (const answer of answers) {
      const server = new ScriptedServer(question, DONE);
      const call = client(server, { [handler]: () => answer }).callTool('t');
      await expect(call).rejects.toMatchObject({ name: 'RondoError', code: 'invalid_answer' });
      expect(server.requests).toHaveLength(1);
    }
  });

  it('MC-4 is refused by a stepper, and by resuming a flow that has it', async () => {
    for (const answer of answers) {
      // A stepper does not know whether a content fits its form; that is for the server to say.
      if ((answer as { content?: { a?: unknown } } | undefined)?.content?.a === 7) continue;
      const flow = client(new ScriptedServer(question), HANDLERS).start('tools/call', {
        name: 't',
      });
      await flow.advance();
      const response = handler === 'roots' ? { roots: answer } : answer;
      expect(() => flow.answer('q', response as never)).toThrow(
        expect.objectContaining({ code: 'invalid_answer' }),
      );
      expect(flow.unanswered).toEqual(['q']);
      const stored = { ...flow.toJSON(), answers: { q: response } } as FlowSnapshot;
      expect(() => client(new ScriptedServer(DONE), HANDLERS).resume(stored)).toThrow(
        expect.objectContaining({ code: 'invalid_options' }),
      );
    }
  });
});

it('MC-4 an answer that JSON cannot carry is refused by the name of the member', async () => {
  const onSample = (): never => ({ ...message, usage: { cost: [1, Number.NaN] } }) as never;
  const call = client(new ScriptedServer(SAMPLE), { onSample }).callTool('t');
  await expect(call).rejects.toThrow(
    "The answer to 'q' cannot be sent: it holds what JSON cannot carry: usage.cost[1] is NaN",
  );
});

it('MC-4 EL-6 an answer of a stepper is sent as it was given, without the reason of a refusal', async () => {
  const server = new ScriptedServer(FORM, FORM, ROOTS, DONE);
  const flow = client(server, HANDLERS).start('tools/call', { name: 't' });
  await flow.advance();
  const content = { a: 'x', b: undefined, c: null };
  flow.answer('q', { action: 'accept', content });
  content.a = 'changed';
  await flow.advance();
  flow.answer('q', { action: 'decline', reason: 'policy' });
  await flow.advance();
  flow.answer('q', { roots: [{ uri: 'file:///a/../b' }] });
  await flow.advance();
  expect([1, 2, 3].map((i) => server.params(i)['inputResponses'])).toEqual([
    { q: { action: 'accept', content: { a: 'x' } } },
    { q: { action: 'decline' } },
    { q: { roots: [{ uri: 'file:///b' }] } },
  ]);
});

it('MC-13 the others of a round are called off when an answer cannot be sent', async () => {
  let aborted = false;
  const server = new ScriptedServer(asking(['a', 'b'], 's'), DONE);
  const call = client(server, {
    onElicit: (_question, { key, signal }) => {
      if (key === 'a') return undefined as never;
      return new Promise(() => signal.addEventListener('abort', () => (aborted = true)));
    },
  }).callTool('t');
  await expect(call).rejects.toMatchObject({ code: 'invalid_answer' });
  expect(aborted).toBe(true);
});

it('SE-1 nobody is asked to fill in a form that cannot be used', async () => {
  let asked = 0;
  const schema = { type: 'object', properties: { a: { $ref: 'https://a.example/x' } } };
  const params = { message: 'm', requestedSchema: schema };
  const server = new ScriptedServer(asks({ method: 'elicitation/create', params }), DONE);
  const call = client(server, {
    onElicit: () => {
      asked++;
      return { action: 'decline' };
    },
  }).callTool('t');
  await expect(call).rejects.toMatchObject({ code: 'invalid_response' });
  expect(asked).toBe(0);
});
