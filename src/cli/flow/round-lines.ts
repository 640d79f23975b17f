/** Lines for people: progress and logs of the server, and the rounds that are sent and received. */
import type { LogMessage, Progress } from '../../client/calls/call-options.ts';
import type { FlowSnapshot } from '../../client/flows/snapshot.ts';
import type { Task } from '../../protocol/task.ts';
import { cleanJson, cleanLine } from '../terminal/clean.ts';
import { paint } from '../terminal/paint.ts';
import type { Status } from '../terminal/status.ts';

export function showProgress(status: Status, { progress, total, message }: Progress): void {
  const counted = total === undefined ? String(progress) : `${progress}/${total}`;
  status.progress(cleanLine(typeof message === 'string' ? `${counted} ${message}` : counted));
}

/** Shows how far a task is. What it asks or how it ends is shown by others. */
export function showTask(status: Status, task: Task): void {
  if (task.status !== 'working') return;
  const { statusMessage: message } = task;
  const text = typeof message === 'string' && message !== '' ? message : 'working';
  status.progress(`${cleanLine(text)} (task ${cleanLine(task.taskId)})`);
}

export function showLog(status: Status, { level, logger, data }: LogMessage): void {
  const from = typeof logger === 'string' ? ` ${cleanLine(logger)}` : '';
  const text = typeof data === 'string' ? cleanLine(data) : cleanJson(data);
  status.say(paint(status.stream, 'dim', `log ${cleanLine(String(level))}${from}: ${text}`));
}

/** Describes the round that is about to be sent. */
export function describeSending(flow: FlowSnapshot): string {
  const target = cleanLine(String(flow.params['name'] ?? flow.params['uri']));
  const what = flow.task ? `task ${cleanLine(flow.task.taskId)}` : `${flow.method} ${target}`;
  const answers = Object.keys(flow.answers).length;
  const state =
    flow.requestState === undefined ? '' : `, ${characters(flow.requestState)} of state`;
  const carried = answers === 0 ? '' : `, ${answers === 1 ? '1 answer' : `${answers} answers`}`;
  return `→ round ${flow.round + 1}: ${what}${carried}${state}`;
}

/** Describes the response. */
export function describeReceived(flow: FlowSnapshot): string {
  if (flow.status === 'complete') return '← the result';
  if (flow.status === 'working') return `← task ${cleanLine(flow.task!.taskId)}`;
  const keys = Object.keys(flow.questions).map(cleanLine);
  const asked = keys.length === 0 ? 'no question' : `asks ${keys.join(', ')}`;
  const state =
    flow.requestState === undefined ? 'no state' : `${characters(flow.requestState)} of state`;
  return flow.task ? `← ${asked}` : `← ${asked}, ${state}`;
}

function characters(text: string): string {
  return `${text.length} characters`;
}
