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
import type { UnknownRecord } from '../../base/json.ts';
import { RoundTimeoutError } from '../journal/errors.ts';
import type { Asked, Entry, Journal, Recorded } from '../journal/journal.ts';
import { AuthorSide } from './author-side.ts';
import { Delivery } from './delivery.ts';
import type { FlowHost, RoundInput } from './host.ts';
import { unawaited } from './misuse.ts';
import type { RoundOutcome } from './round-outcome.ts';
import { RoundState } from './round-state.ts';
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

  /** @param input the answers that came with the round's request */
  constructor(host: FlowHost, input: RoundInput = {}) {
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
    const { host, scheduler, ending, runningSteps } = this.#state;
    const outcome = ending.outcome as Promise<RoundOutcome<R>>;
    if (ending.over) return outcome;
    const { roundTimeout } = host.limits;
    const disarm = scheduler.after(roundTimeout, () => {
      ending.abort(new RoundTimeoutError(roundTimeout, [...runningSteps]));
    });
    ending.onEnd(() => {
      disarm();
      this.#stillness.stop();
    });
    void this.#begin(handler);
    return outcome;
  }

  /**
   * Gives a running round answers by key, for a host with `onStill`. Answers to questions that were
   * not asked, or are answered already, are ignored.
   */
  deliver(answers: UnknownRecord): void {
    for (const asked of this.#state.asks.outstanding()) {
      if (Object.hasOwn(answers, asked.key)) this.#take(asked, answers[asked.key]);
    }
    this.#delivery.proceed();
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
   * Moves the running round to another journal, after the old one has finished the append that is
   * running. Later entries are appended to `journal`.
   *
   * @returns the entries that the handler has seen by then, in order: `journal` must begin with
   *   them.
   */
  moveTo(journal: Journal): Promise<readonly Entry[]> {
    return this.#state.history.moveTo(journal);
  }

  async #begin(handler: () => R | PromiseLike<R>): Promise<void> {
    const { history, ending } = this.#state;
    try {
      const recorded = history.load();
      this.#load(recorded instanceof Promise ? await recorded : recorded);
    } catch (error) {
      return ending.fail(error);
    }
    if (ending.over) return;
    try {
      this.#complete(await handler());
    } catch (error) {
      ending.settle({ status: 'threw', error });
    }
  }

  #load({ entries, asked }: Recorded): void {
    const { queue, asks, input } = this.#state;
    queue.load(entries);
    asks.load(asked);
    if (asked.length > 0) queue.repeatUntilNew();
    const answers = input.answers ?? {};
    for (const question of asked) {
      if (question.kind === 'checkpoint') this.#take(question, null);
      else if (Object.hasOwn(answers, question.key)) this.#take(question, answers[question.key]);
    }
  }

  #take(asked: Asked, answer: unknown): void {
    this.#state.asks.answered(asked.key);
    this.#state.queue.addAnswer(asked, answer);
  }

  #complete(result: R): void {
    const { asks, ending, scheduler } = this.#state;
    if (asks.forgotten() === undefined) return this.#finish(result);
    // `await` calls `then` one microtask later: the last ask may still be awaited.
    scheduler.drained(() => {
      const forgotten = asks.forgotten();
      if (forgotten === undefined) this.#finish(result);
      else ending.fail(unawaited(forgotten.key));
    });
  }

  #finish(result: R): void {
    const { asks, calls, queue, entries, ending } = this.#state;
    const open = asks.openKeys();
    const unreached = queue.rest.map((entry) => entry.key).filter((key) => !calls.has(key));
    ending.settle({ status: 'complete', result, entries, open, unreached });
  }
}
