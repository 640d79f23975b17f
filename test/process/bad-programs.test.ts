/** Programs that serve as no program may (IO-1 to IO-8). */
import { afterEach, describe, expect, it } from 'vitest';
import type { CallOptions, Client } from '../../src/client/index.ts';
import { type Failure, client, failure } from '../support/bad-servers/calls.ts';
import { built } from '../support/program.ts';
import { warningsTo } from '../support/logger.ts';

const clients: Client[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((each) => each.close()));
});

const warnings: string[] = [];
const logger = warningsTo(warnings);

function start(
  manner: string,
  stderr: (line: string) => void = () => {},
  ...more: string[]
): Client {
  const target = {
    command: process.execPath,
    args: [built('test/programs/bad-stdio-server.ts'), manner, ...more],
    stderr,
  };
  const one = client(target, { logger });
  clients.push(one);
  return one;
}

const SOON: CallOptions = { timeout: 1_000 };

describe('a server program that breaks the rules', () => {
  it.each([
    ['sends a request', 'asks', "it sent a request, 'elicitation/create'"],
    ['sends half a message as a line', 'broken', 'not valid JSON'],
    ['nests without an end', 'deep', 'nested deeper than 128'],
  ])('a server program that %s breaks the protocol', async (_what, manner, words) => {
    const error = await failure(start(manner).callTool('t'));
    expect(error).toMatchObject({ name: 'InvalidResponseError', code: 'invalid_response' });
    expect(error.message).toContain(words);
  });

  it.each([
    ['sends bytes that are no UTF-8', 'bytes', 'sent a message that is not UTF-8'],
    ['sends 20 MiB in a line', 'too long', 'sent a message that is too long'],
    ['ends', 'dying', 'ended with code 5'],
    ['ends within a message', 'half dying', 'ended with code 5'],
  ])('a server program that %s has failed', async (_what, manner, words) => {
    const error = await failure(start(manner).callTool('t'));
    expect(error).toMatchObject({ name: 'RondoError', code: 'transport_failed' });
    expect(error.message).toContain(words);
  });

  it.each([
    ['says nothing', 'silent'],
    ['answers another request', 'another'],
    ['answers without an id', 'nameless'],
    ['never ends its line', 'half'],
    ['never ends its line, and goes on', 'endless'],
    ['closes its output', 'mute'],
    ['closes its input', 'deaf'],
  ])('PG-6 PG-5 a server program that %s times out', async (_what, manner) => {
    const error = await failure(start(manner).callTool('t', {}, SOON));
    expect(error).toMatchObject({ code: 'timeout' });
  });

  /**
   * The end of a call that waits while another makes the program write a line, `LONG` in it being
   * 17 MB; if it has not ended by then, it is cancelled.
   */
  async function beside(line: string): Promise<[Failure, Client]> {
    const one = start('writing');
    const abort = new AbortController();
    const waiting = failure(one.callTool('wait', {}, { signal: abort.signal }));
    await one.callTool('write', { lines: [line], answers: true });
    abort.abort();
    return [await waiting, one];
  }

  it.each([
    ['a logger writes', '{"level":30,"time":1,"msg":"listening"}'],
    ['a logger writes with the id of a call', '{"level":30,"id":1,"msg":"listening"}'],
    ['are parts of an object', '{'],
    ['answer nothing', '{"jsonrpc":"2.0","id":4711,"result":{}}'],
    ['answer nothing, wrongly', '{"jsonrpc":"2.0","id":4711}'],
    ['have no id', '{"jsonrpc":"2.0","result":{}}'],
    ['are notifications that cannot be one', '{"jsonrpc":"2.0","method":"x","params":7}'],
    [
      'are notifications about nothing',
      '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":99,"progress":1}}',
    ],
  ])('IO-2 lines that %s end no call, and are warned of five times', async (_what, line) => {
    warnings.length = 0;
    const lines = Array.from({ length: 20 }, () => line);
    const one = start('writing');
    expect(await one.callTool('t', { lines, answers: true })).toHaveProperty('content');
    expect(warnings).toHaveLength(5);
    expect(warnings[4]).toContain('no more warnings');
    expect(warnings.join()).not.toContain('listening');
  });

  it.each([
    ['an error without an id', '{"jsonrpc":"2.0","error":{"code":-32700,"message":"What?"}}'],
    ['a request', '{"jsonrpc":"2.0","id":1,"method":"ping"}'],
    ['a line that is too long', '{"a":"LONG"}'],
  ])('EN-3 of several calls none ends by %s', async (_what, line) => {
    const [error] = await beside(line);
    expect(error).toMatchObject({ code: 'cancelled' });
  });

  it.each([
    ['is too long', 'too long', '{"jsonrpc":"2.0","id":1,"result":"LONG"}'],
    ['is too long, with its id last', 'too long', '{"result":"LONG","jsonrpc":"2.0","id":1}'],
    ['has neither result nor error', 'neither a result', '{"jsonrpc":"2.0","id":1}'],
    ['is cut off', 'not valid JSON', '{"jsonrpc":"2.0","id":1,"result":{'],
  ])('EN-3 of several calls that one ends whose response %s', async (_how, words, line) => {
    const [error, one] = await beside(line);
    expect(error.message).toContain(words);
    expect(await one.callTool('write', { answers: true })).toHaveProperty('content');
  });

  it.each([
    ['not found', 'error -32601'],
    ['not initialized', 'error -32600'],
    ['something else', 'another result'],
  ])('IO-9 an older server program gets nothing that has an effect: %s', async (answer, words) => {
    const methods: string[] = [];
    const one = start('well', (line) => methods.push(line), answer);
    const errors = await Promise.all([failure(one.callTool('t')), failure(one.listTools())]);
    for (const error of [...errors, await failure(one.callTool('t'))]) {
      expect(error).toMatchObject({ name: 'RondoError', code: 'unsupported_version' });
      expect(error.message).toContain(words);
    }
    await one.close();
    expect(new Set(methods)).toEqual(new Set(['server/discover']));
  });

  it('IO-9 a server program is asked what it speaks before its first request, and once', async () => {
    for (const answer of ['well', 'not supported']) {
      const methods: string[] = [];
      const one = start('well', (line) => methods.push(line), answer);
      await Promise.all([one.callTool('t'), one.callTool('t')]);
      await one.callTool('t');
      await one.close();
      expect(methods).toEqual(['server/discover', 'tools/call', 'tools/call', 'tools/call']);
    }
  });

  it("EN-3 T15 a server program's error without an id ends the only open call", async () => {
    const error = await failure(start('unreadable').callTool('t'));
    expect(error).toMatchObject({ name: 'RpcError', code: -32700, message: 'What?' });
  });

  it('IO-2 a server program that writes other lines to its output is understood', async () => {
    warnings.length = 0;
    expect(await start('babbling').callTool('t')).toHaveProperty('content');
    expect(warnings.length).toBeGreaterThan(0);
  });

  it('PG-5 the second answer of a server program is ignored', async () => {
    const one = start('twice');
    for (let i = 0; i < 3; i++) expect(await one.callTool('t')).toHaveProperty('content');
  });

  it('IO-8 a server program that ended is started again, and fails again', async () => {
    const one = start('dying');
    for (let i = 0; i < 2; i++) {
      expect(await failure(one.callTool('t'))).toMatchObject({ code: 'transport_failed' });
    }
  });

  it('a server program is closed, whatever it does', async () => {
    for (const manner of ['silent', 'endless', 'mute', 'deaf']) {
      const one = start(manner);
      await failure(one.callTool('t', {}, { timeout: 500 }));
      await one.close();
    }
  });

  it('a listener for progress that throws ends no call', async () => {
    const one = start('informing');
    const throwing = (): void => {
      throw new Error('mine');
    };
    const abort = new AbortController();
    const other = failure(one.callTool('slow', {}, { signal: abort.signal }));
    const own = failure(one.callTool('slow', {}, { onProgress: throwing, signal: abort.signal }));
    expect(await one.callTool('quick')).toHaveProperty('content');
    abort.abort();
    expect(await own).toMatchObject({ code: 'cancelled' });
    expect(await other).toMatchObject({ code: 'cancelled' });
  });

  /** A call of a program that ends, while its output stays open: somebody else has it. */
  async function bequeathed(use: (one: Client, call: Promise<Failure>) => unknown): Promise<void> {
    let left!: (heir: number) => void;
    const heir = new Promise<number>((resolve) => (left = resolve));
    const one = start('bequeathing', (line) => left(Number(line.split(' ')[1])));
    const call = failure(one.callTool('t'));
    try {
      await use(one, call);
    } finally {
      process.kill(await heir);
    }
  }

  it('a server program that ends and leaves its output to another process has failed', async () => {
    await bequeathed(async (_one, call) => {
      expect(await call).toMatchObject({ code: 'transport_failed' });
    });
  });

  it('a server program that ended and left its output to another process can be closed', async () => {
    await bequeathed(async (one, call) => {
      await call;
      await one.close();
    });
  });
});
