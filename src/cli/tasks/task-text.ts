/** Tasks, as they are printed for people. All texts come from the server, and are cleaned. */
import { isRecord } from '../../base/json/json.ts';
import { Method } from '../../protocol/names/methods.ts';
import type { InputRequest } from '../../protocol/results.ts';
import type { Task } from '../../protocol/task.ts';
import type { SavedTask } from './saved-tasks.ts';
import { describe } from '../questions/unanswerable.ts';
import { distance } from '../state/time.ts';
import { cleanJson, cleanLine } from '../terminal/clean.ts';
import { type Sized, widthOf, wrap } from '../terminal/wrap.ts';
import { renderResult } from '../output/result.ts';

/** @param answer the command that answers it */
export function renderTask(task: Task, answer: string, stream: Sized): string {
  const facts = [
    ['task', task.taskId],
    ['status', task.status],
    ['message', task.statusMessage],
    ['begun', when(task.createdAt)],
    ['changed', when(task.lastUpdatedAt)],
  ] as const;
  const rows = facts.flatMap(([name, text]) =>
    typeof text === 'string' && text !== '' ? row(name, cleanLine(text), widthOf(stream)) : [],
  );
  return [...rows, ...endOf(task), ...questionsOf(task, answer, stream)].join('\n');
}

const NAMES = 10;

/** What goes on below a line is indented: it could look like another one. */
function row(name: string, text: string, width: number): string[] {
  return wrap(text, width - NAMES).map((line, i) => (i === 0 ? name : '').padEnd(NAMES) + line);
}

/** `undefined` for what is no time. */
function when(time: unknown): string | undefined {
  const ms = typeof time === 'string' ? Date.parse(time) : NaN;
  if (Number.isNaN(ms)) return undefined;
  return `${new Date(ms).toISOString()} (${distance(ms, Date.now())})`;
}

function endOf({ status, result, error }: Task): string[] {
  if (status === 'completed' && isRecord(result)) {
    return ['', 'Result', renderResult(Method.callTool, result)];
  }
  return status === 'failed' && isRecord(error) ? ['', `Error ${cleanJson(error)}`] : [];
}

function questionsOf({ status, inputRequests }: Task, answer: string, stream: Sized): string[] {
  if (status !== 'input_required' || !isRecord(inputRequests)) return [];
  const asked = Object.entries(inputRequests).flatMap(([key, request]) => [
    `  ${cleanLine(key)}`,
    ...wrap(textOf(request), widthOf(stream) - 4).map((line) => `    ${line}`),
  ]);
  return ['', 'It asks', ...asked, '', `Answer with: ${answer}`];
}

/** Nothing has checked the questions: what is none is shown as it is. */
function textOf(request: unknown): string {
  const { method, params } = isRecord(request) ? request : {};
  const hasText = isRecord(params) && typeof params['message'] === 'string';
  const isKnown = method !== 'elicitation/create' || hasText;
  if (typeof method !== 'string' || !isKnown) return cleanJson(request);
  const isUrl = isRecord(params) && params['mode'] === 'url';
  if (isUrl && typeof params['url'] !== 'string') return cleanJson(request);
  return cleanLine(describe(request as unknown as InputRequest));
}

export function renderSavedTasks(tasks: readonly SavedTask[]): string {
  const blocks = tasks.map(({ file, taskId, server, tool, status }) =>
    [
      cleanLine(file),
      `  task    ${cleanLine(taskId)}`,
      `  tool    ${cleanLine(tool) || 'unknown'}`,
      `  server  ${cleanLine(server)}`,
      `  status  ${cleanLine(status)} when it was saved`,
    ].join('\n'),
  );
  return blocks.join('\n\n');
}
