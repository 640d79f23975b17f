/**
 * The task that a flow has become, and the functions that take it from one state to the next (TC-2 to
 * TC-9). They neither send nor wait.
 */
import { RondoError, invalidOptions } from '../../base/errors.ts';
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import { Method } from '../../protocol/names/methods.ts';
import { InvalidResponseError } from '../../protocol/response.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import type { Task } from '../../protocol/task.ts';
import { readQuestions } from './questions.ts';
import { assertShape } from './result-shape.ts';
import { type FlowSnapshot, begin } from './snapshot.ts';

/** What is waited for at most between two looks, whatever the server advises, in ms. */
const LONGEST_PAUSE = 60_000;

const STATUSES: readonly unknown[] = [
  'working',
  'input_required',
  'completed',
  'failed',
  'cancelled',
] satisfies Task['status'][];

/** @throws InvalidResponseError for what is no task */
export function readTask(value: UnknownRecord): Task {
  const { taskId, status } = value;
  if (typeof taskId === 'string' && STATUSES.includes(status)) return value as unknown as Task;
  throw new InvalidResponseError('it sent a task without an id, or of unknown status');
}

/**
 * A flow of which nothing is known but its task.
 *
 * @throws RondoError `invalid_options` for what is no id
 */
export function flowOfTask(taskId: string): FlowSnapshot {
  if (typeof taskId !== 'string' || taskId === '') {
    throw invalidOptions('The id of a task has to be text.');
  }
  return becameTask(begin(Method.callTool, { name: '' }), { taskId });
}

/** The flow after a response that has made a task of it. @throws InvalidResponseError */
export function becameTask(flow: FlowSnapshot, result: UnknownRecord): FlowSnapshot {
  const { taskId } = result;
  if (flow.method !== Method.callTool) {
    throw new InvalidResponseError(`it sent a task in answer to ${flow.method}`);
  }
  if (typeof taskId !== 'string' || taskId === '') {
    throw new InvalidResponseError('it sent a task without an id');
  }
  const { requestState: _, ...rest } = flow;
  const task = { taskId, pollIntervalMs: intervalIn(result), answered: [] };
  return { ...rest, round: flow.round + 1, status: 'working', questions: {}, answers: {}, task };
}

/** The flow after its answers were sent. */
export function answersSent(flow: FlowSnapshot): FlowSnapshot {
  const task = flow.task!;
  const answered = [...task.answered, ...Object.keys(flow.answers)];
  return { ...flow, status: 'working', questions: {}, answers: {}, task: { ...task, answered } };
}

/**
 * The flow after a look at its task.
 *
 * @throws RpcError the error of a task that has failed; RondoError `cancelled`
 * @throws InvalidResponseError for what is no task
 */
export function looked(
  flow: FlowSnapshot,
  seen: UnknownRecord,
  declared: ClientCapabilities,
): FlowSnapshot {
  const { task: followed, ...rest } = flow;
  const task = { ...followed!, pollIntervalMs: intervalIn(seen) };
  switch (seen['status']) {
    case 'working':
      return { ...rest, task, status: 'working', questions: {} };
    case 'input_required':
      return asking({ ...rest, task }, seen['inputRequests'], declared);
    case 'completed':
      return completed(rest, seen['result']);
    case 'failed':
      throw errorIn(seen['error']);
    case 'cancelled':
      throw new RondoError('cancelled', 'The task was cancelled.');
    default:
      throw new InvalidResponseError('it sent a task of unknown status');
  }
}

/** Questions that are answered are not asked again. */
function asking(
  flow: FlowSnapshot,
  inputRequests: unknown,
  declared: ClientCapabilities,
): FlowSnapshot {
  const { answered } = flow.task!;
  const shown = isRecord(inputRequests) ? Object.entries(inputRequests) : [];
  const open = Object.fromEntries(shown.filter(([key]) => !answered.includes(key)));
  const questions = readQuestions(open, true, declared);
  const status = Object.keys(questions).length > 0 ? 'asking' : 'working';
  return { ...flow, status, questions };
}

function completed(flow: FlowSnapshot, result: unknown): FlowSnapshot {
  if (!isRecord(result))
    throw new InvalidResponseError('it sent a completed task without a result');
  assertShape(flow.method, result);
  return { ...flow, status: 'complete', questions: {}, answers: {}, result };
}

function errorIn(error: unknown): Error {
  const { code, message, data } = isRecord(error) ? error : {};
  if (!Number.isInteger(code) || typeof message !== 'string') {
    return new InvalidResponseError('it sent a failed task without an error');
  }
  return new RpcError(code as number, message, data);
}

function intervalIn({ pollIntervalMs }: UnknownRecord): number {
  const isUsable = typeof pollIntervalMs === 'number' && pollIntervalMs > 0;
  return isUsable ? Math.min(pollIntervalMs, LONGEST_PAUSE) : 1_000;
}
