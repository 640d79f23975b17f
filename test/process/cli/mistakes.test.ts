/** What people mistype, and what the command says to that: before it has sent anything. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../src/cli/test-support/temporary-folder.ts';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import { cliServer } from '../../programs/shop/server.ts';
import { Commands, type Ended, endOf } from '../../support/cli/commands.ts';
import { Terminal } from '../../support/cli/terminal.ts';

let serving: Serving;
let url: string;

beforeAll(async () => {
  serving = await serve(cliServer(), { port: 0, signals: false });
  url = serving.url;
});
afterAll(() => serving.close());

const programs = new Commands();
afterEach(() => programs.kill());

async function rondo(args: readonly string[]): Promise<Ended> {
  const program = programs.start(args);
  program.process.stdin!.end();
  return endOf(program);
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

it('a root that is no folder is refused before the server hears of it', async () => {
  const roots = ['/no/such/folder', 'package.json'];
  const runs = roots.map((root) => rondo(['call', url, 'count', '--root', root]));
  const [none, file] = await Promise.all(runs);
  expect(none!.errors).toContain("'/no/such/folder' is invalid. It is not there.");
  expect(file!.errors).toContain("'package.json' is invalid. It is no folder.");
  expect([none!.code, file!.code]).toEqual([2, 2]);
});

describe('what is empty', () => {
  const empty: string[][] = [
    ['call', '%', 'count', '--save', ''],
    ['call', '%', 'count', '--answers', ''],
    ['call', '%', 'count', '--root', ' '],
    ['call', '%', 'count', '--header', ''],
    ['call', '%', 'count', '--env', ''],
    ['call', '%', 'count', '--args', ''],
    ['call', '%', 'count', '--args', '[]'],
    ['call', '%', ''],
    ['read', '%', ''],
    ['prompt', '%', ''],
    ['task', 'get', '%', ''],
    ['login', '%', '--redirect', ''],
    ['login', '%', '--client-metadata', ''],
    ['login', '%', '--scope', ''],
    ['login', ''],
    ['logout', ''],
    ['resume', ''],
    ['state', ''],
    ['state', 'x', '--key', ''],
    ['task', 'list', ''],
    ['keys', 'status', '--directory', ''],
    ['store', 'export', '--postgres', '--schema', ''],
  ];

  it('what is empty is refused before anything is sent', async () => {
    let requests = 0;
    const silent = createServer((_, response) => {
      requests++;
      response.writeHead(500).end();
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const at = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/mcp`;
    const runs = await Promise.all(
      empty.map((words) => rondo(words.map((word) => (word === '%' ? at : word)))),
    );
    silent.close();
    for (const [index, run] of runs.entries()) {
      expect({ words: empty[index], ...run }).toMatchObject({ code: 2, output: '' });
      expect(run.errors).not.toMatch(/should not happen|ENOENT/);
    }
    expect(requests).toBe(0);
  });

  it('a state that is to come from standard input has to come', async () => {
    const run = await rondo(['state', '-']);
    expect(run).toMatchObject({ code: 2, output: '' });
    expect(run.errors).toContain('nothing came');
  });
});

describe('a name that there is not', () => {
  it('a name that there is not is told the nearest', async () => {
    const [tool, argument, prompt, resource, far] = await Promise.all([
      rondo(['call', url, 'deplyo']),
      rondo(['call', url, 'sum', '--arg', 'tag=x']),
      rondo(['prompt', url, 'leter', '--arg', 'topic=tea']),
      rondo(['read', url, 'docs://redme']),
      rondo(['read', url, 'docs://something-else']),
    ]);
    expect(tool.errors).toContain("no tool 'deplyo'. Did you mean 'deploy'? It has: deploy,");
    expect(argument.errors).toContain("it has a, b, tags. Did you mean 'tags'?");
    expect(prompt).toMatchObject({ code: 3, output: '' });
    expect(prompt.errors).toContain("Did you mean 'letter'?");
    expect(resource.errors).toContain("Did you mean 'docs://readme'?");
    expect(far.errors).not.toContain('Did you mean');
  });
});

describe('a file that cannot be used', () => {
  it('a file that cannot be used is named, with the reason in words', async () => {
    const folder = temporaryFolder();
    const at = (name: string, content = ''): string => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const none = join(folder, 'none');
    const wrong: [string[], string][] = [
      [['resume', none], `${none} cannot be read: it is not there.`],
      [['resume', folder], `${folder} cannot be read: it is a folder.`],
      [['call', url, 'sum', '--save', join(none, 'x')], `has to be writable, for a lock`],
      [['call', url, 'sum', '--save', folder], `${folder} is a folder: name a file`],
      [['call', url, 'sum', '--answers', folder], `${folder} cannot be read: it is a folder`],
      [['call', url, 'sum', '--answers', at('empty')], 'it is empty'],
      [['call', url, 'sum', '--header', `@${none}`], `@${none} cannot be read: it is not there.`],
      [['call', url, 'sum', '--header', `@${at('blank', '\n')}`], 'there is no header in it'],
      [['call', url, 'sum', '--header', `@${at('lines', 'a: b\nc')}`], 'line 2 is not'],
      [['task', 'list', none], `${none} cannot be read: it is not there.`],
      [['store', 'import', '--directory', at('file')], 'file cannot be used: it is there already.'],
    ];
    const runs = await Promise.all(wrong.map(([args]) => rondo(args)));
    for (const [index, run] of runs.entries()) {
      expect(run).toMatchObject({ code: 2, output: '' });
      expect(run.errors).toContain(wrong[index]![1]);
      expect(run.errors).not.toMatch(/\bE[A-Z]{4,}\b/);
    }
  });

  it('a saved flow that was changed is named, and stays as it is', async () => {
    const flow = join(temporaryFolder(), 'flow.json');
    await rondo(['call', url, 'deploy', '--arg', 'env=prod', '--save', flow]);
    const saved = JSON.parse(readFileSync(flow, 'utf8')) as { flow: object };
    for (const change of [{ round: -1 }, { task: 5 }, { answers: [1] }]) {
      const changed = JSON.stringify({ ...saved, flow: { ...saved.flow, ...change } });
      writeFileSync(flow, changed);
      const run = await rondo(['resume', flow]);
      expect(run).toMatchObject({ code: 2, output: '' });
      expect(run.errors).toContain(`${flow}: The flow to resume has been changed`);
      expect(readFileSync(flow, 'utf8')).toBe(changed);
    }
  });
});

describe('a terminal that is dumb', () => {
  it.each<Record<string, string>>([{ TERM: 'dumb' }, { TERM: 'dumb', NO_COLOR: '1' }])(
    'a terminal that is dumb gets no escape sequences, and no questions: %j',
    async (env) => {
      const runs = [
        ['list', url],
        ['call', url, 'slow'],
        ['call', url, 'deploy', '--arg', 'env=prod'],
      ].map((words) => new Terminal(words, env));
      expect(await Promise.all(runs.map((run) => run.ended()))).toEqual([0, 0, 2]);
      for (const { raw } of runs) expect(raw).not.toContain('\u001b');
      expect(await runs[2]!.text()).toMatch(/a\s+terminal\s+\(not\s+a\s+dumb\s+one/);
    },
  );
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
