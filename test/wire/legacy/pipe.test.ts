import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { McpServer } from '../../../src/server/server.ts';
import { type ServingStdio, serveStdio } from '../../../src/stdio/server.ts';
import { silent } from '../../support/logger.ts';
import { type Message, call as modernCall } from '../../support/messages.ts';
import { isQuestion } from '../../support/old-client.ts';
import { turns, until } from '../../support/until.ts';

let serving: ServingStdio | undefined;

afterEach(() => serving?.close());

class Pipe {
  readonly server = new McpServer({ name: 's', version: '1' }, { logger: silent });
  readonly messages: Message[] = [];
  readonly #input = new PassThrough();
  aborted = 0;

  constructor() {
    const { server } = this;
    server.registerTool('greet', {}, () => 'hi');
    server.registerTool('ask', {}, async (ctx) =>
      JSON.stringify(
        await ctx.elicit('go', { message: 'Go?', schema: z.object({ a: z.string() }) }),
      ),
    );
    server.registerTool(
      'hang',
      {},
      (ctx) =>
        new Promise((resolve) =>
          ctx.signal.addEventListener('abort', () => resolve(String(++this.aborted))),
        ),
    );
    server.registerResource('r', 'test://r', {}, () => 'text');
    const output = new PassThrough();
    let rest = '';
    output.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      this.messages.push(...lines.map((line) => JSON.parse(line) as Message));
    });
    serving = serveStdio(server, { input: this.#input, output, grace: 20 });
  }

  send(...messages: unknown[]): void {
    this.#input.write(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
  }

  /** Sends what need not be a message, nor a line. */
  write(text: string | Buffer): void {
    this.#input.write(text);
  }

  end(): void {
    this.#input.end();
  }

  async message(fits: (message: Message) => boolean): Promise<Message> {
    await until(() => this.messages.some(fits));
    return this.messages.find(fits)!;
  }

  reply(id: string | number): Promise<Message> {
    return this.message((message) => message.id === id && message.method === undefined);
  }
}

const initialize = (version = '2025-11-25', id: number = 0) => ({
  jsonrpc: '2.0',
  id,
  method: 'initialize',
  params: {
    protocolVersion: version,
    capabilities: { elicitation: {} },
    clientInfo: { name: 'c', version: '1' },
  },
});
const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' };
const request = (id: number, method: string, params: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
});

describe('an old client on a pipe', () => {
  it('L16 can send the next message before it has the reply to initialize', async () => {
    const pipe = new Pipe();
    pipe.send(
      initialize(),
      initialized,
      request(1, 'tools/list'),
      request(2, 'tools/call', { name: 'greet' }),
    );
    expect((await pipe.reply(0)).result).toMatchObject({ protocolVersion: '2025-11-25' });
    expect((await pipe.reply(1)).result).not.toHaveProperty('resultType');
    expect((await pipe.reply(2)).result).toEqual({ content: [{ type: 'text', text: 'hi' }] });
  });

  it('L16 is refused before initialize', async () => {
    const pipe = new Pipe();
    pipe.send(request(1, 'tools/list'), { jsonrpc: '2.0', id: 2, result: {} });
    expect((await pipe.reply(1)).error!.message).toContain('_meta');
    expect((await pipe.reply(2)).error).toBeDefined();
  });

  it('L1 may speak both eras', async () => {
    const pipe = new Pipe();
    pipe.send(
      { ...modernCall('greet'), id: 'first' },
      initialize(),
      { ...modernCall('greet'), id: 'new' },
      request(1, 'tools/call', { name: 'greet' }),
    );
    expect((await pipe.reply('new')).result).toHaveProperty('resultType');
    expect((await pipe.reply(1)).result).not.toHaveProperty('resultType');
  });

  it('L16 is asked, and answers, on the pipe', async () => {
    const pipe = new Pipe();
    pipe.send(initialize(), initialized, request(1, 'tools/call', { name: 'ask' }));
    const { id } = await pipe.message(isQuestion);
    pipe.send(
      { jsonrpc: '2.0', id: 'unknown', result: {} },
      { jsonrpc: '2.0', id, result: { action: 'decline' } },
    );
    expect((await pipe.reply(1)).result).toEqual({
      content: [{ type: 'text', text: '{"action":"decline"}' }],
    });
    expect(pipe.messages.filter(({ error }) => error !== undefined)).toEqual([]);
  });

  it('L16 hears of changes unasked, and of resources that it watches', async () => {
    const pipe = new Pipe();
    pipe.send(initialize(), initialized, request(1, 'resources/subscribe', { uri: 'test://r' }));
    await pipe.reply(1);
    pipe.server.registerTool('later', {}, () => 'x');
    await pipe.message(({ method }) => method === 'notifications/tools/list_changed');
    pipe.server.sendResourceUpdated({ uri: 'test://r' });
    const updated = await pipe.message(
      ({ method }) => method === 'notifications/resources/updated',
    );
    expect(updated.params).toEqual({ uri: 'test://r' });
  });

  it('L12 L16 cancels by notification, and all ends with the input', async () => {
    const pipe = new Pipe();
    pipe.send(
      initialize(),
      initialized,
      request(1, 'tools/call', { name: 'hang' }),
      request(2, 'tools/call', { name: 'hang' }),
      request(3, 'tools/call', { name: 'ask' }),
    );
    await pipe.message(isQuestion);
    pipe.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
    await until(() => pipe.aborted === 1);
    pipe.end();
    await serving!.closed;
    expect(pipe.aborted).toBe(2);
    await turns();
    expect(pipe.messages.some(({ id }) => id === 1)).toBe(false);
  });

  it('L1 L12 cancels requests of both eras', async () => {
    const pipe = new Pipe();
    pipe.send(initialize(), initialized, { ...modernCall('hang'), id: 'new' });
    await turns();
    pipe.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'new' } });
    await until(() => pipe.aborted === 1);
    await turns();
    expect(pipe.messages.some(({ id }) => id === 'new')).toBe(false);
  });

  it('L16 hears of a change once, however often it says that it is initialized', async () => {
    const pipe = new Pipe();
    pipe.send(initialize(), ...Array.from({ length: 6 }, () => initialized), request(1, 'ping'));
    await pipe.reply(1);
    pipe.server.registerTool('later', {}, () => 'x');
    await pipe.message(({ method }) => method === 'notifications/tools/list_changed');
    await turns();
    expect(
      pipe.messages.filter(({ id, method }) => id === undefined && method === undefined),
    ).toEqual([]);
    expect(pipe.messages.filter(({ method }) => method !== undefined)).toHaveLength(1);
  });

  it('L16 ends the calls of a session that another one follows', async () => {
    const pipe = new Pipe();
    pipe.send(
      initialize(),
      request(1, 'tools/call', { name: 'ask' }),
      request(2, 'tools/call', { name: 'hang' }),
    );
    await pipe.message(isQuestion);
    pipe.send(initialize('2025-06-18', 9));
    await until(() => pipe.aborted === 1);
    await pipe.reply(9);
    pipe.send(request(1, 'ping'));
    expect((await pipe.reply(1)).result).toEqual({});
  });

  it('L16 ends a batch with the input', async () => {
    const pipe = new Pipe();
    pipe.send(initialize('2025-03-26'), [request(1, 'tools/call', { name: 'hang' })]);
    await turns();
    pipe.end();
    await serving!.closed;
    expect(pipe.aborted).toBe(1);
  });

  it('L16 ends the batches of a session that another one follows', async () => {
    const pipe = new Pipe();
    const batch = [request(1, 'tools/call', { name: 'hang' }), request(2, 'ping')];
    pipe.send(initialize('2025-03-26'), batch);
    await turns();
    pipe.send(initialize('2025-06-18', 9));
    await pipe.reply(9);
    await until(() => pipe.aborted === 1);
    await turns();
    expect(pipe.messages.filter(Array.isArray)).toEqual([]);
  });

  it('L16 uses ids anew with a second initialize, also those of calls that do not end', async () => {
    const pipe = new Pipe();
    const forever = new Promise<string>(() => {});
    pipe.server.registerTool('deaf', {}, () => forever);
    const deaf = request(1, 'tools/call', { name: 'deaf' });
    pipe.send(initialize(), deaf, initialize('2025-11-25', 9), request(1, 'ping'));
    expect(await pipe.reply(1)).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
    pipe.send(deaf, request(1, 'ping'));
    await until(() => pipe.messages.some(({ error }) => error !== undefined));
    expect(pipe.messages.at(-1)!.error!.message).toContain('Another request');
  });

  it('L16 is answered initialize also when its input ends behind it', async () => {
    const pipe = new Pipe();
    pipe.send(initialize());
    pipe.end();
    await serving!.closed;
    expect(pipe.messages).toMatchObject([{ id: 0, result: { protocolVersion: '2025-11-25' } }]);
  });

  it('L16 begins anew with a second initialize', async () => {
    const pipe = new Pipe();
    pipe.send(initialize('2025-11-25'), initialize('2025-03-26', 1), [
      request(2, 'ping'),
      request(3, 'ping'),
    ]);
    expect((await pipe.reply(1)).result).toMatchObject({ protocolVersion: '2025-03-26' });
    await until(() => pipe.messages.some(Array.isArray));
    expect(pipe.messages.find(Array.isArray)).toHaveLength(2);
  });

  it('L16 is refused a second request with the id of one that runs', async () => {
    const pipe = new Pipe();
    pipe.send(initialize(), request(1, 'tools/call', { name: 'hang' }), request(1, 'ping'));
    expect((await pipe.reply(1)).error!.message).toContain('Another request');
  });

  it('L16 can send its messages in pieces of any size', async () => {
    const pipe = new Pipe();
    const all = [initialize(), initialized, request(1, 'tools/call', { name: 'greet', _meta: {} })];
    const bytes = Buffer.from(
      all
        .map((each) => `${JSON.stringify(each)}\r\n`)
        .join('')
        .replace('"c"', '"cé𝄞"'),
    );
    for (const byte of bytes) pipe.write(Buffer.from([byte]));
    expect((await pipe.reply(1)).result).toMatchObject({ content: [{ text: 'hi' }] });
  });

  it('L1 L16 may have its id used by a request of the other era only when its own has ended', async () => {
    const pipe = new Pipe();
    pipe.send(initialize(), initialized, request(5, 'tools/call', { name: 'ask' }));
    const question = await pipe.message(isQuestion);
    pipe.send({ ...modernCall('greet'), id: 5 });
    expect((await pipe.reply(5)).error).toMatchObject({ code: -32600 });
    pipe.messages.length = 0;
    pipe.send({ jsonrpc: '2.0', id: question.id, result: { action: 'decline' } });
    expect(JSON.stringify((await pipe.reply(5)).result)).toContain('decline');
    pipe.messages.length = 0;
    pipe.send({ ...modernCall('greet'), id: 5 });
    expect((await pipe.reply(5)).result).toMatchObject({ resultType: 'complete' });
  });

  it('L9 L16 hears nothing of answers that nobody waits for, alone or in a batch', async () => {
    const pipe = new Pipe();
    const stray = [
      { jsonrpc: '2.0', id: 'x', result: {} },
      { jsonrpc: '2.0', id: 1, error: {} },
    ];
    pipe.send(initialize('2025-03-26'), initialized, ...stray, stray, [
      ...stray,
      request(1, 'ping'),
    ]);
    await until(() => pipe.messages.some((each) => Array.isArray(each)));
    pipe.send(request(2, 'ping'));
    await pipe.reply(2);
    expect(pipe.messages.filter(({ id }) => id !== 0)).toEqual([
      [{ jsonrpc: '2.0', id: 1, result: {} }],
      { jsonrpc: '2.0', id: 2, result: {} },
    ]);
  });

  it('L12 L16 goes on after cancelling what is not there', async () => {
    const pipe = new Pipe();
    pipe.send(initialize(), initialized, request(1, 'tools/call', { name: 'hang' }));
    for (const requestId of [2, '1', null, {}, [1], 1.5, undefined]) {
      pipe.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } });
    }
    pipe.send({ jsonrpc: '2.0', method: 'notifications/cancelled' });
    pipe.send(request(3, 'ping'));
    await pipe.reply(3);
    expect(pipe.aborted).toBe(0);
  });
});
