/**
 * What a call answers that stands for a task, to somebody who knows nothing of tasks (K15): it waits for
 * a change; then it has the task's result, asks its questions, or says in a text how to go on.
 */
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import type { OwnContext } from '../../server/extension.ts';
import { readAllowed } from '../access.ts';
import { answersProblem } from '../answers.ts';
import type { TaskRecord } from '../contract.ts';
import type { TaskHost } from '../runs/task-host.ts';
import { taskView } from '../runs/task-view.ts';
import {
  type Carried,
  type OpenQuestion,
  asking,
  canAsk,
  carriedIn,
  giveAnswers,
  nothingCarried,
  openQuestions,
} from './asking.ts';
import { describeQuestion, failure, goesOn, nextCalls, textResult } from './texts.ts';
import { unknownTask } from './unknown-task.ts';
import { watchTask } from './watch.ts';

export interface Followed {
  readonly taskId: string;
  /** The tool that was called. */
  readonly tool: string;
  /** What the caller can be asked. */
  readonly declared: ClientCapabilities;
  /** How long to wait, in ms. */
  readonly wait: number;
}

/** A result of a tool, or a manual round. @throws RpcError the error of a task that has failed */
export async function followTask(
  host: TaskHost,
  { taskId, tool, declared, wait }: Followed,
  ctx: OwnContext,
): Promise<unknown> {
  const read = async (): Promise<TaskRecord | undefined> =>
    (await readAllowed(host, [taskId], ctx.principal))[0];
  const found = await read();
  if (found === undefined) return unknownTask(host, tool);
  const problem = answersProblem(ctx.inputResponses ?? {});
  if (problem !== undefined) return failure(problem);
  const before = carriedIn(ctx.requestState) ?? nothingCarried(taskId);
  const carried = await giveAnswers(host, found, before, ctx.inputResponses);
  let questions: readonly OpenQuestion[] = [];
  const isAskable = canAsk(declared, carried);
  const task = await watchTask(host, {
    taskId,
    read: async () => {
      const now = await read();
      if (now !== undefined) questions = await openQuestions(host, now);
      return now;
    },
    isEnough: ({ status }) =>
      !isOpen(status) || questions.some((each) => isAskable(each) || each.isForModel),
    ms: wait,
    signal: ctx.signal,
  });
  if (task === undefined) return unknownTask(host, tool);
  const view = (await taskView(host, task)) as UnknownRecord;
  if (!isOpen(task.status)) return endOf(view);
  const askable = questions.filter(isAskable);
  return askable.length > 0
    ? asking(carried, askable)
    : stillOpen(host, task, questions, view, carried);
}

function isOpen(status: TaskRecord['status']): boolean {
  return status === 'working' || status === 'input_required';
}

function endOf({ taskId, result, error }: UnknownRecord): unknown {
  if (isRecord(error))
    throw new RpcError(error['code'] as number, error['message'] as string, error['data']);
  if (!isRecord(result))
    return failure(`Task ${taskId as string} was cancelled: it has no result.`);
  const { resultType: _type, ...own } = result;
  return own;
}

function stillOpen(
  host: TaskHost,
  task: TaskRecord,
  questions: readonly OpenQuestion[],
  { statusMessage }: UnknownRecord,
  { left }: Carried,
): unknown {
  const { taskId, target: tool } = task;
  if (questions.some(({ isForModel }) => isForModel)) host.onModelMayAnswer();
  const isLeft = questions.some(({ wire }) => left.includes(wire));
  const message = statusMessage as string | undefined;
  return textResult(
    goesOn({ taskId, tool, message }),
    ...questions.map((question) => describeQuestion(taskId, question)),
    ...(isLeft ? ['The user has not answered just now. Ask again only if the user wants to.'] : []),
    nextCalls(taskId),
  );
}
