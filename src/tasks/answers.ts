/** Answers of clients to the questions of a task (K6). */
import { type UnknownRecord, isRecord } from '../base/json/json.ts';
import { quote } from '../base/quote.ts';
import type { TaskRecord } from './contract.ts';
import type { TaskHost } from './runs/task-host.ts';
import { LIMITS } from './stored/options.ts';
import { wireKey } from './stored/stored-ask.ts';
import type { CheckedRequest } from '../server/extension.ts';
import { isTaskId } from './access.ts';

/** What is wrong with answers that no task takes; `undefined`: nothing. */
export function answersProblem(given: UnknownRecord): string | undefined {
  for (const [key, answer] of Object.entries(given)) {
    if (!isRecord(answer)) return `The answer ${quote(key)} must be an object`;
    if (JSON.stringify(answer).length > LIMITS.answer) {
      return `The answer ${quote(key)} is larger than ${LIMITS.answer} characters`;
    }
  }
  return undefined;
}

/** How long answers are, in characters, that are sealed before it is known whether anybody waits for them. */
const SMALL = 65_536;

/**
 * Answers questions of a task of the caller without reading it first, where its row says all there is
 * to know.
 *
 * @returns whether that was so; if not, nothing has happened
 */
export async function answerOwn(
  host: TaskHost,
  { params: { taskId }, exchange }: CheckedRequest,
  given: UnknownRecord,
): Promise<boolean> {
  const wires = Object.keys(given);
  const isSmall = wires.length <= LIMITS.questions && JSON.stringify(given).length <= SMALL;
  if (!host.store.answerOwn || !isTaskId(taskId) || !isSmall) return false;
  const rows = await host.rowsOf(taskId);
  const principal = await host.principalDigest(exchange.principal);
  const own = { audience: host.server.audience, principal, targets: host.tools.openTargets };
  const answers = wires.map((wire) => rows.answer(wire, given[wire]));
  const taken = await host.store.answerOwn(taskId, answers, own);
  if (taken?.length) host.wake(taskId);
  return taken !== undefined;
}

/**
 * Answers those questions of a task that are open. What else is given is ignored, and costs nothing.
 *
 * @param given by keys on the wire
 * @returns whether any of it has been taken
 */
export async function answerQuestions(
  host: TaskHost,
  { taskId, questions }: TaskRecord,
  given: UnknownRecord,
): Promise<boolean> {
  const rows = await host.rowsOf(taskId);
  const open = questions.map((row) => wireKey(rows.readAsk(row).asked));
  const answered = open.filter((wire) => Object.hasOwn(given, wire));
  if (answered.length === 0) return false;
  const answers = answered.map((wire) => rows.answer(wire, given[wire]));
  const taken = await host.store.answer(taskId, answers);
  if (taken.length > 0) host.wake(taskId);
  return taken.length > 0;
}
