/** Questions of servers of earlier revisions, and the calls that they keep open. */
import { describe, expect, it } from 'vitest';
import type { Client, ClientOptions } from '../../../src/client/index.ts';
import { failure } from '../../support/bad-servers/calls.ts';
import type { Message } from '../../support/messages.ts';
import { OpenStream, ScriptedOldServer } from '../../support/old-server/scripted.ts';
import { until } from '../../support/until.ts';

const form = (id: string | number, message = 'Which word?') => ({
  id,
  method: 'elicitation/create',
  params: {
    message,
    requestedSchema: { type: 'object', properties: { word: { type: 'string' } } },
  },
});
const sampling = (id: string | number) => ({
  id,
  method: 'sampling/createMessage',
  params: { messages: [], maxTokens: 1 },
});
const DONE = { content: [{ type: 'text', text: 'done' }] };

/** A server whose calls answer with streams that the test writes. */
class Asking extends ScriptedOldServer {
  readonly streams: OpenStream[] = [];
  readonly background = new OpenStream();

  constructor() {
    super();
    this.on('tools/call', () => this.#stream());
    this.on('GET', () => this.background.response);
  }

  /** The id of the call of this number. */
  idOf(call: number): Message['id'] {
    return this.seenAt('tools/call')[call]!.message!.id;
  }

  async called(calls = 1): Promise<OpenStream> {
    await until(() => this.streams.length === calls);
    return this.streams[calls - 1]!;
  }

  finish(call = 0): void {
    this.streams[call]!.send({ id: this.idOf(call), result: DONE }).end();
  }

  #stream(): Response {
    const stream = new OpenStream();
    this.streams.push(stream);
    return stream.response;
  }
}

const word =
  (value: string): ClientOptions['onElicit'] =>
  () => ({
    action: 'accept',
    content: { word: value },
  });

function connected(server: Asking, options: Partial<ClientOptions> = {}): Client {
  return server.connect({ legacy: 'always', onElicit: word('fox'), ...options });
}

describe('questions on the stream of a call', () => {
  it('L19 that come together make one round, and their answers are posted', async () => {
    const server = new Asking();
    const flow = connected(server).start('tools/call', { name: 't' });
    const advanced = flow.advance();
    (await server.called()).send(form('a')).send(form('b', 'And then?'));
    await advanced;
    expect(flow.status).toBe('asking');
    expect(Object.values(flow.questions)).toMatchObject([
      { method: 'elicitation/create', params: { message: 'Which word?' } },
      { method: 'elicitation/create', params: { message: 'And then?' } },
    ]);
    for (const key of flow.unanswered) {
      flow.answer(key, { action: 'accept', content: { word: key } });
    }
    const last = flow.advance();
    await until(() => server.responses.length === 2);
    const [first, second] = flow.unanswered.length === 0 ? Object.keys(flow.questions) : [];
    expect(server.responses).toEqual([
      { jsonrpc: '2.0', id: 'a', result: { action: 'accept', content: { word: first } } },
      { jsonrpc: '2.0', id: 'b', result: { action: 'accept', content: { word: second } } },
    ]);
    server.finish();
    await last;
    expect(flow.result).toMatchObject(DONE);
    expect(server.seenAt('tools/call')).toHaveLength(1);
  });

  it('L19 are answered by the handlers of callTool, one after another', async () => {
    const server = new Asking();
    const call = connected(server).callTool('t');
    const stream = await server.called();
    stream.send(form('a'));
    await until(() => server.responses.length === 1);
    stream.send(form('b'));
    await until(() => server.responses.length === 2);
    server.finish();
    expect(await call).toMatchObject(DONE);
  });

  it('L19 that the server withdraws are not asked', async () => {
    const server = new Asking();
    const asked: string[] = [];
    const call = connected(server, {
      onElicit: ({ message }) => {
        asked.push(message);
        return { action: 'decline' };
      },
    }).callTool('t');
    const withdrawn = { method: 'notifications/cancelled', params: { requestId: 'a' } };
    (await server.called()).send(form('a', 'No?')).send(withdrawn).send(form('b', 'Yes?'));
    await until(() => server.responses.length === 1);
    server.finish();
    await call;
    expect(asked).toEqual(['Yes?']);
    expect(server.responses).toMatchObject([{ id: 'b', result: { action: 'decline' } }]);
  });

  it('L19 that the client has not declared are refused, and the call goes on', async () => {
    const server = new Asking();
    const call = connected(server).callTool('t');
    (await server.called()).send(sampling('a')).send({ id: 'b', method: 'tasks/list' });
    await until(() => server.responses.length === 2);
    server.finish();
    expect(await call).toMatchObject(DONE);
    expect(server.responses).toMatchObject([
      { id: 'a', error: { code: -32601 } },
      { id: 'b', error: { code: -32601 } },
    ]);
  });

  it('L19 do not hide a result that comes while they are answered', async () => {
    const server = new Asking();
    const flow = connected(server).start('tools/call', { name: 't' });
    const advanced = flow.advance();
    (await server.called()).send(form('a'));
    await advanced;
    server.finish();
    flow.answer(flow.unanswered[0]!, { action: 'cancel' });
    await flow.advance();
    expect(flow.result).toMatchObject(DONE);
  });

  it('L19 ping is answered, wherever it comes', async () => {
    const server = new Asking();
    const call = connected(server).callTool('t');
    (await server.called()).send({ id: 'p1', method: 'ping' });
    server.background.send({ id: 'p2', method: 'ping' });
    await until(() => server.responses.length === 2);
    server.finish();
    await call;
    expect(server.responses).toEqual(
      expect.arrayContaining([
        { jsonrpc: '2.0', id: 'p1', result: {} },
        { jsonrpc: '2.0', id: 'p2', result: {} },
      ]),
    );
  });

  it('L19 get one block of a sampling message as the block itself', async () => {
    const server = new Asking();
    const content = [{ type: 'text' as const, text: 'Yes' }];
    const call = connected(server, {
      onSample: () => ({ role: 'assistant', content, model: 'm' }),
    }).callTool('t');
    (await server.called()).send(sampling('a'));
    await until(() => server.responses.length === 1);
    server.finish();
    await call;
    expect(server.responses[0]!.result).toMatchObject({ content: content[0] });
  });
});

describe('a call that is held open', () => {
  it('L19 cannot be saved, and says so beforehand', async () => {
    const server = new Asking();
    const client = connected(server);
    const flow = client.start('tools/call', { name: 't' });
    expect(flow.era).toBeUndefined();
    expect(flow.toJSON().round).toBe(0);
    const advanced = flow.advance();
    (await server.called()).send(form('a'));
    await advanced;
    expect(flow.era).toBe('2025-11-25');
    expect(() => flow.toJSON()).toThrow(expect.objectContaining({ code: 'era_not_resumable' }));
    expect(() => JSON.stringify(flow)).toThrow('2025-11-25');
    flow.answer(flow.unanswered[0]!, { action: 'cancel' });
    const last = flow.advance();
    server.finish();
    await last;
    expect(client.resume(JSON.parse(JSON.stringify(flow))).result).toMatchObject(DONE);
  });

  it('L19 is cancelled when a handler fails', async () => {
    const server = new Asking();
    const call = connected(server, {
      onElicit: () => {
        throw new Error('no terminal');
      },
    }).callTool('t');
    (await server.called()).send(form('a'));
    expect((await failure(call)).message).toBe('no terminal');
    await until(() => server.seenAt('notifications/cancelled').length === 1);
    const { params } = server.seenAt('notifications/cancelled')[0]!.message!;
    expect(params).toMatchObject({ requestId: server.idOf(0) });
  });

  it('L19 is cancelled when its form cannot be used', async () => {
    const server = new Asking();
    const call = connected(server).callTool('t');
    const params = { message: 'Which?', requestedSchema: { type: 'object', properties: 'none' } };
    (await server.called()).send({ id: 'a', method: 'elicitation/create', params });
    expect(await failure(call)).toMatchObject({ code: 'invalid_response' });
    await until(() => server.seenAt('notifications/cancelled').length === 1);
  });

  it('L19 is cancelled by the signal of its caller, also while a person thinks', async () => {
    const server = new Asking();
    const abort = new AbortController();
    const call = failure(
      connected(server, {
        onElicit: () => new Promise(() => abort.abort()),
      }).callTool('t', {}, { signal: abort.signal }),
    );
    (await server.called()).send(form('a'));
    expect(await call).toMatchObject({ code: 'cancelled' });
    await until(() => server.seenAt('notifications/cancelled').length === 1);
  });

  it('L19 is cancelled when the server takes too long', async () => {
    const server = new Asking();
    const call = connected(server).callTool('t', {}, { timeout: 50 });
    expect(await failure(call)).toMatchObject({ code: 'timeout' });
    await until(() => server.seenAt('notifications/cancelled').length === 1);
  });

  it('L19 keeps progress and logs in all its rounds, and takes them for life', async () => {
    const server = new Asking();
    const heard: unknown[] = [];
    const client = connected(server);
    const options = {
      onProgress: ({ progress }: { progress: number }) => heard.push(progress),
      onLog: ({ data }: { data: unknown }) => heard.push(data),
    };
    const call = client.callTool('t', {}, options);
    const stream = await server.called();
    const progress = (value: number) => ({
      method: 'notifications/progress',
      params: { progressToken: server.idOf(0), progress: value },
    });
    const log = (level: string, data: string) => ({
      method: 'notifications/message',
      params: { level, data },
    });
    stream.send(progress(1)).send(form('a'));
    await until(() => server.responses.length === 1);
    stream.send(log('debug', 'not wanted')).send(log('info', 'wanted')).send(progress(2));
    server.finish();
    await call;
    expect(heard).toEqual([1, 'wanted', 2]);
  });

  it('L19 an invalid param of an old server is no refused state', async () => {
    const server = new Asking();
    const call = connected(server).callTool('t');
    const stream = await server.called();
    stream.send(form('a'));
    await until(() => server.responses.length === 1);
    stream.send({ id: server.idOf(0), error: { code: -32602, message: 'Bad word' } }).end();
    expect(await failure(call)).toMatchObject({ name: 'RpcError', code: -32602 });
  });
});

describe('questions on no stream of a call', () => {
  it('L19 belong to the only call in flight', async () => {
    const server = new Asking();
    const flow = connected(server).start('tools/call', { name: 't' });
    const advanced = flow.advance();
    await server.called();
    server.background.send(form('a'));
    await advanced;
    expect(flow.status).toBe('asking');
  });

  it('L19 are answered by the handlers if there are several calls', async () => {
    const server = new Asking();
    const client = connected(server, { onElicit: word('owl') });
    const calls = [client.callTool('t'), client.callTool('u')];
    await server.called(2);
    server.background.send(form('a'));
    await until(() => server.responses.length === 1);
    expect(server.responses).toMatchObject([{ id: 'a', result: { content: { word: 'owl' } } }]);
    server.finish(0);
    server.finish(1);
    await Promise.all(calls);
  });

  it('L19 are refused where no handler answers such a question', async () => {
    const server = new Asking();
    const client = connected(server);
    await client.listTools();
    server.background.send(sampling('a'));
    await until(() => server.responses.length === 1);
    expect(server.responses).toMatchObject([{ id: 'a', error: { code: -32601 } }]);
  });

  it('L19 with the id of one that is being answered are refused: they would count as one', async () => {
    const server = new Asking();
    let asked = 0;
    const onElicit = (): Promise<never> => {
      asked++;
      return new Promise(() => {});
    };
    await connected(server, { onElicit }).listTools();
    for (let i = 0; i < 300; i++) server.background.send(form('a'));
    await until(() => server.responses.length === 299);
    expect(asked).toBe(1);
  });

  it('L19 are not waited for by a client that cannot be asked', async () => {
    const server = new Asking();
    await server.connect({ legacy: 'always' }).listTools();
    expect(server.methods).not.toContain('GET');
  });
});

describe('changes of old servers', () => {
  it('L19 arrive where the client listens', async () => {
    const server = new Asking();
    server.capabilities = {
      tools: { listChanged: true },
      prompts: {},
      resources: { subscribe: true },
    };
    const client = server.connect({ legacy: 'always' });
    const subscription = await client.listen({
      toolsListChanged: true,
      promptsListChanged: true,
      resourceSubscriptions: ['file:///a'],
    });
    expect(subscription.honoured).toEqual({
      toolsListChanged: true,
      resourceSubscriptions: ['file:///a'],
    });
    expect(server.seenAt('resources/subscribe')[0]!.message!.params).toEqual({ uri: 'file:///a' });
    server.background
      .send({ method: 'notifications/prompts/list_changed' })
      .send({ method: 'notifications/resources/updated', params: { uri: 'file:///b' } })
      .send({ method: 'notifications/resources/updated', params: { uri: 'file:///a' } })
      .send({ method: 'notifications/tools/list_changed' });
    const changes: unknown[] = [];
    for await (const change of subscription) {
      changes.push(change);
      if (changes.length === 2) break;
    }
    expect(changes).toEqual([
      { type: 'resourceUpdated', uri: 'file:///a' },
      { type: 'toolsListChanged' },
    ]);
    await until(() => server.seenAt('resources/unsubscribe').length === 1);
  });

  it('L19 are not promised by a server that has no stream for them', async () => {
    const server = new ScriptedOldServer();
    server.capabilities = { tools: { listChanged: true } };
    const client = server.connect({ legacy: 'always' });
    const subscription = await client.listen({ toolsListChanged: true });
    expect(subscription.honoured).toEqual({});
    subscription.close();
  });
});
