/** What models read of tasks: what has happened, and which tool to call with which arguments. */
import type { CallToolResult } from '../../protocol/results.ts';
import { quote } from '../../base/quote.ts';
import type { OpenQuestion } from './asking.ts';

export const STATUS = 'task_status';
export const CANCEL = 'task_cancel';
export const ANSWER = 'task_answer';

export function textResult(...lines: readonly string[]): CallToolResult {
  return { content: [{ type: 'text', text: lines.join('\n') }] };
}

export function failure(text: string): CallToolResult {
  return { ...textResult(text), isError: true };
}

export interface Unfinished {
  readonly taskId: string;
  /** The tool whose call it is. */
  readonly tool: string;
  /** What the task says of itself. */
  readonly message: string | undefined;
}

export function goesOn({ taskId, tool, message }: Unfinished): string {
  const says = message === undefined ? '' : ` It says: ${message}`;
  return `The call of ${quote(tool)} has not finished. It goes on in the background as task ${taskId}.${says}`;
}

/** What to do next about a task that has not ended. */
export function nextCalls(taskId: string): string {
  const args = JSON.stringify({ taskId });
  return (
    `Call the tool ${STATUS} with ${args} to wait for it and to get its result; ` +
    `to end it, call ${CANCEL} with the same arguments.`
  );
}

/** A question that this caller is not asked now. */
export function describeQuestion(
  taskId: string,
  { wire, request, isForModel }: OpenQuestion,
): string {
  const what = messageOf(request);
  if (!isForModel) {
    return `It waits for an answer of the user: ${what} Only the user may answer: ${STATUS} asks where that is possible.`;
  }
  const args = JSON.stringify({ taskId, question: wire, answer: {} });
  const fields = JSON.stringify(
    'requestedSchema' in request.params! ? request.params.requestedSchema : {},
  );
  return (
    `It asks: ${what} You may answer: call the tool ${ANSWER} with ${args}, where answer is an object ` +
    `that fits this schema: ${fields}`
  );
}

function messageOf({ method, params }: OpenQuestion['request']): string {
  if (method === 'elicitation/create') return JSON.stringify(params.message);
  return method === 'roots/list' ? 'its directories.' : 'a completion of a model.';
}
