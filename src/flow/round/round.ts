/**
 * One round of a handler, as its host uses it. What a round is made of is in round-state.ts.
 * Invariants:
 *
 * - F1  The handler runs from the top and sees outcomes in the order of the journal (delivery.ts).
 * - F4  The round ends by itself only when it is still (stillness.ts) or out of time.
 * - F5  The first end counts; after it nothing is settled, started or recorded (ending.ts).
 * - F8  Divergence and misuse end the round, and never reject a promise of the handler.
 * - F9  Only answers to questions that were sent and have no answer yet count.
 */
import { RondoError } from '../../base/errors.ts';
import type { UnknownRecord } from '../../base/json/json.ts';
import { notifyListener } from '../../base/listener.ts';
import { isThenable } from '../../base/settled.ts';
import { RoundTimeoutError } from '../journal/errors.ts';
import type { Asked, Recorded } from '../journal/journal.ts';
import { AuthorSide } from './author-side.ts';
import { Delivery } from './delivery.ts';
import { assertLimits } from './checked-limits.ts';
import { type Cancel, type FlowHost, type HostParts, type RoundInput, withParts } from './host.ts';
import { reportUnawaited, unawaited } from './misuse.ts';
import { type MovedRound, moveRound } from './move.ts';
import type { RoundOutcome } from './round-outcome.ts';
import { PendingStep } from './calls/pending-step.ts';
import { type Call, RoundState } from './round-state.ts';
import { untilSettled } from './settling.ts';
import { Stillness } from './stillness.ts';

/**
 * One round of a handler: from its first line to a result, to questions, or to an error. For hosts
 * of the engine; `McpServer` is one.
 *
 * @example
 * ```ts
 * import { DEFAULT_LIMITS, FlowContext, Round, memoryJournal } from 'mcp-rondo/flow';
 * import type { AsyncScope, Flow, Recorded, RoundOutcome, Scheduler } from 'mcp-rondo/flow';
 *
 * declare const scheduler: Scheduler;
 * declare const scope: AsyncScope;
 * declare const flow: Flow;
 *
 * export function play(recorded: Recorded): Promise<RoundOutcome<string>> {
 *   const journal = memoryJournal(recorded);
 *   const host = { scheduler, scope, flow, journal, limits: DEFAULT_LIMITS };
 *   const round = new Round<string>(host, { answers: { sure: { action: 'decline' } } });
 *   const ctx = new FlowContext(round);
 *   return round.run(async () => ((await ctx.confirm('sure', 'Delete it?')) ? 'deleted' : 'kept'));
 * }
 * ```
 */
export class Round<R = unknown> {
  /** @internal What a context does with the round. */
  readonly authorSide: AuthorSide;
  readonly #state: RoundState;
  readonly #stillness: Stillness;
  readonly #delivery: Delivery;
  /** Answers that came before the journal was loaded. */
  #early: UnknownRecord | undefined;
  #isLoaded = false;
  #disarm: Cancel | undefined;
  #settled: Promise<void> | undefined;

  /**
   * @param input the answers that came with the round's request
   * @throws RondoError `invalid_options` for a limit that cannot be one
   */
  constructor(host: FlowHost, input: RoundInput = {}) {
    assertLimits(host.limits);
    this.#state = new RoundState(host, input);
    this.#stillness = new Stillness(this.#state);
    this.#delivery = new Delivery(this.#state, this.#stillness);
    this.authorSide = new AuthorSide(this.#state, this.#delivery, this.#stillness);
  }

  /**
   * Loads the journal and runs `handler` until the round ends: when the handler returns or throws,
   * when it waits for answers and nothing else, when it misuses the flow or does something else
   * than the journal says, or after `roundTimeout`. Call it once. Never rejects: the outcome says
   * which of these it was.
   */
  run(handler: () => R | PromiseLike<R>): Promise<RoundOutcome<R>> {
    const { ending } = this.#state;
    const outcome = ending.outcome as Promise<RoundOutcome<R>>;
    if (ending.over) return outcome;
    this.#startDeadline();
    ending.onEnd(() => {
      this.#disarm?.();
      this.#stillness.stop();
    });
    void this.#begin(handler);
    return outcome;
  }

  /**
   * Gives a running round answers, for a host with `onAsked` or `onStill`. A key may end in `~` and
   * a number: then it is the answer to that sending of the question, and to no other. Answers to
   * questions that were not asked, or are answered already, are ignored. Before the journal is
   * loaded all are kept, and looked at then.
   *
   * @returns the keys of the answers that were taken, as they were given. They are judged when the
   *   handler reaches their asks.
   */
  deliver(answers: UnknownRecord): readonly string[] {
    if (this.#state.ending.over) return [];
    if (!this.#isLoaded) return this.#keep(answers, (this.#early ??= {}));
    const taken = this.#take(answers, wireKeys);
    this.#delivery.proceed();
    return taken;
  }

  /**
   * Ends the round because its result is not wanted any more: it fails with the code `cancelled`,
   * the handler's signal aborts, and nothing more is recorded.
   */
  cancel(reason: string): void {
    const error = new RondoError('cancelled', `The round was cancelled: ${reason}.`);
    this.#state.ending.abort(error);
  }

  /**
   * Ends the round with the open questions and the entries recorded so far. Signals of running
   * steps abort, and their outcomes are not recorded.
   */
  suspend(): void {
    this.#state.suspend();
  }

  /**
   * Moves the running round to other `parts` of its host: another journal, other limits, which
   * count from now. Nothing is delivered in the meantime. Parts that are not given stay.
   *
   * @param save writes what the new journal must begin with. If it throws or rejects, the round
   *   stays where it was, with its deadline. It is not called for a round that is over.
   * @returns what was given to `save`; `isOver` if the round has ended, before or meanwhile.
   * @throws what `save` throws; RondoError `invalid_options` while the round is being moved, and for a
   *   limit that cannot be one
   */
  async moveTo(
    parts: Partial<HostParts>,
    save: (moved: MovedRound) => void | PromiseLike<void> = () => undefined,
  ): Promise<MovedRound> {
    if (parts.limits !== undefined) assertLimits(parts.limits);
    return moveRound(this.#state, save, (moved) => {
      this.#state.host = withParts(this.#state.host, parts);
      if (parts.journal !== undefined) this.#state.asks.moved(moved.asks, moved.dropped);
      if (parts.recordsCheckpoints) this.#take(checkpointsMet(moved.asks), ownKey);
      this.#startDeadline();
    }).finally(() => this.#delivery.proceed());
  }

  /** @internal Whether it was cut short, by its host or its time: the handler may still run. */
  get wasAborted(): boolean {
    return this.#state.ending.wasAborted;
  }

  /** @internal What `run()` resolves with. */
  get outcome(): Promise<RoundOutcome<R>> {
    return this.#state.ending.outcome as Promise<RoundOutcome<R>>;
  }

  /** @internal How long the round has run, in ms. */
  get age(): number {
    const { scheduler, startedAt } = this.#state;
    return scheduler.now() - startedAt;
  }

  /** @internal Exchanges what nothing has been written for, while the handler runs. */
  exchange(parts: Pick<HostParts, 'onStill'>): void {
    this.#state.host = withParts(this.#state.host, parts);
  }

  /**
   * Resolves when the round is over and nothing of the handler runs any more: no step, and not the
   * handler itself, unless it waits for an ask or a step of this round, which will never settle.
   * May stay pending for ever.
   */
  get settled(): Promise<void> {
    return (this.#settled ??= untilSettled(this.#state));
  }

  async #begin(handler: () => R | PromiseLike<R>): Promise<void> {
    const { history, ending } = this.#state;
    try {
      const recorded = history.load();
      this.#load(isThenable(recorded) ? await recorded : recorded);
    } catch (error) {
      return ending.abort(error);
    }
    if (ending.over) return;
    this.#state.isHandlerRunning = true;
    try {
      this.#complete(await handler());
    } catch (error) {
      ending.settle({ status: 'threw', error });
    }
    this.#state.isHandlerRunning = false;
    this.#state.onSettling?.();
  }

  #load(recorded: Recorded): void {
    const { queue, asks, input } = this.#state;
    queue.load(recorded.entries);
    asks.load(recorded);
    const early = this.#early;
    this.#early = undefined;
    this.#isLoaded = true;
    const { asked } = recorded;
    if (asked.length === 0) return;
    queue.repeatUntilNew();
    const { answers = {} } = input;
    this.#take(
      asked.some(isCheckpoint) ? { ...answers, ...checkpointsMet(asked) } : answers,
      ownKey,
    );
    if (early !== undefined) this.#take(early, wireKeys);
  }

  /** Keeps `answers` until the journal is loaded: of several with one key, the first. */
  #keep(answers: UnknownRecord, kept: UnknownRecord): readonly string[] {
    const fresh = Object.keys(answers).filter((key) => !Object.hasOwn(kept, key));
    for (const key of fresh) kept[key] = answers[key];
    return fresh;
  }

  /**
   * Takes the answers to questions that are outstanding, in the order of the questions (F1).
   * Returns their keys, as they were given.
   *
   * @param keysOf the keys under which an answer may be given
   */
  #take(answers: UnknownRecord, keysOf: (asked: Asked) => string[]): string[] {
    const { asks, queue } = this.#state;
    const taken: string[] = [];
    for (const asked of asks.outstanding()) {
      const given = keysOf(asked).find((key) => Object.hasOwn(answers, key));
      if (given === undefined) continue;
      asks.answered(asked.key);
      queue.addAnswer(asked, answers[given]);
      taken.push(given);
    }
    return taken;
  }

  /** From now on, for as long as the round's limits say. */
  #startDeadline(): void {
    const { host, scheduler, ending, runningSteps } = this.#state;
    const { roundTimeout } = host.limits;
    this.#disarm?.();
    if (ending.over || roundTimeout === Infinity) return;
    this.#disarm = scheduler.after(roundTimeout, () => {
      ending.abort(new RoundTimeoutError(roundTimeout, [...runningSteps]));
    });
  }

  #complete(result: R): void {
    const { asks, ending, scheduler, calls } = this.#state;
    if (calls.size > 0) this.#lookForUnawaited();
    if (asks.forgotten() === undefined) return this.#finish(result);
    // `await` calls `then` one microtask later: the last ask may still be awaited.
    scheduler.drained(() => {
      const forgotten = asks.forgotten();
      if (forgotten === undefined) this.#finish(result);
      else ending.fail(unawaited(forgotten.key));
    });
  }

  /** `await` calls `then` one microtask later. What is awaited by then, was meant to be. */
  #lookForUnawaited(): void {
    const { calls, scheduler, host } = this.#state;
    const isUnawaited = (call: Call): call is PendingStep =>
      call instanceof PendingStep && !call.awaited;
    const steps = [...calls.values()].filter(isUnawaited);
    if (steps.length === 0) return;
    scheduler.drained(() => {
      for (const step of steps.filter(isUnawaited)) {
        notifyListener(() => host.onUnawaitedStep?.(step.key));
        reportUnawaited(step, host);
      }
    });
  }

  #finish(result: R): void {
    const { asks, calls, queue, recorded, ending } = this.#state;
    const open = asks.openKeys();
    const unreached = queue.rest.map((entry) => entry.key).filter((key) => !calls.has(key));
    ending.settle({ status: 'complete', result, recorded, open, unreached });
  }
}

/** The answers to checkpoints, which nobody gives: they are met. */
function checkpointsMet(asked: readonly Asked[]): UnknownRecord {
  const checkpoints = asked.filter(isCheckpoint);
  return Object.fromEntries(checkpoints.map(({ key }) => [key, null]));
}

function isCheckpoint({ kind }: Asked): boolean {
  return kind === 'checkpoint';
}

/** The key of an answer that came with the round. */
function ownKey({ key }: Asked): string[] {
  return [key];
}

/** The keys of an answer that is given to a running round: for this sending, or for any. */
function wireKeys({ key, sendings, resent = 0 }: Asked): string[] {
  return [`${key}~${sendings + resent}`, key];
}
