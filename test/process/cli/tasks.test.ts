/** Tasks at the command line: processes of their own, against a server with a store. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../src/cli/test-support/temporary-folder.ts';
import { Client } from '../../../src/client/client.ts';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import { McpServer } from '../../../src/server/server.ts';
import { generateKey } from '../../../src/state/key-ring.ts';
import { memoryStore } from '../../../src/stores/memory-store.ts';
import { Commands, type Ended } from '../../support/cli/commands.ts';
import { Key, Terminal } from '../../support/cli/terminal.ts';
import { silent } from '../../support/logger.ts';
import { built } from '../../support/program.ts';

let server: McpServer;
let serving: Serving;
let url: string;
let folder: string;
/** Lets the tool `index` go on with its next part. */
let goOn: () => void;

beforeAll(async () => {
  server = new McpServer(
    { name: 'search', version: '1.0.0' },
    {
      store: memoryStore(),
      state: { keys: [generateKey()] },
      tasks: { pollInterval: 20 },
      logger: silent,
    },
  );
  server.registerTool('index', { task: 'always' }, async (ctx) => {
    for (const part of [1, 2]) {
      ctx.status(`part ${part} of 2\u001b[2J`);
      await new Promise<void>((resolve) => (goOn = resolve));
    }
    return 'Indexed.';
  });
  server.registerTool('ask', { task: 'always' }, async (ctx) => {
    ctx.status('found 3 files\u001b[2J');
    const { go, rest } = await ctx.all({
      go: ctx.confirm('go', `Go on\u202e ${'with all of these files '.repeat(8)}?`),
      rest: ctx.confirm('rest', 'Take the rest as well?'),
    });
    return `${go} ${rest} ${await ctx.confirm('last', 'Use it?')}`;
  });
  server.registerTool('fail', { task: 'always' }, () => {
    throw new Error('the disk is full');
  });
  serving = await serve(server, { port: 0, signals: false });
  url = serving.url;
});
afterAll(async () => {
  await serving.close();
  await server.close();
});

beforeEach(() => void (folder = temporaryFolder()));

const programs = new Commands();
const start = programs.start.bind(programs);
const rondo = (...args: string[]): Promise<Ended> => programs.run(args);
afterEach(() => programs.kill());

/** Begins a task and leaves it. Resolves with its id once it has the status. */
async function begin(tool: string, status: string): Promise<string> {
  const client = new Client(url, { name: 'test', version: '1.0.0', onElicit: () => never() });
  const flow = client.start('tools/call', { name: tool });
  await flow.advance();
  const taskId = flow.taskId!;
  await expect
    .poll(async () => (await client.task(taskId).get()).status, { timeout: 10_000 })
    .toBe(status);
  await client.close();
  return taskId;
}

function never(): never {
  throw new Error('Nobody is asked here.');
}

function answers(content: unknown): string {
  const path = join(folder, 'answers.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
}

const longest = (text: string): number =>
  Math.max(...text.split('\n').map((line) => [...line].length));

describe('a call that is a task', () => {
  it('a call that is a task says on standard error how far it is, at each change', async () => {
    const program = start(['call', url, 'index']);
    for (const part of [1, 2]) {
      await program.untilError(`part ${part} of 2 (task `);
      goOn();
    }
    expect(await program.ended()).toBe(0);
    expect(program.output).toBe('Indexed.\n');
    const lines = program.errors.trimEnd().split('\n');
    expect(lines.filter((line) => line.startsWith('part 1')).length).toBe(1);
    expect(lines.filter((line) => line.startsWith('part 2')).length).toBe(1);
    expect(program.errors).not.toContain('\u001b');
  });

  it('a call that is a task is one line in the terminal that is rewritten, and gone at the end', async () => {
    const terminal = new Terminal(['call', url, 'index']);
    for (const part of [1, 2]) {
      await terminal.seeAnywhere(`part ${part} of 2 (task `);
      goOn();
    }
    expect(await terminal.ended()).toBe(0);
    expect(await terminal.text()).toBe('Indexed.');
  });

  it('a call that is a task, and is interrupted, says how to come back to it', async () => {
    const program = start(['call', url, 'index']);
    await program.untilError('part 1 of 2');
    program.process.kill('SIGINT');
    expect(await program.ended()).toBe(130);
    const taskId = /\(task (\S+)\)/.exec(program.errors)![1]!;
    expect(program.errors).toContain(`Come back to it with: rondo task answer ${url} ${taskId}\n`);
    const follower = start(['task', 'answer', url, taskId]);
    for (const part of [1, 2]) {
      await follower.untilError(`part ${part} of 2`);
      goOn();
    }
    expect(await follower.ended()).toBe(0);
    expect(follower.output).toBe('Indexed.\n');
  });
});

describe('rondo task', () => {
  it('rondo task get shows status, message and open questions in 80 columns, and nothing that steers the terminal', async () => {
    const taskId = await begin('ask', 'input_required');
    const [shown, json] = await Promise.all([
      rondo('task', 'get', url, taskId),
      rondo('task', 'get', url, taskId, '--json'),
    ]);
    expect(shown).toMatchObject({ code: 0, errors: '' });
    expect(shown.output).toMatch(
      new RegExp(`^task {6}${taskId}\nstatus {4}input_required\nmessage {3}found 3 files\n`),
    );
    expect(shown.output).toContain('It asks\n  go\n    Go on with all of these files');
    expect(shown.output).toContain('  rest\n    Take the rest as well?\n');
    const [view, command] = shown.output.split('Answer with: ');
    expect(command).toBe(`rondo task answer ${url} ${taskId}\n`);
    expect(longest(view!)).toBeLessThanOrEqual(80);
    expect(shown.output).not.toMatch(/(?!\n)\p{Cc}|\p{Bidi_Control}/u);
    const task = JSON.parse(json.output) as { inputRequests: object };
    expect(task).toMatchObject({ taskId, status: 'input_required' });
    expect(Object.keys(task.inputRequests)).toEqual(['go', 'rest']);
  });

  it('rondo task get shows how a task has ended', async () => {
    const taskId = await begin('fail', 'completed');
    const { code, output } = await rondo('task', 'get', url, taskId);
    expect(code).toBe(0);
    expect(output).toContain('status    completed');
    expect(output).toContain('\nResult\nthe disk is full\n');
  });

  it('rondo task answer takes answers from a file, and goes on to the end', async () => {
    const taskId = await begin('ask', 'input_required');
    const file = answers({ go: true, rest: false, last: true });
    const run = await rondo('task', 'answer', url, taskId, '--answers', file);
    expect(run).toMatchObject({ code: 0, output: 'true false true\n' });
    const again = await rondo('task', 'answer', url, taskId);
    expect(again).toMatchObject({ code: 0, output: 'true false true\n' });
  });

  it('rondo task answer names what nobody can answer, and the task waits', async () => {
    const taskId = await begin('ask', 'input_required');
    const run = await rondo('task', 'answer', url, taskId);
    expect(run).toMatchObject({ code: 2, output: '' });
    expect(run.errors).toContain('  rest: Take the rest as well?');
    expect(run.errors).toContain(`rondo task answer ${url} ${taskId}`);
    expect(await begin('ask', 'input_required')).not.toBe(taskId);
    expect((await rondo('task', 'get', url, taskId)).output).toContain('input_required');
  });

  it('rondo task answer --no-wait ends once its answers are sent', async () => {
    const taskId = await begin('ask', 'input_required');
    const file = answers({ go: true, rest: true });
    const run = await rondo('task', 'answer', url, taskId, '--answers', file, '--no-wait');
    expect(run).toMatchObject({ code: 0, output: '' });
    expect(run.errors).toMatch(/the task goes on|The task asks more/);
    const rest = answers({ last: false });
    const end = await rondo('task', 'answer', url, taskId, '--answers', rest);
    expect(end).toMatchObject({ code: 0, output: 'true true false\n' });
  });

  it('rondo task answer asks in the terminal', async () => {
    const taskId = await begin('ask', 'input_required');
    const terminal = new Terminal(['task', 'answer', url, taskId, '--no-wait']);
    await terminal.seeAnywhere('Question 1 of 2 from search');
    await terminal.see('No');
    terminal.press(Key.ctrlC);
    expect(await terminal.ended()).toBe(130);
    expect(await terminal.text()).toContain('Come back to it with: rondo task answer');
  });

  it('rondo task cancel ends a task, and says when it is too late', async () => {
    const taskId = await begin('ask', 'input_required');
    const cancelled = await rondo('task', 'cancel', url, taskId);
    expect(cancelled.code).toBe(0);
    expect(cancelled.output).toContain('status    cancelled');
    const followed = await rondo('task', 'answer', url, taskId);
    expect(followed).toMatchObject({ code: 3, output: '' });
    expect(followed.errors).toBe('rondo: The task was cancelled.\n');
    const late = await rondo('task', 'cancel', url, await begin('fail', 'completed'));
    expect(late).toMatchObject({ code: 1, output: '' });
    expect(late.errors).toContain('it has ended before (completed)');
  });

  it('rondo task list shows the tasks that --save has files of, and rondo resume goes on with one', async () => {
    const flow = join(folder, 'flow.json');
    expect(await rondo('call', url, 'ask', '--save', flow)).toMatchObject({ code: 2 });
    writeFileSync(join(folder, 'other.json'), '{}');
    const saved = JSON.parse(readFileSync(flow, 'utf8')) as { flow: { task: { taskId: string } } };
    const { taskId } = saved.flow.task;
    const shown = await rondo('task', 'list', folder);
    const lines = [
      flow,
      `  task    ${taskId}`,
      '  tool    ask',
      `  server  ${url}`,
      '  status  asking when it was saved',
    ];
    expect(shown).toEqual({ code: 0, output: `${lines.join('\n')}\n`, errors: '' });
    const json = await rondo('task', 'list', flow, '--json');
    const listed = { file: flow, taskId, server: url, tool: 'ask', status: 'asking' };
    expect(JSON.parse(json.output)).toEqual([listed]);
    const file = answers({ go: true, rest: true, last: true });
    const resumed = await rondo('resume', flow, '--answers', file);
    expect(resumed).toMatchObject({ code: 0, output: 'true true true\n' });
    expect(existsSync(flow)).toBe(false);
    expect((await rondo('task', 'list', folder)).output).toBe('No file here has a task.\n');
  });

  it('rondo task says what is wrong with its command line, and that a task is not there', async () => {
    const wrong = [
      [['get', url], 2, 'The <taskId> is missing'],
      [['list', join(folder, 'none')], 2, 'cannot be read'],
      [['list', answers({})], 2, 'is not a flow that rondo has saved'],
      [['get', url, 'nix'], 3, '-32602'],
      [['answer', url, 'nix'], 3, '-32602'],
      [['cancel', url, 'nix'], 3, '-32602'],
    ] as const;
    const runs = await Promise.all(wrong.map(([args]) => rondo('task', ...args)));
    for (const [i, { code, output, errors }] of runs.entries()) {
      const [args, expected, message] = wrong[i]!;
      expect([args, code, output]).toEqual([args, expected, '']);
      expect(errors).toContain(message);
      expect(errors).not.toContain('The task goes on');
    }
  });

  it('the help of rondo task fits into 80 columns, and has an example', async () => {
    const commands = [[], ['get'], ['answer'], ['cancel'], ['list']];
    const help = await Promise.all(commands.map((words) => rondo('task', ...words, '--help')));
    for (const { code, output } of help) {
      expect(code).toBe(0);
      expect(output).toContain('Example');
      expect(longest(output)).toBeLessThanOrEqual(80);
    }
  });

  it('rondo task works with programs on standard streams', async () => {
    const program = ['--', process.execPath, built('test/programs/shop/stdio.ts')];
    const { code, errors } = await rondo('task', 'get', 'some', ...program);
    expect(code).toBe(3);
    expect(errors).toContain('error -32601');
  });
});
