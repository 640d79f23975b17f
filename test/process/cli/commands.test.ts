/** The command line as a process of its own, against real servers. No terminal; see cli-terminal. */
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../src/cli/test-support/temporary-folder.ts';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import { generateKey } from '../../../src/state/key-ring.ts';
import { cliServer } from '../../programs/shop/server.ts';
import { Commands } from '../../support/cli/commands.ts';
import { LossyProxy } from '../../support/cli/lossy-proxy.ts';
import { type Program, built } from '../../support/program.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const KEY = generateKey();
const STDIO = ['node', built('test/programs/shop/stdio.ts')];

let serving: Serving;
let url: string;
let folder: string;

beforeAll(async () => {
  serving = await serve(cliServer({ state: { keys: [KEY] } }), { port: 0, signals: false });
  url = serving.url;
});
afterAll(() => serving.close());

beforeEach(() => {
  folder = temporaryFolder();
});

const proxy = new LossyProxy();
afterAll(() => proxy.close());

const programs = new Commands();
const start = programs.start.bind(programs);
const rondo = programs.run.bind(programs);
afterEach(() => programs.kill());

/** Writes a file and returns its name. */
function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

describe('the server of a command', () => {
  it('the server of a command is a URL, a command line, or a program behind dashes', async () => {
    const sum = ['sum', '--arg', 'a=3'];
    const runs = await Promise.all([
      rondo(['call', url, ...sum]),
      rondo(['call', STDIO.join(' '), ...sum]),
      rondo(['call', ...sum, '--', ...STDIO]),
    ]);
    for (const run of runs) expect(run).toEqual({ code: 0, output: '{"a":3,"b":1}\n', errors: '' });
  });

  it('the server of a command gets the headers and environment variables that are given', async () => {
    const env = { RONDO_TEST: 'handed on' };
    const [plain, withHeader, alone, withVariable] = await Promise.all([
      rondo(['call', url, 'seen']),
      rondo(['call', url, 'seen', '--header', 'Authorization: Bearer x']),
      rondo(['call', 'seen', '--', ...STDIO], env),
      rondo(['call', 'seen', '--env', 'RONDO_TEST', '--', ...STDIO], env),
    ]);
    expect(plain.output).toBe('null undefined\n');
    expect(withHeader.output).toBe('Bearer x undefined\n');
    expect(alone.output).toBe('undefined undefined\n');
    expect(withVariable.output).toBe('undefined handed on\n');
  });

  it('a command whose server is gone, or cannot be one, fails', async () => {
    const [gone, none, ended] = await Promise.all([
      rondo(['call', 'http://127.0.0.1:9/mcp', 'sum']),
      rondo(['list', 'no-such-program']),
      rondo(['list', '--', 'node', '-e', '0']),
    ]);
    expect(gone).toMatchObject({ code: 3, output: '' });
    expect(gone.errors).toContain('could not be reached');
    expect(none.errors).toContain('A URL begins with http://');
    expect(ended).toMatchObject({ code: 3 });
  });
});

describe('the result of a command', () => {
  it('a result goes to standard output, and the failure of a tool does not', async () => {
    const [structured, fails, raw] = await Promise.all([
      rondo(['call', url, 'structured']),
      rondo(['call', url, 'fail']),
      rondo(['call', url, 'fail', '--json']),
    ]);
    expect(structured).toEqual({ code: 0, output: '{\n  "sum": 3\n}\n', errors: '' });
    expect(fails).toEqual({ code: 1, output: '', errors: 'The tool failed: the disk is full\n' });
    expect(raw).toMatchObject({ code: 1, errors: '' });
    expect(JSON.parse(raw.output)).toMatchObject({ isError: true, resultType: 'complete' });
  });

  it('a result cannot send escape sequences to the terminal, not even as JSON', async () => {
    const answers = file('answers.json', { go: { confirm: true } });
    const [shown, raw, listed] = await Promise.all([
      rondo(['call', url, 'hostile', '--answers', answers]),
      rondo(['call', url, 'hostile', '--answers', answers, '--json', '--verbose']),
      rondo(['list', url]),
    ]);
    expect(shown.output).toBe('true and red text\n');
    const { content } = JSON.parse(raw.output) as { content: { text: string }[] };
    expect(content[0]!.text).toContain('\u001b[31m red\u202e');
    for (const text of [shown, raw, listed].flatMap(({ output, errors }) => [output, errors])) {
      expect(text).not.toMatch(/(?!\n)\p{Cc}|\p{Bidi_Control}/u);
    }
  });

  it('the content of a resource goes to standard output unchanged', async () => {
    const [text, image, order] = await Promise.all([
      rondo(['read', url, 'docs://readme']),
      rondo(['read', url, 'docs://logo', '--json']),
      rondo(['read', url, 'orders://7']),
    ]);
    expect(text.output).toBe('Read me.\n');
    expect(JSON.parse(image.output)).toMatchObject({ contents: [{ blob: 'iVBORw0KGgo=' }] });
    expect(order.output).toBe('Order 7');
  });

  it('progress goes to standard error line by line, and rounds and logs with --verbose', async () => {
    const [quiet, verbose] = await Promise.all([
      rondo(['call', url, 'slow']),
      rondo(['call', url, 'slow', '--verbose']),
    ]);
    expect(quiet.errors).toBe('1/3 part 1\n2/3 part 2\n3/3 part 3\n');
    expect(verbose.errors).toMatch(/^→ round 1: tools\/call slow\n1\/3 part 1\nlog info: did 1\n/);
    expect(verbose.errors).toMatch(/← the result\n$/);
    expect(verbose.output).toBe('All parts done.\n');
  });
});

describe('a question without a terminal', () => {
  it('a question without a terminal is named, and the flow can be saved for later', async () => {
    const flow = join(folder, 'flow.json');
    const run = await rondo(['call', url, 'deploy', '--arg', 'env=prod', '--save', flow]);
    expect(run).toMatchObject({ code: 2, output: '' });
    expect(run.errors).toContain('go: Deploy build 412 to prod?');
    expect(run.errors).toContain('{"go":{"reason":"…","when":"tonight"}}');
    expect(run.errors).toContain(`rondo resume ${flow}`);

    const given = { go: { reason: 'tested' }, sure: true };
    const resumed = await rondo([
      'resume',
      flow,
      '--answers',
      file('answers.json', given),
      '--verbose',
    ]);
    expect(resumed).toMatchObject({ code: 0, output: 'Deployed build 412 to prod: tested.\n' });
    expect(resumed.errors).toMatch(
      /→ round 2: tools\/call deploy, 1 answer, \d+ characters of state\n← asks sure, \d+ characters/,
    );
    expect(existsSync(flow)).toBe(false);
  });

  it('a question declined in the answers file is in the exit code', async () => {
    const answers = file('answers.json', { go: 'decline' });
    const run = await rondo(['call', url, 'deploy', '--arg', 'env=prod', '--answers', answers]);
    expect(run).toMatchObject({ code: 1, output: 'Nothing deployed (decline).\n' });
    expect(run.errors).toContain("not all was answered ('go')");
  });

  it('EL-7 an answer in the file that does not fit is not sent', async () => {
    const answers = file('answers.json', { go: { reason: 'x' } });
    const run = await rondo(['call', url, 'deploy', '--arg', 'env=prod', '--answers', answers]);
    expect(run).toMatchObject({ code: 2, output: '' });
    expect(run.errors).toContain("The answer to 'go' does not fit its form: reason");
  });

  it('a page without a terminal is shown, or declined if it is not safe', async () => {
    const answers = file('answers.json', { user: 'accept', page: 'accept' });
    const [page, insecure, allowed] = await Promise.all([
      rondo(['call', url, 'sign_in', '--answers', answers]),
      rondo(['call', url, 'insecure', '--answers', answers]),
      rondo(['call', url, 'insecure', '--answers', answers, '--allow-insecure-urls']),
    ]);
    expect(page).toMatchObject({ code: 0, output: 'Signed in: accept.\n' });
    expect(page.errors).toContain('https://accounts.example.com/login?next=%2Forders');
    expect(insecure).toMatchObject({ code: 1, output: 'decline\n' });
    expect(insecure.errors).toContain('--allow-insecure-urls');
    expect(allowed).toMatchObject({ code: 0, output: 'accept\n' });
  });

  it("a prompt's question is answered from the file", async () => {
    const answers = file('answers.json', { tone: { tone: 'warm' } });
    const run = await rondo(['prompt', url, 'letter', '--arg', 'topic=tea', '--answers', answers]);
    expect(run.output).toBe('user: Write about tea, warm.\n');
  });

  it('RO-2 roots are the directories that are given, and no others', async () => {
    const [without, given] = await Promise.all([
      rondo(['call', url, 'roots']),
      rondo(['call', url, 'roots', '--root', folder, '--root', '.']),
    ]);
    expect(without).toMatchObject({ code: 3 });
    expect(without.errors).toContain('give --root');
    const roots = JSON.parse(given.output) as { uri: string }[];
    expect(roots.map(({ uri }) => uri)).toEqual([`file://${folder}`, `file://${process.cwd()}`]);
  });
});

describe('a call that is interrupted', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'a call interrupted by %s ends with %i, and goes on where it was',
    async (signal, code) => {
      const flow = join(folder, 'flow.json');
      const answers = file('answers.json', { go: { confirm: true } });
      const program = start([
        'call',
        url,
        'hang',
        '--answers',
        answers,
        '--save',
        flow,
        '--verbose',
      ]);
      await program.untilError('→ round 2');
      program.process.kill(signal);
      expect(await program.ended()).toBe(code);
      expect(program.errors).toContain(
        `Interrupted.\nThe flow is saved. Continue with: rondo resume ${flow}`,
      );
      const { flow: kept } = JSON.parse(readFileSync(flow, 'utf8')) as { flow: { round: number } };
      expect(kept).toMatchObject({ round: 1, answers: { go: { action: 'accept' } } });

      const resumed = await rondo(['resume', flow, '--timeout', '0.3']);
      expect(resumed).toMatchObject({ code: 3 });
      expect(resumed.errors).toContain('--timeout');
      expect(existsSync(flow)).toBe(true);
    },
  );

  it('a call that another process continues is left to it until that ends; the next removes the lock that SIGKILL leaves', async () => {
    const flow = join(folder, 'flow.json');
    const answers = file('answers.json', { go: { confirm: true } });
    const call = ['call', url, 'hang', '--save', flow];
    const begin = [...call, '--answers', answers, '--verbose'];
    const refusedBy = async (program: Program): Promise<void> => {
      const kept = readFileSync(flow, 'utf8');
      for (const words of [['resume', flow, '--timeout', '0.3'], call]) {
        const second = await rondo(words);
        expect(second).toMatchObject({ code: 2 });
        const { pid } = program.process;
        expect(second.errors).toContain(`${flow} is in use: process ${pid} continues this flow.`);
      }
      expect(readFileSync(flow, 'utf8')).toBe(kept);
      program.process.kill('SIGKILL');
      await program.ended();
    };
    const first = start(begin);
    await first.untilError('→ round 2');
    await refusedBy(first);

    expect(existsSync(`${flow}.lock`)).toBe(true);
    expect((await rondo(call)).errors).toContain(`${flow} exists.`);
    expect(existsSync(`${flow}.lock`)).toBe(false);

    const resumed = start(['resume', flow, '--verbose']);
    await resumed.untilError('→ round 2');
    await refusedBy(resumed);

    expect(existsSync(`${flow}.lock`)).toBe(true);
    expect(await rondo(['resume', flow, '--timeout', '0.3'])).toMatchObject({ code: 3 });
    expect(existsSync(`${flow}.lock`)).toBe(false);
  });

  it('a second signal ends the program at once, and leaves no server program behind', async () => {
    const pid = join(folder, 'pid');
    const hang = `
      for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
      fs.writeFileSync('${pid}', String(process.pid));
      setInterval(() => {}, 1000);`;
    const program = start(['list', '--', 'node', '-e', hang]);
    await expect.poll(() => existsSync(pid) && readFileSync(pid, 'utf8') !== '').toBe(true);
    program.process.kill('SIGINT');
    await program.untilError('Interrupted.');
    const again = setInterval(() => program.process.kill('SIGINT'), 20);
    expect(await program.ended()).toBe(130);
    clearInterval(again);
    const isAlive = (): boolean => existsSync(`/proc/${readFileSync(pid, 'utf8')}`);
    await expect.poll(isAlive).toBe(false);
  });

  it('any other command can be interrupted', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const program = start(['list', `http://127.0.0.1:${port}/mcp`]);
    await new Promise((resolve) => silent.once('request', resolve));
    program.process.kill('SIGINT');
    expect(await program.ended()).toBe(130);
    expect(program.errors).toBe('rondo: Interrupted.\n');
    silent.close();
  });

  it('a call whose reply is lost is saved, and its last round sent again', async () => {
    const flow = join(folder, 'flow.json');
    const answers = file('answers.json', { go: { reason: 'tested' }, sure: { confirm: true } });
    const lossy = await proxy.listen(url);
    const call = [
      'call',
      lossy,
      'deploy',
      '--arg',
      'env=prod',
      '--answers',
      answers,
      '--save',
      flow,
    ];
    proxy.lose(1);
    const first = await rondo(call);
    expect(first).toMatchObject({ code: 3, output: '' });
    expect(existsSync(flow)).toBe(false);

    proxy.lose(2);
    const second = await rondo(call);
    expect(second).toMatchObject({ code: 3, output: '' });
    expect(second.errors).toContain('The flow is saved');
    const resumed = await rondo(['resume', flow, '--answers', answers, '--verbose']);
    expect(resumed).toMatchObject({ code: 0, output: 'Deployed build 412 to prod: tested.\n' });
    expect(resumed.errors).toContain('→ round 2: tools/call deploy, 1 answer');
  });

  it('a saved call of a server program goes on, if the program has the same key again', async () => {
    const flow = join(folder, 'flow.json');
    const env = { RONDO_STATE_KEYS: KEY };
    const answers = file('answers.json', { go: 'decline' });
    const call = ['call', 'deploy', '--arg', 'env=prod', '--save', flow];
    await rondo([...call, '--env', 'RONDO_STATE_KEYS', '--', ...STDIO], env);
    const other = await rondo(['resume', flow, '--answers', answers], {
      RONDO_STATE_KEYS: generateKey(),
    });
    expect(other).toMatchObject({ code: 3 });
    expect(other.errors).toContain('--env RONDO_STATE_KEYS');
    expect(other.errors).toContain(`The flow stays in ${flow}`);
    const resumed = await rondo(['resume', flow, '--answers', answers], env);
    expect(resumed.output).toBe('Nothing deployed (decline).\n');
  });

  it('a result that could not be written is in the file, and printed by the next command', async () => {
    const flow = join(folder, 'the flow.json');
    const answers = file('answers.json', { go: 'decline' });
    const call = ['call', 'deploy', '--arg', 'env=prod', '--answers', answers];
    const full = openSync('/dev/full', 'w');
    const [kept, lost] = [[...call, '--save', flow], call].map((args) =>
      spawnSync(process.execPath, [built('src/cli/main.ts'), ...args, '--', ...STDIO], {
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      }),
    );
    closeSync(full);
    expect(kept).toMatchObject({ status: 1 });
    expect(kept!.stderr).toContain('cannot be written: ENOSPC');
    expect(kept!.stderr).toContain(`Print it with: rondo resume '${flow}'\n`);
    // Without a file there is only standard error left.
    expect(lost!.stderr).toContain('"text": "Nothing deployed (decline)."');
    const printed = await rondo(['resume', flow]);
    expect(printed.output).toBe('Nothing deployed (decline).\n');
    expect(existsSync(flow)).toBe(false);
  });

  it('a result that breaks the protocol is shown all the same, and the flow stays', async () => {
    const flow = join(folder, 'flow.json');
    const odd = createServer(async (request, response) => {
      const { id, method } = JSON.parse(await textOf(request)) as { id: number; method: string };
      const asked = {
        method: 'elicitation/create',
        params: { message: 'Pay?', requestedSchema: {} },
      };
      const results = [
        { resultType: 'input_required', requestState: 's', inputRequests: { go: asked } },
        { content: [{ type: 'text', text: 'paid, receipt 7' }, null] },
      ];
      const isFirst = method === 'tools/call' && calls++ === 0;
      const others: Record<string, object> = {
        'server/discover': { supportedVersions: ['2026-07-28'], capabilities: {} },
        'tools/list': { tools: [{ name: 'pay', inputSchema: {} }] },
      };
      const result = others[method] ?? results[isFirst ? 0 : 1];
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    });
    let calls = 0;
    await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
    const { port } = odd.address() as AddressInfo;
    const answers = file('answers.json', { go: 'accept' });
    const at = `http://127.0.0.1:${port}/mcp`;
    const run = await rondo(['call', at, 'pay', '--answers', answers, '--save', flow]);
    odd.close();
    expect(run).toMatchObject({ code: 3, output: 'paid, receipt 7\nnull\n' });
    expect(run.errors).toContain(`The flow stays in ${flow}`);
    expect(existsSync(flow)).toBe(true);
  });

  it('an interrupted call says that nothing was saved; a saved one is not overwritten', async () => {
    const program = start(['call', url, 'hang', '--answers', file('a.json', { go: 'accept' })]);
    expect(await program.ended()).toBe(2);
    expect(program.errors).toContain('with --save <file>, it would be');
    const run = await rondo(['call', url, 'sum', '--save', file('flow.json', {})]);
    expect(run).toMatchObject({ code: 2 });
    expect(run.errors).toContain('exists');
  });

  it('a saved call needs its headers again', async () => {
    const flow = join(folder, 'flow.json');
    await rondo(['call', url, 'hang', '--save', flow, '--header', 'Authorization: Bearer secret']);
    expect(readFileSync(flow, 'utf8')).not.toContain('secret');
    const run = await rondo(['resume', flow]);
    expect(run).toMatchObject({ code: 2 });
    expect(run.errors).toContain('give --header again');
  });
});

describe('what a server offers', () => {
  it('what a server offers is listed in 80 columns', async () => {
    const { output } = await rondo(['list', url]);
    expect(output).toMatch(
      /^The Shop \(shop 1\.2\.0\)\n\nTools\n {2}deploy\n {4}Deploys a release\n/,
    );
    expect(output).toContain('--arg env=<staging|prod, required>  Where to');
    for (const part of [
      'Prompts\n  letter',
      'docs://logo  image/png',
      'orders://{id}\n    One order',
    ]) {
      expect(output).toContain(part);
    }
    expect(Math.max(...output.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('what a server offers is listed as JSON', async () => {
    const { output } = await rondo(['list', '--json', '--', ...STDIO]);
    const listed = JSON.parse(output) as Record<string, { name: string }[]>;
    expect(listed['server']).toMatchObject({ name: 'shop' });
    expect(listed['tools']!.map(({ name }) => name)).toContain('deploy');
    expect(listed['resourceTemplates']).toHaveLength(1);
  });
});

describe('keys and states', () => {
  it('keys are made, and states are shown to the owner of the key', async () => {
    const flow = join(folder, 'flow.json');
    const env = { RONDO_STATE_KEYS: `${generateKey()},${KEY}` };
    const [made] = await Promise.all([
      rondo(['keygen']),
      rondo(['call', url, 'deploy', '--arg', 'env=prod', '--save', flow]),
    ]);
    expect(made.output).toMatch(/^[\w-]{43}\n$/);
    const saved = JSON.parse(readFileSync(flow, 'utf8')) as { flow: { requestState: string } };
    const state = saved.flow.requestState;

    const [shown, json, wrong, none] = await Promise.all([
      rondo(['state', state], env),
      rondo(['state', state, '--json', '--key', KEY]),
      rondo(['state', state, '--key', made.output.trim()]),
      rondo(['state', state]),
    ]);
    expect(shown.output).toMatch(/^tools\/call deploy\n/);
    expect(shown.output).toContain('go (form), asked once');
    expect(shown.output).toMatch(/1\. plan \(step\), after [\d.]+ s: "build 412"/);
    expect(JSON.parse(json.output)).toMatchObject({
      method: 'tools/call',
      questions: [{ key: 'go' }],
    });
    expect(json.output).not.toContain('secret');
    expect(wrong).toMatchObject({ code: 1, output: '' });
    expect(none).toMatchObject({ code: 2, output: '' });
  });

  it('a state can come from standard input', async () => {
    const program = start(['state', '-']);
    program.process.stdin!.end('plain.e30\n');
    expect(await program.ended()).toBe(1);
    expect(program.errors).toContain('No key opens this');
  });
});

describe('a command line that is wrong', () => {
  const wrong: [string[], string][] = [
    [['call'], 'Which server?'],
    [['call', '-'], '<tool> is missing'],
    [['call', 'node x.js', 'tool', '--nix'], "unknown option '--nix'"],
    [['call', 'node x.js', 'tool', '--arg', 'nix'], 'name=value'],
    [['call', 'node x.js', 'tool', '--timeout', 'x'], 'a number of seconds'],
    [['call', 'node x.js', 'tool', '--timeout', '3000000'], 'at most 2000000'],
    [['call', 'node x.js', 'tool', '--header', 'a: b'], '--header is for servers at a URL'],
    [['call', 'http://127.0.0.1:9', 'tool', '--env', 'PATH'], '--env is for servers'],
    [['nix'], "unknown command 'nix'"],
    [['resume', '/no/such/file'], 'cannot be read'],
  ];

  it('a wrong command line ends with 2, and says what to do', async () => {
    const runs = await Promise.all(wrong.map(([args]) => rondo(args)));
    for (const [index, run] of runs.entries()) {
      expect(run).toMatchObject({ code: 2, output: '' });
      expect(run.errors).toContain(wrong[index]![1]);
    }
  });

  it('a wrong name ends with 2, and names those there are', async () => {
    const [tool, argument] = await Promise.all([
      rondo(['call', url, 'nix']),
      rondo(['call', url, 'sum', '--arg', 'c=1']),
    ]);
    expect(tool).toMatchObject({ code: 2 });
    expect(tool.errors).toContain("no tool 'nix'. It has: deploy, book");
    expect(argument).toMatchObject({ code: 2 });
    expect(argument.errors).toContain("'sum' has no argument 'c'; it has a, b, tags.");
  });
});

describe('help', () => {
  it('every command has help, in 80 columns, with an example', async () => {
    const commands = ['call', 'resume', 'list', 'read', 'prompt', 'keygen', 'state'];
    const runs = await Promise.all([
      rondo(['--help']),
      ...commands.map((name) => rondo([name, '--help'])),
    ]);
    for (const [index, { code, output }] of runs.entries()) {
      expect(code).toBe(0);
      expect(output).toContain(index === 0 ? 'Exit codes' : 'Example');
      expect(Math.max(...output.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    }
    for (const name of commands) expect(runs[0]!.output).toContain(`  ${name} `);
  });

  it('--version shows the version', async () => {
    expect(await rondo(['--version'])).toEqual({ code: 0, output: `${version}\n`, errors: '' });
  });
});
