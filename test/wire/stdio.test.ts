/** Clients that do not read, do not wait, or are not alone. */
import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ResourceTemplate } from '../../src/server/resources/resource-template.ts';
import { McpServer } from '../../src/server/server.ts';
import { type Message, call, request } from '../support/messages.ts';
import { turns, until } from '../support/until.ts';
import { type ServeStdioOptions, serveStdio } from '../../src/stdio/server.ts';
import { silent } from '../support/logger.ts';

function make(): McpServer {
  const server = new McpServer({ name: 's', version: '1' }, { logger: silent });
  server.registerTool('fast', {}, () => 'ok');
  server.registerTool('loud', {}, async (ctx) => {
    for (let i = 0; i < 20_000; i++) ctx.progress(i, 20_000, 'x'.repeat(200));
    return 'ok';
  });
  return server;
}

/** Takes nothing until it is told to. */
class Unread extends Writable {
  taken = '';
  #taking: (() => void) | undefined;
  #isOpen = false;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.taken += chunk.toString();
    if (this.#isOpen) done();
    else this.#taking = done;
  }

  read(): void {
    this.#isOpen = true;
    this.#taking?.();
  }
}

function connected(server: McpServer, output: Writable, options: ServeStdioOptions = {}) {
  const input = new PassThrough();
  const serving = serveStdio(server, { input, output, grace: 50, ...options });
  const write = (message: Message): void => void input.write(`${JSON.stringify(message)}\n`);
  return { input, serving, write };
}

describe('a client that does not read', () => {
  it('a stdio client that does not read is waited for by one listener, and sent only so much', async () => {
    const output = new Unread();
    const { write } = connected(make(), output);
    const loud = request('tools/call', { name: 'loud' }, { progressToken: 'p' });
    write({ ...loud, id: 'p' });
    await until(() => output.writableLength > 1_000_000);
    await turns();
    expect(output.listenerCount('drain')).toBe(1);
    expect(output.writableLength).toBeLessThan(1_100_000);
    output.read();
    await until(() => output.taken.includes('"id":"p"'));
  });

  it('a stdio client that does not read is not read from', async () => {
    const output = new Unread();
    const { write } = connected(make(), output);
    const loud = request('tools/call', { name: 'loud' }, { progressToken: 'p' });
    write(loud);
    await until(() => output.writableLength > 1_000_000);
    write({ ...call('fast'), id: 'after' });
    await turns();
    output.read();
    await until(() => output.taken.includes('"id":"after"'));
  });

  it('IO-7 a stdio client that does not read does not delay the end', async () => {
    const { input, serving } = connected(make(), new Unread());
    input.end(`${JSON.stringify(call('fast'))}\n`);
    await serving.closed;
  });
});

describe('the end of the input', () => {
  it("IO-7 the end of a stdio server's input does not wait for what never settles", async () => {
    const server = make();
    const complete = { x: () => new Promise<string[]>(() => {}) };
    const template = new ResourceTemplate('a:///{x}', { list: undefined, complete });
    server.registerResource('t', template, {}, () => 'x');
    const { input, serving } = connected(server, new PassThrough().resume());
    const ref = { type: 'ref/resource', uri: 'a:///{x}' };
    const argument = { name: 'x', value: '' };
    input.end(`${JSON.stringify(request('completion/complete', { ref, argument }))}\n`);
    await serving.closed;
  });

  it("IO-10 the end of one stdio client's input lets others go on listening", async () => {
    const server = make();
    const outputs = [new PassThrough(), new PassThrough()];
    const got = ['', ''];
    const [one, two] = outputs.map((output, i) => {
      output.on('data', (chunk: Buffer) => (got[i] += chunk.toString()));
      return connected(server, output);
    });
    const notifications = { toolsListChanged: true };
    one!.write({ ...request('subscriptions/listen', { notifications }), id: 'one' });
    two!.write({ ...request('subscriptions/listen', { notifications }), id: 'two' });
    await until(() => got.every((text) => text.includes('acknowledged')));
    two!.input.end();
    await two!.serving.closed;
    expect(got[1]).toMatch(/cancelled[^\n]*\n[^\n]*"id":"two","result"/);
    server.sendToolListChanged();
    await until(() => got[0]!.includes('tools/list_changed'));
    expect(got[0]).not.toContain('"result"');
    await one!.serving.close();
    expect(got[0]).toMatch(/"id":"one","result"/);
  });
});

describe('a server that breaks its word', () => {
  it('a dispatcher that rejects ends one request and not the stdio server', async () => {
    const output = new Unread();
    output.read();
    const broken = Object.assign(make(), { dispatch: () => Promise.reject(new Error('broken')) });
    const { write } = connected(broken, output);
    write({ ...call('fast'), id: 'b' });
    await until(() => output.taken.includes('\n'));
    expect(JSON.parse(output.taken)).toMatchObject({ id: 'b', error: { code: -32603 } });
  });
});
