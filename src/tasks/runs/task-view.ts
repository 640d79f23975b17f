/** A task as clients see it (TS-5 to TS-10). */
import type { JsonValue } from '../../base/json/json.ts';
import { wireKey } from '../stored/stored-ask.ts';
import type { TaskRecord } from '../contract.ts';
import { OUT_OF_TIME } from './task-end.ts';
import type { TaskHost } from './task-host.ts';

/** What a task is in its creation, where its questions and its end are not shown. */
export async function createdView(host: TaskHost, task: TaskRecord): Promise<object> {
  const message = await messageOf(host, task);
  return {
    taskId: task.taskId,
    status: task.status,
    ...(message !== undefined && { statusMessage: message }),
    createdAt: new Date(task.createdAt).toISOString(),
    lastUpdatedAt: new Date(task.updatedAt).toISOString(),
    ttlMs: task.expiresAt - task.createdAt,
    pollIntervalMs: host.options.pollInterval,
  };
}

/** All of a task, as `tasks/get` and notifications show it. */
export async function taskView(host: TaskHost, task: TaskRecord): Promise<object> {
  return { ...(await createdView(host, task)), ...(await detailsOf(host, task)) };
}

async function detailsOf(host: TaskHost, task: TaskRecord): Promise<object> {
  if (task.status === 'input_required') return { inputRequests: await requestsOf(host, task) };
  if (task.status === 'completed') return { result: await endOfTask(host, task) };
  if (task.status !== 'failed') return {};
  const error = (await endOfTask(host, task)) ?? OUT_OF_TIME;
  return { error, statusMessage: (error as { message: string }).message };
}

async function requestsOf(host: TaskHost, task: TaskRecord): Promise<object> {
  const rows = await host.rowsOf(task.taskId);
  const opened = task.questions.map((question) => rows.readAsk(question));
  return Object.fromEntries(opened.map(({ asked, request }) => [wireKey(asked), request]));
}

async function endOfTask(
  host: TaskHost,
  { taskId, end }: TaskRecord,
): Promise<JsonValue | undefined> {
  if (end === undefined) return undefined;
  return (await host.seal).open({ taskId, column: 'end', key: '' }, end);
}

async function messageOf(host: TaskHost, { taskId, message }: TaskRecord) {
  if (message === undefined) return undefined;
  return (await host.seal).open({ taskId, column: 'message', key: '' }, message) as string;
}
