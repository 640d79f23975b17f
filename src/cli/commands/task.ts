import type { Command } from 'commander';
import type { Task } from '../../protocol/task.ts';
import { ExitCode, Failure } from '../failure.ts';
import { savedTasks } from '../tasks/saved-tasks.ts';
import { type Session, type SessionOptions, withSession } from '../flow/session.ts';
import { taskCommand } from '../flow/task-command.ts';
import { print } from '../output/print.ts';
import { renderSavedTasks, renderTask } from '../tasks/task-text.ts';
import { takeTarget } from '../target/target.ts';
import { cleanJson } from '../terminal/clean.ts';
import type { Invocation } from './invocation.ts';
import { addFlowOptions, addServerOptions, collectGiven, usage } from './options.ts';
import { answerOnce, runFlow } from './run-flow.ts';
import { rondo } from '../command-name.ts';

interface AnswerOptions extends SessionOptions {
  readonly wait: boolean;
}

const EXAMPLES = `
Examples:
  ${rondo} task get http://127.0.0.1:3000/mcp 8JwLmp3sV2s
  ${rondo} task answer http://127.0.0.1:3000/mcp 8JwLmp3sV2s
  ${rondo} task cancel 8JwLmp3sV2s -- node server.js
  ${rondo} task list
`;

const LIST_NOTE = `
Servers have no list of their tasks. This one is of the files that --save has
written, in the current folder or where you say, as they were then:
'${rondo} task get' asks the server how a task is now, and '${rondo} resume'
goes on with its file.

Example:
  ${rondo} task list ./flows
`;

export function addTask(program: Command, invocation: Invocation): void {
  const task = program
    .command('task')
    .summary('see, answer or cancel a call that goes on as a task')
    .description('Sees, answers and cancels calls that go on at the server as tasks.')
    .usage('<get, answer, cancel or list> [options]')
    .addHelpText('after', EXAMPLES);
  addGet(task, invocation);
  addAnswer(task, invocation);
  addCancel(task, invocation);
  task
    .command('list')
    .description('Lists the tasks that --save has files of.')
    .argument('[files or folders...]', '', collectGiven)
    .option('--json', 'print them as JSON')
    .addHelpText('after', LIST_NOTE)
    .action((paths: string[], options: SessionOptions) => list(paths, options));
}

function addGet(task: Command, invocation: Invocation): void {
  const command = task
    .command('get')
    .description('Shows how a task is now: its status, what it says, what it asks, its result.')
    .usage(usage('task get', ' <taskId>'))
    .argument('[words...]');
  addServerOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (words: string[], options: SessionOptions) => {
      invocation.exitCode = await withTask({ words, ...invocation }, options, get);
    });
}

function addAnswer(task: Command, invocation: Invocation): void {
  const command = task
    .command('answer')
    .description('Asks you what the task asks, waits for its end and prints its result.')
    .usage(usage('task answer', ' <taskId>'))
    .argument('[words...]')
    .option('--no-wait', 'only answer what is asked now, and do not wait for the end');
  addFlowOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (words: string[], options: AnswerOptions) => {
      const run = options.wait ? runFlow : answerOnce;
      invocation.exitCode = await withTask({ words, ...invocation }, options, (session, taskId) =>
        run(session, session.client.task(taskId).follow()),
      );
    });
}

function addCancel(task: Command, invocation: Invocation): void {
  const command = task
    .command('cancel')
    .description('Ends a task. One that has ended already stays as it is.')
    .usage(usage('task cancel', ' <taskId>'))
    .argument('[words...]');
  addServerOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (words: string[], options: SessionOptions) => {
      invocation.exitCode = await withTask({ words, ...invocation }, options, cancel);
    });
}

function withTask(
  given: { readonly words: readonly string[] } & Pick<Invocation, 'program'>,
  options: SessionOptions,
  work: (session: Session, taskId: string) => Promise<number>,
): Promise<number> {
  const { address, words } = takeTarget(given, ['taskId']);
  return withSession(address, options, (session) => work(session, words[0]!));
}

async function get(session: Session, taskId: string): Promise<number> {
  const { client, status, callOptions } = session;
  status.begin('Asking the server');
  await printTask(session, await client.task(taskId).get(callOptions));
  return ExitCode.ok;
}

/** @throws Failure if the task had another end */
async function cancel(session: Session, taskId: string): Promise<number> {
  const { client, status, callOptions } = session;
  status.begin('Asking the server');
  const task = client.task(taskId);
  await task.cancel(callOptions);
  const after = await task.get(callOptions);
  if (after.status === 'completed' || after.status === 'failed') {
    throw new Failure(`The task cannot be cancelled: it has ended before (${after.status}).`);
  }
  await printTask(session, after);
  return ExitCode.ok;
}

async function printTask({ address, options, status }: Session, task: Task): Promise<void> {
  status.end();
  const answer = taskCommand('answer', address, task.taskId);
  await print(options.json ? cleanJson(task, 2) : renderTask(task, answer, process.stdout));
}

async function list(paths: readonly string[], { json }: SessionOptions): Promise<void> {
  const tasks = savedTasks(paths);
  if (json) return print(cleanJson(tasks, 2));
  return print(tasks.length === 0 ? 'No file here has a task.' : renderSavedTasks(tasks));
}
