/** An old server that is shown to new clients. */
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  Client,
  type ClientOptions,
  type Dispatcher,
  OldServer,
  type OldServerOptions,
  type Target,
} from '../../../src/client/index.ts';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import { MetaKey } from '../../../src/protocol/names/meta.ts';
import { testServer } from '../../../src/testing/index.ts';
import { failure } from '../../support/bad-servers/calls.ts';
import { silent } from '../../support/logger.ts';
import { OpenStream, ScriptedOldServer, failed } from '../../support/old-server/scripted.ts';
import { turns, until } from '../../support/until.ts';

const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
});

/** The old server asks one question in each call, and says what was answered. */
class AskingServer extends ScriptedOldServer {
  readonly background = new OpenStream();
  readonly #streams = new Map<unknown, { id: unknown; stream: OpenStream }>();
  #asked = 0;

  constructor() {
    super();
    this.capabilities = { tools: { listChanged: true } };
    this.on('GET', () => this.background.response);
    this.on('tools/call', ({ message }) => {
      const stream = new OpenStream();
      const id = `q${++this.#asked}`;
      this.#streams.set(id, { id: message!.id, stream });
      const requestedSchema = { type: 'object', properties: { word: { type: 'string' } } };
      const params = { message: 'Which word?', requestedSchema };
      return stream.send({ id, method: 'elicitation/create', params }).response;
    });
    this.on('POST', ({ message }) => {
      const call = this.#streams.get(message!.id)!;
      const text = JSON.stringify(message!.result);
      call.stream.send({ id: call.id, result: { content: [{ type: 'text', text }] } }).end();
      return new Response(null, { status: 202 });
    });
  }
}

function oldServer(server: ScriptedOldServer, options: OldServerOptions = {}): OldServer {
  const old = new OldServer('http://old.test/mcp', {
    http: { fetch: server.fetch },
    logger: silent,
    ...options,
  });
  opened.push(old);
  return old;
}

function clientOf(target: Target, options: Partial<ClientOptions> = {}): Client {
  const client = new Client(target, { name: 'new', version: '1', logger: silent, ...options });
  opened.push(client);
  return client;
}

async function served(old: OldServer): Promise<string> {
  const serving: Serving = await serve(old, { port: 0, signals: false, grace: 100 });
  opened.push(serving);
  return serving.url;
}

const answering: Partial<ClientOptions> = {
  onElicit: () => ({ action: 'accept', content: { word: 'fox' } }),
};
const ANSWERED = { content: [{ text: '{"action":"accept","content":{"word":"fox"}}' }] };

describe('an old server that is served', () => {
  it('L17 is one of this revision', async () => {
    const url = await served(oldServer(new AskingServer()));
    const client = clientOf(url, { legacy: 'never' });
    expect(await client.discover()).toMatchObject({
      supportedVersions: ['2026-07-28'],
      capabilities: { tools: {} },
      _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'old' } },
    });
  });

  it('L19 is called in rounds', async () => {
    const url = await served(oldServer(new AskingServer()));
    const client = clientOf(url, answering);
    expect(await client.callTool('t')).toMatchObject(ANSWERED);
    const flow = client.start('tools/call', { name: 't' });
    await flow.advance();
    expect(flow).toMatchObject({ status: 'asking', era: '2026-07-28' });
  });

  it('L19 is called in this process, too', async () => {
    const client = clientOf(oldServer(new AskingServer()), answering);
    expect(await client.callTool('t')).toMatchObject(ANSWERED);
  });

  it('L17 is called by tests', async () => {
    const host = testServer(() => oldServer(new AskingServer()), { instances: 1 });
    const flow = await host.callTool('t');
    flow.expectAsk('question1', { message: 'Which word?' });
    await flow.answer('question1', { word: 'fox' });
    expect(flow.expectResult()).toMatchObject(ANSWERED);
  });

  it('L19 refuses states that are not those of its calls', async () => {
    const client = clientOf(oldServer(new AskingServer()), answering);
    const flow = client.start('tools/call', { name: 't' });
    await flow.advance();
    const { requestState } = flow.toJSON();
    for (const params of [
      { name: 't', requestState: 'guessed' },
      { name: 'other', requestState },
    ]) {
      const other = client.start('tools/call', params as never);
      expect(await failure(other.advance())).toMatchObject({ code: 'state_refused' });
    }
  });

  it('L17 gives each set of capabilities a session of its own', async () => {
    const server = new AskingServer();
    const old = oldServer(server);
    await clientOf(old, answering).listTools();
    await clientOf(old, answering).listTools();
    await clientOf(old, { roots: [] }).listTools();
    const declared = server.seenAt('initialize').map(({ message }) => message!.params);
    expect(declared).toMatchObject([
      { capabilities: { elicitation: { form: {} } } },
      { capabilities: { roots: {} } },
    ]);
  });

  /** What a caller sees of an old server. */
  const seenBy = (old: OldServer, subject: string): Dispatcher => ({
    loopbackOnly: false,
    dispatch: (request, exchange) =>
      old.dispatch(request, Object.assign(exchange, { principal: { issuer: 'i', subject } })),
    close: () => {},
  });

  it('L17 gives each caller a session of its own, and one cannot go on with the call of another', async () => {
    const server = new AskingServer();
    const old = oldServer(server);
    const flow = clientOf(seenBy(old, 'ann'), answering).start('tools/call', { name: 't' });
    await flow.advance();
    const bob = clientOf(seenBy(old, 'bob'), answering);
    await bob.listTools();
    expect(server.seenAt('initialize')).toHaveLength(2);
    const { requestState } = flow.toJSON();
    const stolen = bob.start('tools/call', { name: 't', requestState } as never);
    expect(await failure(stolen.advance())).toMatchObject({ code: 'state_refused' });
  });

  /** A call that has asked, and whose client does not come back. */
  const leave = async (target: Target): Promise<void> => {
    const flow = clientOf(target, answering).start('tools/call', { name: 't' });
    await flow.advance();
    expect(flow.status).toBe('asking');
  };

  it('L17 L19 serves new callers whatever calls were left by others while they asked', async () => {
    const server = new AskingServer();
    const old = oldServer(server);
    for (let i = 0; i < 64; i++) await leave(seenBy(old, `leaver-${i}`));
    const ann = clientOf(seenBy(old, 'ann'), answering);
    expect(await ann.callTool('t')).toMatchObject(ANSWERED);
    expect(server.seenAt('initialize')).toHaveLength(65);
    await until(() => server.seenAt('DELETE').length === 1);
  });

  /** A caller with capabilities of its own, for a session of its own. */
  const declaring = (target: Dispatcher, i: number): Dispatcher => ({
    ...target,
    dispatch(request, exchange) {
      const capabilities = { [MetaKey.clientCapabilities]: { experimental: { [`x${i}`]: {} } } };
      const _meta = { ...(request.params!['_meta'] as object), ...capabilities };
      return target.dispatch({ ...request, params: { ...request.params, _meta } }, exchange);
    },
  });

  it('L17 one caller cannot take the sessions of others', async () => {
    const old = oldServer(new AskingServer());
    const greedy = seenBy(old, 'greedy');
    const listen = (i: number): Promise<unknown> =>
      clientOf(declaring(greedy, i)).listen({ toolsListChanged: true });
    for (let i = 0; i < 16; i++) await listen(i);
    expect(await failure(listen(16))).toMatchObject({ message: 'Too many sessions' });
    expect(await clientOf(seenBy(old, 'ann'), answering).callTool('t')).toMatchObject(ANSWERED);
  });

  it('L17 a session that is begun is not ended for another one', async () => {
    const old = seenBy(oldServer(new AskingServer()), 'greedy');
    const list = (_: unknown, i: number) => clientOf(declaring(old, i)).listTools();
    const lists = await Promise.allSettled(Array.from({ length: 17 }, list));
    const refused = lists.filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject([{ reason: { message: 'Too many sessions' } }]);
  });

  it('L19 gives up a call whose client does not come back for an hour', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const server = new AskingServer();
    const left = leave(oldServer(server));
    await until(() => server.methods.includes('tools/call'));
    await turns();
    await vi.advanceTimersByTimeAsync(20);
    await left;
    await vi.advanceTimersByTimeAsync(3_599_000);
    expect(server.methods).not.toContain('notifications/cancelled');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.methods).toContain('notifications/cancelled');
  });

  it('L19 notifies of changes, and ends subscriptions when it is closed', async () => {
    const server = new AskingServer();
    const old = oldServer(server);
    const client = clientOf(await served(old));
    const subscription = await client.listen({ toolsListChanged: true });
    server.background.send({ method: 'notifications/tools/list_changed' });
    for await (const change of subscription) {
      expect(change).toEqual({ type: 'toolsListChanged' });
      break;
    }
  });

  it('L17 does not disclose what went wrong behind it', async () => {
    const server = new AskingServer().on('tools/call', () => failed(503));
    const errors: string[] = [];
    const logger = { ...silent, error: (text: string) => void errors.push(text) };
    server.on('tools/list', () => new Response('secret', { status: 503 }));
    const client = clientOf(oldServer(server, { logger }));
    const error = await failure(client.listTools());
    expect(error).toMatchObject({ code: -32603, message: 'Internal error' });
    expect(errors.join()).toContain('503');
  });

  it('L17 is told a target that is none', () => {
    expect(() => new OldServer('ftp://old.test/')).toThrow('http: or https:');
    expect(() => new OldServer({ cmd: 'x' } as never)).toThrow('command');
    expect(() => new OldServer(7 as never)).toThrow('OldServer takes');
  });

  it('L18 ends its sessions', async () => {
    const server = new AskingServer();
    const old = oldServer(server);
    await clientOf(old).listTools();
    await old.close();
    await until(() => server.seenAt('DELETE').length === 1);
  });
});
