/**
 * Decides what happens when the handler reaches an ask that has an answer: deliver it, ask again (a
 * wrong answer, a changed question), or fail the round. Invariants:
 *
 * - F7  An entry is applied only to the question it was recorded for. A question that has
 *       changed is asked again, unless a step was recorded after it: that is divergence.
 * - F9  Wrong answers and changed questions share one counter of sendings.
 * - F6  A judged answer is recorded as the schema's output and not judged again.
 */
import { quote } from '../../base/quote.ts';
import { RondoError } from '../../base/errors.ts';
import type { Checked } from '../../schema/json/checked.ts';
import type { Ask } from './ask.ts';
import { EXPIRED_VALUE } from './expiry.ts';
import { DivergenceError } from '../journal/errors.ts';
import { type Entry, changedEntry } from '../journal/journal.ts';
import { sameBody } from '../journal/question.ts';
import { recordValue } from '../journal/record.ts';

/** What to do with an entry. */
export type Ruling = (
  Deliver | AskAgain | { readonly type: 'fail'; readonly error: RondoError }
) & {
  /** What the schema's own code threw at the answer, if that is a bug. */
  readonly bug?: unknown;
};

/** The entry is what the handler gets. */
export interface Deliver {
  readonly type: 'deliver';
  readonly entry: Entry;
  /** What is wrong with an answer that is not asked for again. */
  readonly problems?: readonly string[];
}

/** A wrong answer, or a question that has changed: the question is sent once more. */
export interface AskAgain {
  readonly type: 'ask again';
  /** What is wrong with the answer; nothing if the question has changed. */
  readonly problems: readonly string[];
  /** Whether the entries after it are dropped too, because they may depend on a dropped answer. */
  readonly dropsRest: boolean;
}

/**
 * @param stepBehind finds the key of a step recorded after `entry`, if there is one
 * @param limit how often one question may be sent
 */
export function ruleOn(
  entry: Entry,
  ask: Ask<unknown>,
  stepBehind: () => string | undefined,
  limit: number,
): Ruling | Promise<Ruling> {
  const { question, outcome } = entry;
  const changed = changedPart(question, ask);
  if (changed !== undefined) return ruleOnChange(changed, entry, stepBehind(), limit);
  if (outcome.type === 'expired') return ruleOnValue(EXPIRED_VALUE, entry);
  if (outcome.type !== 'answer') return { type: 'deliver', entry };
  const verdict = ask.judge(outcome.answer);
  if (!(verdict instanceof Promise)) return ruleOnVerdict(verdict, entry, limit);
  return verdict.then((settled) => ruleOnVerdict(settled, entry, limit));
}

function ruleOnVerdict(verdict: Checked, entry: Entry, limit: number): Ruling {
  if (verdict.ok) return ruleOnValue(verdict.value, entry);
  const ruling = ruleOnWrong(verdict.problems, entry, limit);
  return verdict.bug === undefined ? ruling : { ...ruling, bug: verdict.bug };
}

function changedPart(
  question: Entry['question'],
  ask: Ask<unknown>,
): 'message' | 'schema' | undefined {
  if (question === ask.question) return undefined;
  return question !== undefined && sameBody(question, ask.question) ? 'message' : 'schema';
}

function ruleOnChange(
  changed: 'message' | 'schema',
  entry: Entry,
  stepBehind: string | undefined,
  limit: number,
): Ruling {
  const { key, sendings = 1 } = entry;
  if (stepBehind !== undefined) {
    const detail = `it was answered, then step ${quote(stepBehind)} ran, and now the question is another`;
    return { type: 'fail', error: new DivergenceError(key, changed, detail) };
  }
  if (sendings >= limit) return { type: 'fail', error: unstableQuestion(key, limit) };
  return { type: 'ask again', problems: [], dropsRest: true };
}

function ruleOnValue(value: unknown, entry: Entry): Ruling {
  const outcome = recordValue(value);
  if (outcome.type === 'value') {
    return { type: 'deliver', entry: changedEntry(entry, outcome, entry.at) };
  }
  const message = `The answer to ${quote(entry.key)}: ${(outcome as { error: Error }).error.message}.`;
  return { type: 'fail', error: new RondoError('unrecordable_value', message) };
}

function ruleOnWrong(wrong: readonly string[], entry: Entry, limit: number): Ruling {
  const { sendings = 1 } = entry;
  if (sendings < limit) {
    // An answer to a question that was never sent is not the user's mistake (F16).
    const problems = sendings === 0 ? [] : wrong;
    return { type: 'ask again', problems, dropsRest: false };
  }
  const message = `${quote(entry.key)} was answered wrongly ${limit} times: ${wrong.join('; ')}`;
  const error = { name: 'InvalidAnswerError', message, code: 'invalid_answer' };
  const failed: Entry = { ...entry, outcome: { type: 'error', error } };
  return { type: 'deliver', entry: failed, problems: wrong };
}

/** A question that changes every time it is asked can never be answered (F9). */
export function unstableQuestion(key: string, limit: number): RondoError<'unstable_question'> {
  return new RondoError(
    'unstable_question',
    `The question ${quote(key)} was different each of the ${limit} times it was asked. ` +
      'Remove times, ids and other changing values from it, or record them in a step.',
  );
}
