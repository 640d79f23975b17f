/** What people mistype, and what the command says to that: before it has sent anything. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import { cliServer } from '../../programs/shop/server.ts';
import { Terminal } from '../../support/cli/terminal.ts';
import { Program } from '../../support/program.ts';

let serving: Serving;
let url: string;

beforeAll(async () => {
  serving = await serve(cliServer(), { port: 0, signals: false });
  url = serving.url;
});
afterAll(() => serving.close());

const programs: Program[] = [];
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.kill()));
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

async function rondo(args: readonly string[]): Promise<Ended> {
  const program = new Program('src/cli/main.ts', args, { RONDO_STATE_KEYS: '' });
  programs.push(program);
  program.process.stdin!.end();
  const code = await program.ended();
  return { code, output: program.output, errors: program.errors };
}

describe('help', () => {
  const helpless: [string[], string][] = [
    [['help', 'nope'], 'rondo --help'],
    [['nope', '--help'], 'rondo --help'],
    [['task', 'nope'], 'rondo task --help'],
    [['task', 'nope', '--help'], 'rondo task --help'],
    [['task', 'help', 'nope'], 'rondo task --help'],
    [['help', 'store', 'nope'], 'rondo store --help'],
  ];

  it('help for a command that there is not is refused, whatever way it is asked for', async () => {
    const runs = await Promise.all(helpless.map(([args]) => rondo(args)));
    for (const [index, run] of runs.entries()) {
      const errors = `rondo: unknown command 'nope'\nSee ${helpless[index]![1]}.\n`;
      expect(run).toEqual({ code: 2, output: '', errors });
    }
  });

  it('help for a command in a group is its own', async () => {
    const [asked, own] = await Promise.all([
      rondo(['help', 'task', 'get']),
      rondo(['task', 'get', '--help']),
    ]);
    expect(asked).toEqual(own);
    expect(own.output).toMatch(/^Usage: rondo task get /);
  });

  it.each([40, 50])('help is not broken inside of words in %i columns', async (columns) => {
    const names = ['call', 'resume', 'task', 'list', 'read', 'prompt', 'login', 'state', 'keys'];
    const commands = [[], ...names.map((name) => [name]), ['task', 'get'], ['store', 'export']];
    const terminals = commands.map(
      (words) => new Terminal([...words, '--help'], {}, '.', undefined, columns),
    );
    for (const terminal of terminals) {
      expect(await terminal.ended()).toBe(0);
      const lines = terminal.raw.split('\r\n');
      expect(lines).toContain('Options:');
      // Commands stay in one line, to be copied.
      for (const line of lines.filter(({ length }) => length > columns))
        expect(line).toMatch(/^ {2}(?:\S.*)?\brondo /);
    }
  });
});

describe('a mistake in the words of a command', () => {
  const wrong: [string[], string][] = [
    [['call'], 'rondo call --help'],
    [['call', '--nix'], 'rondo call --help'],
    [['call', '--save'], 'rondo call --help'],
    [['call', url, 'a', 'b'], 'rondo call --help'],
    [['call', url, 'sum', '--timeout', 'x'], 'rondo call --help'],
    [['task', 'get', 'node x.js'], 'rondo task get --help'],
    [['keys', 'status', '--nix'], 'rondo keys status --help'],
    [['state'], 'rondo state --help'],
    [['--nix'], 'rondo --help'],
  ];

  it('a mistake in the words of a command names the help of that command', async () => {
    const runs = await Promise.all(wrong.map(([args]) => rondo(args)));
    for (const [index, run] of runs.entries()) {
      expect(run).toMatchObject({ code: 2, output: '' });
      expect(run.errors).toMatch(new RegExp(`\nSee ${wrong[index]![1]}\\.\n$`));
    }
  });

  it('a mistyped command is told the nearest', async () => {
    const [cal, gett] = await Promise.all([rondo(['cal', url]), rondo(['task', 'gett'])]);
    expect(cal.errors).toContain("unknown command 'cal'. Did you mean 'call'?");
    expect(gett.errors).toContain("unknown command 'gett'. Did you mean 'get'?");
  });
});

describe('what fails with --json', () => {
  const failing: [string[], object][] = [
    [['call', '--json'], { exitCode: 2 }],
    [['list', 'http://127.0.0.1:9/mcp', '--json'], { exitCode: 3, code: 'transport_failed' }],
    [['state', 'x', '--json'], { exitCode: 2 }],
    [['task', 'list', '/no/such/folder', '--json'], { exitCode: 2 }],
    [['keys', 'status', '--json'], { exitCode: 2 }],
  ];

  it('what fails with --json is one JSON object on standard output, with its exit code', async () => {
    const runs = await Promise.all([
      ...failing.map(([args]) => rondo(args)),
      rondo(['call', url, 'nix', '--json']),
      rondo(['prompt', url, 'nix', '--json']),
      rondo(['call', url, 'deploy', '--arg', 'env=prod', '--json']),
    ]);
    for (const { code, output, errors } of runs) {
      const { error } = JSON.parse(output) as { error: { message: string; exitCode: number } };
      expect(error.exitCode).toBe(code);
      expect(errors.startsWith(`rondo: ${error.message}\n`)).toBe(true);
    }
    for (const [index, [, error]] of failing.entries()) {
      expect(JSON.parse(runs[index]!.output)).toMatchObject({ error });
    }
  });
});
