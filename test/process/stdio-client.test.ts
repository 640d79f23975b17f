/** A client of servers that it starts as programs (IO-1 to IO-8). */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Client, type ClientOptions, type ServerCommand } from '../../src/client/index.ts';
import { textOf } from '../support/official-client/peer.ts';
import { built } from '../support/program.ts';
import { warningsTo } from '../support/logger.ts';

const open: Client[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(open.splice(0).map((client) => client.close()));
});

const warnings: string[] = [];
const logger = warningsTo(warnings);

function connect(
  command: Partial<ServerCommand> = {},
  manner = '',
  options: Partial<ClientOptions> = {},
): Client {
  const args = [built('test/programs/odd-stdio-server.ts'), manner];
  const target = { command: process.execPath, args, stderr: 'ignore', ...command } as const;
  const client = new Client(target, { name: 'c', version: '1', logger, ...options });
  open.push(client);
  return client;
}

describe('a client of a server program', () => {
  it('a server program is started at the first request, and asks its questions', async () => {
    const args = [built('test/programs/greeter.ts')];
    const asked: string[] = [];
    const client = connect({ args }, '', {
      onElicit: ({ message }) => {
        asked.push(message);
        return { action: 'accept', content: { confirm: true, name: 'Ada' } };
      },
    });
    const [tool] = await client.listTools();
    expect(textOf(await client.callTool(tool!.name))).toEqual(expect.any(String));
    expect(asked.length).toBeGreaterThan(0);
  });

  it('IO-8 a server program is started again after a crash; its open calls have failed', async () => {
    const client = connect();
    const first = textOf(await client.callTool('pid'));
    await expect(client.callTool('crash')).rejects.toMatchObject({
      code: 'transport_failed',
      message: 'The server ended with code 3.',
    });
    const second = textOf(await client.callTool('pid'));
    expect(second).not.toBe(first);
  });

  it('a server program that cannot be found is an error that says so', async () => {
    const client = connect({ command: './there-is-no-such-program' });
    await expect(client.callTool('pid')).rejects.toMatchObject({
      code: 'transport_failed',
      message: expect.stringContaining('could not be run'),
    });
  });

  it("a server program that dies at once fails every call, with a pause that the call's signal ends", async () => {
    const client = connect({}, 'dies');
    await expect(client.callTool('pid')).rejects.toThrow('ended with code 7');
    const abort = new AbortController();
    const call = client.callTool('pid', {}, { signal: abort.signal });
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('IO-2 a server program may write to its standard error, line by line', async () => {
    const lines: string[] = [];
    const client = connect({ stderr: (line) => lines.push(line) });
    expect(textOf(await client.callTool('complain'))).toBe('complained');
    await client.close();
    expect(lines).toEqual(['first line', 'second line']);
  });

  it('IO-2 a function for standard error that throws fails no call, and the log has why', async () => {
    warnings.length = 0;
    const client = connect({
      stderr: () => {
        throw new Error('mine');
      },
    });
    expect(textOf(await client.callTool('complain'))).toBe('complained');
    await client.close();
    expect(warnings).toEqual(['stderr failed: mine', 'stderr failed: mine']);
  });

  it('IO-2 a server program that writes to its standard output is understood, with a warning', async () => {
    warnings.length = 0;
    const client = connect();
    expect(textOf(await client.callTool('babble'))).toBe('done');
    expect(warnings).toEqual([expect.stringContaining('not a message to its standard output')]);
  });

  it('a server program gets what every program needs from the environment, and no secrets', async () => {
    vi.stubEnv('A_SECRET_OF_OURS', 'secret');
    const client = connect({ env: { MINE: '1' } });
    const names = JSON.parse(textOf(await client.callTool('env'))) as string[];
    expect(names).toContain('MINE');
    expect(names).toContain('PATH');
    expect(names).not.toContain('A_SECRET_OF_OURS');
  });

  it('IO-5 a server program learns that a call was cancelled', async () => {
    const lines: string[] = [];
    let heard!: () => void;
    const aborted = new Promise<void>((resolve) => (heard = resolve));
    const stderr = (line: string): void => {
      lines.push(line);
      heard();
    };
    const client = connect({ stderr });
    const abort = new AbortController();
    const call = client.callTool(
      'wait',
      {},
      { signal: abort.signal, onProgress: () => abort.abort() },
    );
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    await aborted;
    expect(lines).toEqual(['aborted']);
    expect(textOf(await client.callTool('complain'))).toBe('complained');
  });

  it('IO-6 a client may listen to one server program twice, each time for something else', async () => {
    const client = connect();
    const [a, b] = await Promise.all(
      ['odd:a', 'odd:b'].map((uri) => client.listen({ resourceSubscriptions: [uri] })),
    );
    await client.callTool('touch');
    for (const [subscription, uri] of [
      [a!, 'odd:a'],
      [b!, 'odd:b'],
    ] as const) {
      const { value } = await subscription[Symbol.asyncIterator]().next();
      expect(value).toEqual({ type: 'resourceUpdated', uri });
    }
  });

  it('IO-7 a server program that does not end by itself is killed', async () => {
    const lines: string[] = [];
    const client = connect({ stderr: (line) => lines.push(line) }, 'stubborn');
    const pid = Number(textOf(await client.callTool('pid')));
    await client.close();
    expect(lines).toEqual(['not yet']);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await expect(client.callTool('pid')).rejects.toMatchObject({ code: 'closed' });
  });

  it('closing a client ends what a server program is doing for it, and starts no other program', async () => {
    const lines: string[] = [];
    const client = connect({ stderr: (line) => lines.push(line) });
    const subscription = await client.listen({ resourceSubscriptions: ['odd:a'] });
    const pid = Number(textOf(await client.callTool('pid')));
    let progressed!: () => void;
    const running = new Promise<void>((resolve) => (progressed = resolve));
    const call = client
      .callTool('wait', {}, { onProgress: progressed })
      .catch((error: unknown) => error);
    await running;
    await client.close();
    expect(await call).toMatchObject({ code: 'closed' });
    for await (const change of subscription) expect.unreachable(change.type);
    expect(lines).toEqual(['aborted']);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});

it.each([{ command: '' }, { command: 'node server.js', args: 'x' as never }])(
  'a server command that cannot be one is refused: %j',
  (target) => {
    expect(() => new Client(target, { name: 'c', version: '1' })).toThrow(
      expect.objectContaining({ code: 'invalid_options' }),
    );
  },
);
