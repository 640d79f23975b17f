/**
 * Delivers outcomes to the handler. Invariants:
 *
 * - F1  Items are delivered one at a time, each once the microtask queue has drained.
 * - F5  Once the round is over, nothing is judged, recorded or settled.
 * - F8  What fails in a delivery ends the round: every delivery is a callback of its scheduler.
 * - F7  An answer is judged when the handler reaches its ask (ruling.ts); entries that depend on an
 *       answer to a changed question are dropped.
 * - F15 An outcome is written to the journal before the handler sees it, in the order of delivery,
 *       together with those that are certain to follow.
 */
import { type AskAgain, type Ruling, ruleOn } from '../asks/ruling.ts';
import { isRecord } from '../../base/json/json.ts';
import { notifyListener } from '../../base/listener.ts';
import { messageOf } from '../../base/thrown.ts';
import { decode } from '../journal/codec.ts';
import { DivergenceError, InvalidAnswerError, StepError, kindChanged } from '../journal/errors.ts';
import type { Asked, Entry, Outcome, RecordedError } from '../journal/journal.ts';
import type { Item } from './delivery-queue.ts';
import { PendingAsk } from './calls/pending-ask.ts';
import { excused } from './pending-asks.ts';
import type { Call, RoundState } from './round-state.ts';
import type { Stillness } from './stillness.ts';

export class Delivery {
  readonly #state: RoundState;
  readonly #stillness: Stillness;

  constructor(state: RoundState, stillness: Stillness) {
    this.#state = state;
    this.#stillness = stillness;
  }

  /** Delivers what can be delivered. Call it when a call or an item has been added. */
  proceed(): void {
    const { queue, scheduler } = this.#state;
    if (queue.begin()) scheduler.drained(this.#deliverNext);
    this.#stillness.changed();
  }

  readonly #deliverNext = (): void => {
    const item = this.#state.queue.next();
    if (item !== undefined) this.#deliver(item);
  };

  /**
   * The handler has received the last item and the microtask queue is empty again: everything it
   * did in reaction has been done.
   */
  readonly #goOn = (): void => {
    this.#deliverNext();
    this.#stillness.changed();
  };

  #deliver(item: Item): void {
    const { calls, ending } = this.#state;
    if (ending.over) return;
    const call = calls.get(item.entry.key)!;
    if (item.written) return this.#settle(call, item, item.written);
    if (call.kind !== item.entry.kind) ending.fail(kindChanged(call.key, call.kind));
    else if (call instanceof PendingAsk) this.#judge(call, item);
    else this.#pass(call, item, item.entry);
  }

  // Asks.

  #judge(call: PendingAsk, item: Item): void {
    const { queue, host, ending } = this.#state;
    const stepBehind = (): string | undefined => queue.stepBehind(item);
    const ruling = ruleOn(item.entry, call.ask, stepBehind, host.limits.sendings);
    if (!(ruling instanceof Promise)) return this.#apply(ruling, call, item);
    ruling.then((settled) => this.#apply(settled, call, item)).catch((error) => ending.fail(error));
  }

  #apply(ruling: Ruling, call: PendingAsk, item: Item): void {
    const { ending, host } = this.#state;
    if (ending.over) return;
    const { bug } = ruling;
    if (bug !== undefined) notifyListener(() => host.onJudgingFailed?.(call.key, bug));
    if (ruling.type === 'fail') return ending.fail(ruling.error);
    if (ruling.problems?.length) this.#reportWrong(item.entry, ruling.problems);
    if (ruling.type === 'deliver') return this.#pass(call, item, ruling.entry);
    this.#askAgain(ruling, item);
  }

  /** The answer was wrong, or the question has changed: the answer is forgotten (F7, F9). */
  #askAgain({ problems, dropsRest }: AskAgain, item: Item): void {
    const { queue, asks, history, ending } = this.#state;
    const question = questionOf(item.entry, problems);
    const questions = dropsRest ? this.#dropFrom(item, question) : [question];
    if (!dropsRest) queue.drop(item);
    history.drop(questions, () => {
      if (ending.over) return;
      asks.drop(questions);
      queue.idle();
      this.proceed();
    });
  }

  /** Drops all that may depend on the answer to a question that has changed (F7). */
  #dropFrom(changed: Item, question: Asked): readonly Asked[] {
    const { queue } = this.#state;
    const [, ...behind] = queue.dropFrom(changed).map((item) => item.entry);
    const isStep = (entry: Entry): boolean => entry.kind === 'step';
    // Steps of this round: nothing recorded lies behind a question that may be asked again.
    for (const entry of behind.filter(isStep)) queue.add(entry);
    const asks = behind.filter((entry) => !isStep(entry));
    const answered = asks.map((entry) => excused(questionOf(entry)));
    return [question, ...answered, ...this.#state.asks.unreached];
  }

  #reportWrong({ key, sendings = 1 }: Entry, problems: readonly string[]): void {
    const { host } = this.#state;
    if (host.onWrongAnswer === undefined) return;
    notifyListener(() => host.onWrongAnswer?.({ key, sendings, problems }));
  }

  // Delivery.

  /** Settles `call` with `entry`. A new entry is written to the journal first. */
  #pass(call: Call, item: Item, entry: Entry): void {
    if (item.recorded) return this.#settle(call, item, entry);
    const { history, host, scheduler, queue } = this.#state;
    const elapsed = scheduler.now() - host.flow.startedAt;
    const timed = history.timed(entry, elapsed);
    const entries = [timed];
    for (const follower of queue.followers(item)) {
      follower.written = history.timed(follower.entry, elapsed);
      entries.push(follower.written);
    }
    history.append(entries, () => this.#settle(call, item, timed));
  }

  #settle(call: Call, item: Item, entry: Entry): void {
    const { ending, history, queue, scheduler } = this.#state;
    if (ending.over) return;
    const problem = settle(call, entry.outcome);
    if (problem !== undefined) return ending.fail(problem);
    history.add(entry);
    queue.delivered(item);
    scheduler.drained(this.#goOn);
  }
}

/** The question that was sent before `entry`, its answer, came. */
function questionOf(entry: Entry, problems?: readonly string[]): Asked {
  const { kind, key, question = '', sendings = 1, resent, expiresAt } = entry;
  const wrong = problems?.length ? { problems } : {};
  const until = expiresAt === undefined ? {} : { expiresAt };
  return { kind: kind as Asked['kind'], key, question, sendings, resent, ...wrong, ...until };
}

/** Settles `call`, or returns why not: this version cannot read the outcome. */
function settle(call: Call, outcome: Outcome): DivergenceError | undefined {
  try {
    settleRead(call, outcome);
    return undefined;
  } catch (error) {
    return new DivergenceError(call.key, 'outcome', `it cannot be read: ${messageOf(error)}`);
  }
}

function settleRead(call: Call, outcome: Outcome): void {
  if (outcome.type === 'value') {
    const value = decode(outcome.value);
    call.resolve(call instanceof PendingAsk ? call.ask.revive(value) : value);
  } else if (outcome.type === 'error') {
    call.reject(failure(call, outcome.error));
  } else {
    throw new TypeError('it is neither a value nor an error');
  }
}

function failure(call: Call, recorded: RecordedError): InvalidAnswerError | StepError {
  const { name, message } = isRecord(recorded) ? recorded : {};
  if (typeof name !== 'string' || typeof message !== 'string') {
    throw new TypeError('its error has no name or no message');
  }
  return call instanceof PendingAsk
    ? new InvalidAnswerError(call.key, message)
    : new StepError(call.key, recorded);
}
