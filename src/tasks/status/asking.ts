/**
 * The open questions of a task, as a call by somebody who knows nothing of tasks asks them: in manual
 * rounds, under fresh keys. The answers go as they are to the worker, which judges them.
 */
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { attempt } from '../../base/thrown.ts';
import { type ClientCapabilities, missingCapabilities } from '../../protocol/capabilities.ts';
import { capabilitiesFor } from '../../protocol/input-request.ts';
import type { InputRequest, InputRequests, InputRequiredResult } from '../../protocol/results.ts';
import { answerQuestions } from '../answers.ts';
import type { TaskRecord } from '../contract.ts';
import type { TaskHost } from '../runs/task-host.ts';
import { wireKey } from '../stored/stored-ask.ts';

const PREFIX = 'rondo:task ';

/** What one round of such a call leaves for the next. */
export interface Carried {
  readonly taskId: string;
  /** By its key in this call, the key of a question in the task. */
  readonly asked: Readonly<Record<string, string>>;
  /** How many questions this call has asked. */
  readonly count: number;
  /** Questions that the user has left open: this call asks them no more. */
  readonly left: readonly string[];
}

export function nothingCarried(taskId: string): Carried {
  return { taskId, asked: {}, count: 0, left: [] };
}

/** What the last round has left, if it was one of a call that follows a task. */
export function carriedIn(state: string | undefined): Carried | undefined {
  if (!state?.startsWith(PREFIX)) return undefined;
  const carried = attempt(() => JSON.parse(state.slice(PREFIX.length)) as unknown);
  return isRecord(carried) && isRecord(carried['asked'])
    ? (carried as unknown as Carried)
    : undefined;
}

/**
 * Gives the task its answers. What a user has left with `cancel` stays open.
 *
 * @returns what is carried on, with nothing asked
 */
export async function giveAnswers(
  host: TaskHost,
  task: TaskRecord,
  carried: Carried,
  responses: UnknownRecord = {},
): Promise<Carried> {
  const { asked } = carried;
  const given = Object.entries(asked).flatMap(([key, wire]) => {
    const answer = Object.hasOwn(responses, key) ? responses[key] : undefined;
    return isRecord(answer) ? [{ wire, answer }] : [];
  });
  const isLeft = ({ answer }: { answer: UnknownRecord }): boolean => answer['action'] === 'cancel';
  const answers = given.filter((each) => !isLeft(each)).map(({ wire, answer }) => [wire, answer]);
  await answerQuestions(host, task, Object.fromEntries(answers) as UnknownRecord);
  const left = given.filter(isLeft).map(({ wire }) => wire);
  return { ...carried, asked: {}, left: [...carried.left, ...left] };
}

/** A question of a task that is open. */
export interface OpenQuestion {
  /** Its key in the task. */
  readonly wire: string;
  readonly request: InputRequest;
  /** Whether a model may answer it. */
  readonly isForModel: boolean;
}

export async function openQuestions(
  host: TaskHost,
  { taskId, questions }: TaskRecord,
): Promise<readonly OpenQuestion[]> {
  const rows = await host.rowsOf(taskId);
  return questions.flatMap((row) => {
    const { asked, request, isForModel } = rows.readAsk(row);
    return request === undefined ? [] : [{ wire: wireKey(asked), request, isForModel }];
  });
}

/** Whether who has declared this can be asked the question now. */
export function canAsk(declared: ClientCapabilities, { left }: Carried) {
  return ({ wire, request }: OpenQuestion): boolean =>
    !left.includes(wire) && missingCapabilities(capabilitiesFor(request), declared) === undefined;
}

/** The end of a round that asks `questions`. */
export function asking(carried: Carried, questions: readonly OpenQuestion[]): InputRequiredResult {
  const keys = questions.map((_, i) => `q${carried.count + i + 1}`);
  const asked = Object.fromEntries(keys.map((key, i) => [key, questions[i]!.wire]));
  const inputRequests: InputRequests = Object.fromEntries(
    keys.map((key, i) => [key, questions[i]!.request]),
  );
  const next: Carried = { ...carried, asked, count: carried.count + keys.length };
  return {
    resultType: 'input_required',
    inputRequests,
    requestState: PREFIX + JSON.stringify(next),
  };
}
