import { invalidOptions } from '../../base/errors.ts';
import { isRecord } from '../../base/json/json.ts';
import { jsonProblem } from '../../base/json/json-copy.ts';
import { attempt } from '../../base/thrown.ts';
import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import type { InputRequests } from '../../protocol/results.ts';
import { OLD_VERSIONS, PROTOCOL_VERSION } from '../../protocol/names/version.ts';
import { toResponse } from './answer-shape.ts';
import { questionProblem } from './questions.ts';
import { hasShape } from './result-shape.ts';
import { type FlowSnapshot, isAskingMethod, paramsProblem } from './snapshot.ts';
import { quote } from '../../base/quote.ts';

/**
 * Checks a snapshot, which may come from a file or a database.
 *
 * @param declared the capabilities of the client that resumes it
 * @throws RondoError `invalid_options`
 */
export function assertSnapshot(
  flow: unknown,
  declared: ClientCapabilities,
): asserts flow is FlowSnapshot {
  if (!isRecord(flow)) throw invalidOptions('The value to resume is not a flow.');
  const { format, era } = flow;
  if (format !== 1) {
    throw invalidOptions(
      `The flow has format ${JSON.stringify(format)}. This version can only resume format 1.`,
    );
  }
  if (era !== PROTOCOL_VERSION && !(OLD_VERSIONS.includes(era as string) && isOver(flow))) {
    throw invalidOptions(
      `The flow is of protocol revision ${JSON.stringify(era)}, not ${PROTOCOL_VERSION}.`,
    );
  }
  if (!isWhole(flow as Unchecked)) {
    throw invalidOptions('The flow to resume has been changed, or a part is missing.');
  }
  for (const [key, request] of Object.entries(flow['questions'] as InputRequests)) {
    const problem = questionProblem(request, declared);
    if (problem !== undefined)
      throw invalidOptions(`The flow asks ${quote(key)}, which ${problem}.`);
  }
  if (!areAnswers(flow as unknown as FlowSnapshot)) {
    throw invalidOptions('The flow to resume has an answer that does not fit its question.');
  }
}

/** Calls of old servers cannot be continued elsewhere; their results are as good as any. */
function isOver({ status }: Unchecked): boolean {
  return status === 'complete';
}

/** A snapshot none of whose members is to be trusted. */
type Unchecked = { readonly [Name in keyof FlowSnapshot]?: unknown };

function isWhole(flow: Unchecked): boolean {
  const { method, params, round, maxRounds, questions, answers, requestState = '' } = flow;
  return (
    isAskingMethod(method) &&
    paramsProblem(method, params) === undefined &&
    jsonProblem(params) === undefined &&
    [round, maxRounds].every((count) => Number.isInteger(count) && (count as number) >= 0) &&
    isRecord(questions) &&
    isRecord(answers) &&
    typeof requestState === 'string' &&
    isAsItsStatus(flow)
  );
}

/** Whether a flow has what its status says. */
function isAsItsStatus({ method, status, questions, result, task }: Unchecked): boolean {
  const asks = Object.keys(questions as object).length > 0;
  if (task !== undefined && !isFollowed(task)) return false;
  if (status === 'asking') return asks && result === undefined;
  if (status === 'working') return isRecord(task) && !asks && result === undefined;
  if (status === 'ready') return !asks && result === undefined;
  return status === 'complete' && isRecord(result) && hasShape(method as string, result);
}

function isFollowed(task: unknown): boolean {
  if (!isRecord(task)) return false;
  const { taskId, pollIntervalMs, answered } = task;
  const isTask = typeof taskId === 'string' && typeof pollIntervalMs === 'number';
  return isTask && Array.isArray(answered) && answered.every((key) => typeof key === 'string');
}

/** Answers without a question are those that the first round brings. */
function areAnswers({ questions, answers, round }: FlowSnapshot): boolean {
  return Object.entries(answers).every(([key, answer]) => {
    if (!Object.hasOwn(questions, key)) return round === 0;
    return attempt(() => toResponse(key, questions[key]!, answer)) !== undefined;
  });
}
