/** Programs of earlier revisions, and what each does with the discovery. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../src/cli/test-support/temporary-folder.ts';
import { Client, type ClientOptions } from '../../src/client/index.ts';
import { failure } from '../support/bad-servers/calls.ts';
import { silent } from '../support/logger.ts';
import { Program, built } from '../support/program.ts';

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

class OldProgram {
  readonly log = join(temporaryFolder(), 'log');
  readonly args: readonly string[];

  constructor(kind: 'exits' | 'silent' | 'refuses') {
    this.args = [built('test/programs/old-stdio-server.ts'), kind, this.log];
  }

  connect(options: Partial<ClientOptions> = {}): Client {
    const target = { command: process.execPath, args: this.args };
    const client = new Client(target, { name: 'c', version: '1', logger: silent, ...options });
    clients.push(client);
    return client;
  }

  /** What each of its runs got, in order. */
  get runs(): string[][] {
    const lines = readFileSync(this.log, 'utf8').trim().split('\n');
    const runs = new Map<string, string[]>();
    for (const [pid, method] of lines.map((line) => line.split(' '))) {
      runs.set(pid!, [...(runs.get(pid!) ?? []), method!]);
    }
    return [...runs.values()];
  }
}

const BEGUN = ['initialize', 'notifications/initialized'];

describe('an old program', () => {
  it('L17 IO-9 that refuses the discovery gets initialize in the same run, and no call before', async () => {
    const program = new OldProgram('refuses');
    const { content } = await program.connect().callTool('t');
    expect(content).toEqual([{ type: 'text', text: 'called' }]);
    expect(program.runs).toEqual([['server/discover', ...BEGUN, 'tools/call']]);
  });

  it.each(['exits', 'silent'] as const)(
    'L17 that %s at the discovery is started again, with initialize first',
    async (kind) => {
      const program = new OldProgram(kind);
      const client = program.connect();
      expect(await client.listTools()).toEqual([]);
      await client.callTool('t');
      const [first, second] = program.runs;
      expect(first!.filter((method) => method !== 'notifications/cancelled')).toEqual([
        'server/discover',
      ]);
      expect(second).toEqual([...BEGUN, 'tools/list', 'tools/call']);
      await program.connect().listTools();
      expect(program.runs[2]).toEqual([...BEGUN, 'tools/list']);
    },
    30_000,
  );

  it('L18 is begun again when it has ended', async () => {
    const program = new OldProgram('refuses');
    const client = program.connect();
    await client.listTools();
    process.kill(pidOf(program), 'SIGKILL');
    await failure(client.listTools());
    expect(await client.listTools()).toEqual([]);
    expect(program.runs).toHaveLength(2);
    expect(program.runs[1]!.slice(0, 3)).toEqual([...BEGUN, 'tools/list']);
  });

  it("L17 is not called with legacy: 'never'", async () => {
    const program = new OldProgram('refuses');
    const error = await failure(program.connect({ legacy: 'never' }).callTool('t'));
    expect(error).toMatchObject({ code: 'unsupported_version' });
    expect(program.runs).toEqual([['server/discover']]);
  });

  it('L17 that cannot be started is an error of its own', async () => {
    const client = new Client(
      { command: '/nowhere/at/all' },
      { name: 'c', version: '1', logger: silent },
    );
    const error = await failure(client.listTools());
    expect(error).toMatchObject({ code: 'transport_failed' });
    expect(error.message).toContain('could not be run');
  });
});

function pidOf({ log }: OldProgram): number {
  return Number(readFileSync(log, 'utf8').split(' ')[0]);
}

describe('the rondo command and an old server', () => {
  const stdio = ['--', 'node', built('test/programs/old-server/stdio.ts')];

  async function rondo(...args: string[]): Promise<Program> {
    const program = new Program('src/cli/main.ts', args, {});
    await program.ended();
    return program;
  }

  it('L17 lists, and calls', async () => {
    const listed = await rondo('list', ...stdio);
    expect(listed.output).toContain('sum');
    const called = await rondo('call', 'sum', '--arg', 'a=1', '--arg', 'b=2', ...stdio);
    expect(called.output).toContain('3');
  });

  it('L19 answers questions, and says that the call cannot be saved', async () => {
    const answers = join(temporaryFolder(), 'answers.json');
    writeFileSync(answers, JSON.stringify({ question1: { word: 'fox' } }));
    const saved = join(temporaryFolder(), 'flow.json');
    const called = await rondo('call', 'ask', '--answers', answers, '--save', saved, ...stdio);
    expect(called.output).toContain('fox');
    expect(called.errors.split('2025-11-25')).toHaveLength(2);
  });
});
