/** Servers whose messages are not what a response has to be, over everything that carries them. */
import { describe, expect, it } from 'vitest';
import type { Target } from '../../../src/client/index.ts';
import type { UnknownRecord } from '../../../src/base/json/json.ts';
import type { JsonRpcRequest } from '../../../src/protocol/types/jsonrpc.ts';
import { client, failure } from '../../support/bad-servers/calls.ts';
import {
  DONE,
  done,
  event,
  notice,
  refusal,
  reply,
  send,
  stream,
} from '../../support/bad-servers/messages.ts';
import { type Exchange, badServers } from '../../support/bad-servers/server.ts';

/** The text a server answers with. */
type Say = (request: JsonRpcRequest) => string;

const { serving } = badServers();

async function over(behave: (exchange: Exchange) => void): Promise<string> {
  return (await serving(behave)).url;
}

const asJson = (say: Say): Promise<Target> =>
  over(({ message, response }) => send(response, say(message)));

/** The stream stays open: it is for the client to end it. */
const asEvent = (say: Say): Promise<Target> =>
  over(({ message, response }) => stream(response, event(say(message))));

const inProcess = async (say: Say): Promise<Target> => ({
  loopbackOnly: false,
  dispatch: async (request) => ({ status: 200, body: say(request) }),
  close: () => {},
});

const result = (members: unknown): Say => {
  return ({ id }) => reply(id, { result: members });
};

const withId = (id: unknown, members: UnknownRecord = { result: DONE }): Say => {
  return () => JSON.stringify({ jsonrpc: '2.0', id, ...members });
};

const WRONG: [string, Say, string][] = [
  ['EN-2 the response to another request', withId(4711), 'another request'],
  ['EN-2 an id that is the same but for its type', ({ id }) => withId(`${id}`)(null!), 'another'],
  ['EN-1 T15 a result without an id', withId(undefined), 'another request'],
  ['EN-1 T15 a result with the id null', withId(null), 'another request'],
  ['EN-1 an invalid id', withId({ id: 1 }), 'an invalid id'],
  ['EN-2 neither a result nor an error', withId(1, {}), 'neither a result nor an error'],
  ['EN-2 a result that is null', result(null), 'neither a result nor an error'],
  ['EN-2 a result that is a list', result([DONE]), 'neither a result nor an error'],
  ['EN-2 a result that is a text', result('done'), 'neither a result nor an error'],
  [
    'EN-2 both a result and an error',
    ({ id }) => reply(id, { result: DONE, error: { code: 1, message: 'No.' } }),
    'both a result and an error',
  ],
  ['EN-3 an error that is a text', withId(1, { error: 'No.' }), 'neither'],
  ['EN-3 an error without a code', withId(1, { error: { message: 'No.' } }), 'neither'],
  ['EN-3 a code that is a text', withId(1, { error: { code: '1', message: 'No.' } }), 'neither'],
  ['EN-3 a code that is no integer', withId(1, { error: { code: 1.5, message: '' } }), 'neither'],
  ['EN-3 an error without a message', withId(1, { error: { code: 1 } }), 'neither'],
  [
    'EN-1 another version of JSON-RPC',
    () => `{"jsonrpc":"1.0","id":1,"result":{}}`,
    'not a JSON-RPC',
  ],
  ['EN-1 a batch', (request) => `[${done(request)}]`, 'not a JSON-RPC message'],
  ['EN-5 HTML', () => '<!doctype html><title>Sign in</title>', 'not valid JSON'],
  ['EN-5 half a message', (request) => done(request).slice(0, -1), 'not valid JSON'],
  ['EN-5 two messages', (request) => done(request) + done(request), 'not valid JSON'],
  ['a member that is a prototype', () => `{"jsonrpc":"2.0","__proto__":{}}`, '__proto__'],
  [
    'JSON nested 10,000 deep',
    () => `{"jsonrpc":"2.0","id":1,"result":{"content":${nested(10_000)}}}`,
    'nested deeper than 128',
  ],
  [
    'MS-1 HC-1 a request of the server',
    () => reply(9, { method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } }),
    "it sent a request, 'sampling/createMessage'",
  ],
  ['MC-2 a result of a type it does not know', result({ resultType: 'later' }), "type 'later'"],
  ['TC-1 a task without an id', result({ resultType: 'task' }), 'without an id'],
  ['MC-2 a type that is no text', result({ resultType: 7 }), 'unknown type number'],
  ['MC-2 an endless type', result({ resultType: 'x'.repeat(1e6) }), 'unknown type'],
  ['MC-15 a question without a question', result({ resultType: 'input_required' }), 'neither'],
];

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

describe.each([
  ['as JSON', asJson],
  ['as an event', asEvent],
  ['in process', inProcess],
])('a response %s', (_name, carry) => {
  it.each(WRONG)('%s is an invalid response', async (_title, say, words) => {
    const error = await failure(client(await carry(say)).callTool('t'));
    expect(error).toMatchObject({ name: 'InvalidResponseError', code: 'invalid_response' });
    expect(error.message).toMatch(/^The server broke the protocol: /);
    expect(error.message).toContain(words);
    expect(error.message.length).toBeLessThan(200);
  });

  it.each([
    ['the id of the request', (request: JsonRpcRequest) => refusal(request, -32603)],
    ['no id', withId(undefined, { error: { code: -32603, message: 'No.' } })],
    ['the id null', withId(null, { error: { code: -32603, message: 'No.' } })],
  ])('EN-3 T15 an error with %s is the error of the call', async (_title, say) => {
    const error = await failure(client(await carry(say)).callTool('t'));
    expect(error).toMatchObject({ name: 'RpcError', code: -32603, message: 'No.' });
  });

  it('EN-3 an error in answer to another request is an invalid response', async () => {
    const say = withId(4711, { error: { code: -32603, message: 'No.' } });
    const error = await failure(client(await carry(say)).callTool('t'));
    expect(error).toMatchObject({ code: 'invalid_response' });
  });

  it('errors of the server keep their code and data, whatever the code', async () => {
    const said = { code: 7, message: '', data: [{ a: null }] };
    const error = await failure(
      client(await carry(({ id }) => reply(id, { error: said }))).callTool('t'),
    );
    expect(error).toMatchObject({ name: 'RpcError', ...said });
  });

  it('T25 unknown members of a response mean nothing', async () => {
    const say: Say = ({ id }) => reply(id, { result: { ...DONE, spare: 1 }, spare: {} });
    expect(await client(await carry(say)).callTool('t')).toMatchObject({ spare: 1 });
  });
});

describe('a notification where the response is due', () => {
  const say: Say = () => notice('notifications/message', { level: 'info', data: 1 });

  it('a notification as JSON where the response is due is an invalid response', async () => {
    const error = await failure(client(await asJson(say)).callTool('t'));
    expect(error).toMatchObject({ code: 'invalid_response' });
    expect(error.message).toContain('a notification instead of the response');
  });

  it('a notification as the only event of a stream is an invalid response', async () => {
    const url = await over(({ message, response }) => {
      send(response, event(say(message)), { type: 'text/event-stream' });
    });
    const error = await failure(client(url).callTool('t'));
    expect(error).toMatchObject({ code: 'invalid_response' });
    expect(error.message).toContain('ended its stream without a response');
  });

  it('a notification in process where the response is due is an invalid response', async () => {
    const error = await failure(client(await inProcess(say)).callTool('t'));
    expect(error).toMatchObject({ code: 'invalid_response' });
  });
});
