/** What a flow begins with, and what it may be resumed from. */
import { describe, expect, it } from 'vitest';
import { Client } from '../client.ts';
import { DONE, ScriptedServer, asking } from '../test-support/scripted.ts';
import { type FlowSnapshot, begin } from './snapshot.ts';

const declines = { onElicit: () => ({ action: 'decline' as const }) };

function client(server: ScriptedServer, options: object = declines): Client {
  return new Client(server, { name: 'c', version: '1', ...options });
}

const refused = expect.objectContaining({ name: 'RondoError', code: 'invalid_options' }) as Error;

describe('a new flow', () => {
  it('MC-7 sends a state and answers that it was given once, and not after a result without them', async () => {
    const server = new ScriptedServer(asking(['a']), DONE);
    const params = {
      name: 't',
      requestState: 'old',
      inputResponses: { x: { action: 'decline' } },
    };
    const flow = client(server).start('tools/call', params);
    await flow.advance();
    expect(server.params(0)).toEqual(params);
    flow.answer('a', { action: 'decline' });
    await flow.advance();
    expect(server.params(1)).toEqual({
      name: 't',
      inputResponses: { a: { action: 'decline' } },
    });
  });

  it('MC-5 sends what its params were when it began, as JSON', async () => {
    const server = new ScriptedServer(asking(['a']), DONE);
    const args = { when: new Date(0), list: [1], absent: undefined };
    const flow = client(server).start('tools/call', { name: 't', arguments: args });
    args.list.push(2);
    await flow.advance();
    flow.answer('a', { action: 'decline' });
    args.list.push(3);
    await flow.advance();
    for (const i of [0, 1]) {
      expect(server.params(i)['arguments']).toEqual({
        when: '1970-01-01T00:00:00.000Z',
        list: [1],
      });
    }
  });

  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  it.each<[string, unknown, unknown]>([
    ['a name that is an object', { name: 't', arguments: {} }, undefined],
    ['no name', undefined, {}],
    ['arguments that are a list', 't', [1]],
    ['arguments that are text', 't', 'x'],
    ['arguments that have a bigint', 't', { a: 5n }],
    ['arguments that have no end', 't', cyclic],
  ])('is refused before it is sent with %s', async (_what, name, args) => {
    const server = new ScriptedServer(DONE);
    const call = client(server).callTool(name as string, args as object);
    await expect(call).rejects.toMatchObject({ code: 'invalid_options' });
    expect(server.requests).toEqual([]);
  });

  it.each<[string, (one: Client) => Promise<unknown>]>([
    ['arguments.list[1].n is NaN', (one) => one.callTool('t', { list: [1, { n: Number.NaN }] })],
    ['arguments.n is Infinity', (one) => one.callTool('t', { n: Number.POSITIVE_INFINITY })],
    ['arguments.n is -Infinity', (one) => one.callTool('t', { n: Number.NEGATIVE_INFINITY })],
    ['arguments.a.n is a BigInt', (one) => one.callTool('t', { a: { n: 5n } })],
    ['arguments.self is part of a cycle', (one) => one.callTool('t', cyclic)],
    [
      'arguments.text is an instance of Promise',
      (one) => one.callTool('t', { text: Promise.resolve('x') }),
    ],
    ['arguments.n is NaN', (one) => one.getPrompt('p', { n: Number.NaN } as never)],
    ['cost is NaN', (one) => one.callTool('t', {}, { meta: { cost: Number.NaN } })],
    ['cost is NaN', (one) => one.listTools({ meta: { cost: Number.NaN } })],
    [
      'context.arguments.n is NaN',
      (one) =>
        one.complete({
          ref: { type: 'ref/prompt', name: 'p' },
          argument: { name: 'a', value: '' },
          context: { arguments: { n: Number.NaN } },
        }),
    ],
    [
      'resourceSubscriptions[0] is undefined',
      (one) => one.listen({ resourceSubscriptions: [undefined as never] }),
    ],
  ])('is refused before it is sent, as every request is, where %s', async (where, send) => {
    const server = new ScriptedServer(DONE);
    const message = expect.stringContaining(where) as string;
    await expect(send(client(server))).rejects.toMatchObject({ code: 'invalid_options', message });
    expect(server.requests).toEqual([]);
  });

  it('is refused with params that are not those of its method', () => {
    for (const [method, params] of [
      ['tools/call', null],
      ['tools/call', { name: 't', requestState: 7 }],
      ['tools/call', { name: 't', inputResponses: [] }],
      ['prompts/get', { name: 'p', arguments: { n: 1 } }],
      ['resources/read', { name: 'r' }],
    ] as const) {
      expect(() => begin(method, params as never)).toThrow(refused);
    }
  });

  it('takes arguments whose type is an interface', async () => {
    interface Flight {
      to: string;
      seats?: number;
    }
    const flight: Flight = { to: 'Lisbon' };
    const server = new ScriptedServer(DONE, { result: { messages: [] } });
    const one = client(server);
    await one.callTool('book', flight);
    await one.getPrompt('travel', flight as { to: string });
    interface Travel {
      to: string;
      from?: string;
    }
    const travel: Travel = { to: 'Lisbon' };
    await one.getPrompt('travel', travel).catch(() => {});
    one.start('tools/call', { name: 'book', arguments: flight });
    expect(server.params(0)['arguments']).toEqual({ to: 'Lisbon' });
    // @ts-expect-error: the arguments of prompts are texts
    await one.getPrompt('travel', { seats: 2 }).catch(() => {});
  });
});

describe('resuming', () => {
  const question = {
    method: 'elicitation/create',
    params: { message: 'm', requestedSchema: { type: 'object', properties: {} } },
  };
  const start = begin('tools/call', { name: 't' }) as FlowSnapshot;
  const asks = { ...start, round: 1, status: 'asking', questions: { q: question } };
  const result = { resultType: 'complete', content: [] };

  it.each<[string, object]>([
    ['that has not begun', start],
    ['that asks', asks],
    ['that asks and has an answer', { ...asks, answers: { q: { action: 'decline' } } }],
    ['that has only a state', { ...start, round: 1, requestState: 's' }],
    ['that is complete', { ...start, round: 1, status: 'complete', result }],
  ])('takes a flow %s', (_what, flow) => {
    expect(
      client(new ScriptedServer(DONE))
        .resume(flow as FlowSnapshot)
        .toJSON(),
    ).toEqual(flow);
  });

  it.each<[string, object]>([
    ['of a method that cannot ask', { ...start, method: 'tools/list' }],
    ['of a method that every object has', { ...start, method: 'toString' }],
    ['whose name is missing', { ...start, params: {} }],
    ['that is complete without a result', { ...start, status: 'complete' }],
    ['that is complete with another result', { ...start, status: 'complete', result: {} }],
    ['that has a result and is not complete', { ...start, result }],
    ['that asks nothing', { ...start, status: 'asking' }],
    ['that is ready and asks', { ...asks, status: 'ready' }],
    ['with a negative round', { ...start, round: -1 }],
    [
      'with a number that JSON cannot carry',
      { ...start, params: { name: 't', arguments: { n: Number.POSITIVE_INFINITY } } },
    ],
    ['with a state that is null', { ...start, requestState: null }],
    ['with questions nobody understands', { ...asks, questions: { q: { method: 'x' } } }],
    ['with answers to nothing', { ...asks, answers: { other: { action: 'decline' } } }],
    ['with the answer to what every object has', { ...asks, answers: { toString: {} } }],
  ])('refuses a flow %s', (_what, flow) => {
    expect(() => client(new ScriptedServer(DONE)).resume(flow as FlowSnapshot)).toThrow(refused);
  });

  it('MC-15 refuses questions of a kind that the client does not declare', () => {
    const unable = client(new ScriptedServer(DONE), {});
    expect(() => unable.resume(asks as FlowSnapshot)).toThrow(refused);
    expect(() => unable.resume(asks as FlowSnapshot)).toThrow("asks 'q', which needs a capability");
  });
});
