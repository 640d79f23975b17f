/**
 * One round of a handler. Invariants:
 *
 * - F1  The handler runs from the top; what it sees, it sees in journal order (delivery.ts).
 * - F2  A key names one call in a round; it is taken synchronously at the call.
 * - F3  An ask without an outcome stays pending; nothing is thrown to suspend it (deferred.ts).
 * - F4  The round ends by itself only when it is still (stillness.ts) or out of time.
 * - F5  The first end wins; from then on nothing settles, runs or is recorded (ending.ts).
 * - F8  Divergence and misuse end the round and never settle in author code.
 * - F10 A step without a recorded outcome runs once, under the flow's key for it.
 * - F15 An outcome is appended before the author sees it, in the order the author sees them.
 */
import { type ClientCapabilities, missingCapabilities } from '../../protocol/capabilities.ts';
import { RondoError } from '../../base/errors.ts';
import type { UnknownRecord } from '../../base/json.ts';
import { type Ruling, ruleOn } from '../asks/ruling.ts';
import type { Ask } from '../asks/ask.ts';
import { AskCalls } from './ask-calls.ts';
import { AskCall, type AskWatcher, type Call, StepCall } from './call.ts';
import { never } from './deferred.ts';
import { Delivery, type HoldUp, type Item, type Receiver } from './delivery.ts';
import { Ending } from './ending.ts';
import {
  DivergenceError,
  MissingCapabilityError,
  RoundTimeoutError,
  kindChanged,
} from '../journal/errors.ts';
import type { FlowHost } from './host.ts';
import type { Flow } from '../journal/flow.ts';
import type { Asked, Entry, Journal, Outcome, Recorded } from '../journal/journal.ts';
import { keyProblem } from '../journal/key.ts';
import type { RoundOutcome } from './outcome.ts';
import { settlement } from './settlement.ts';
import { type StepFunction, type StepOptions, StepScope, runStep } from './step.ts';
import { Stillness, type StillnessSource } from './stillness.ts';

export interface RoundInput {
  /** This round's answers by key; only those to questions the journal says were asked count (F9). */
  readonly answers?: UnknownRecord | undefined;
  /** Answers to questions nobody asked yet, where the handler takes them (F16). */
  readonly unsolicited?: UnknownRecord | undefined;
}

export class Round<R = unknown> implements Receiver, StillnessSource, AskWatcher {
  readonly flow: Flow;
  readonly delivery: Delivery;
  readonly #host: FlowHost;
  readonly #input: RoundInput;
  readonly #startedAt: number;
  readonly #stillness: Stillness;
  readonly #ending = new Ending<R>();
  readonly #asks: AskCalls;
  readonly #calls = new Map<string, Call>();
  readonly #running = new Set<string>();
  readonly #delivered: Entry[] = [];
  #journal: Journal;
  /** What the client was last found to have declared: many asks need the same. */
  #covered: ClientCapabilities | undefined;
  #writing: Promise<void> | undefined;
  #stepHasRun = false;
  #lastSeenAt = 0;
  #lateReported = false;

  constructor(host: FlowHost, input: RoundInput = {}) {
    this.#host = host;
    this.#input = input;
    this.#journal = host.journal;
    this.flow = host.flow;
    this.#startedAt = host.scheduler.now();
    this.delivery = new Delivery(this, host.scheduler);
    this.#asks = new AskCalls(host.limits.sendings);
    this.#stillness = new Stillness(this, host.scheduler, host.limits.orderGrace);
  }

  // What a host does with a round.

  /** Runs `handler` to the round's end. Never rejects. */
  run(handler: () => R | PromiseLike<R>): Promise<RoundOutcome<R>> {
    if (this.#ending.over) return this.#ending.outcome;
    const { roundTimeout } = this.#host.limits;
    const disarm = this.#host.scheduler.after(roundTimeout, () => {
      this.#ending.abort(new RoundTimeoutError(roundTimeout, [...this.#running]));
    });
    this.onEnd(() => {
      disarm();
      this.#stillness.stop();
    });
    void this.#begin(handler);
    return this.#ending.outcome;
  }

  /** Hands answers in: before a stateless round begins, at any time to a live one (F15). */
  deliver(answers: UnknownRecord): void {
    for (const asked of this.#asks.outstanding()) {
      if (Object.hasOwn(answers, asked.key)) this.#take(asked, answers[asked.key]);
    }
    this.#proceed();
  }

  /** Ends the round because nobody waits for it any more: signals abort, nothing is recorded. */
  cancel(reason: string): void {
    this.#ending.abort(new RondoError('cancelled', `The round was cancelled: ${reason}.`));
  }

  /** Ends the round with what is asked and what is recorded by now. */
  suspend(): void {
    const asks = this.#asks.openAsks();
    this.#ending.settle({ status: 'input_required', asks, entries: this.#entries });
  }

  /**
   * Moves the live run to another journal, once the old one has taken what is being written to it;
   * resolves with what the handler has seen by then (F15).
   */
  async handOver(journal: Journal): Promise<readonly Entry[]> {
    await this.#writing;
    this.#journal = journal;
    return [...this.#delivered];
  }

  // What a context does with a round.

  ask<T>(ask: Ask<T>, known?: { readonly answer: unknown }): Promise<T> {
    if (!this.#admit(ask.key, 'ask')) return never();
    const call = new AskCall(ask, this);
    this.#calls.set(ask.key, call);
    this.#asks.add(call);
    const missing = this.#missing(ask.needs);
    if (missing !== undefined) call.reject(new MissingCapabilityError(ask.key, missing));
    else if (!this.delivery.has(ask.key)) this.#open(call, known ?? this.#unsolicited(ask));
    this.#proceed();
    return call.promise as Promise<T>;
  }

  step<T>(key: string, fn: StepFunction<T>, options: StepOptions = {}): Promise<T> {
    if (!this.#admit(key, 'step')) return never();
    const call = new StepCall(key);
    this.#calls.set(key, call);
    if (this.#asks.wasAsked(key)) this.fail(kindChanged(key, 'step'));
    else if (!this.delivery.has(key)) void this.#run(call, fn, options);
    this.#proceed();
    return call.promise as Promise<T>;
  }

  /** Ends the round: something is wrong that author code must not see (F8). */
  fail(error: unknown): void {
    this.#ending.settle({ status: 'failed', error });
  }

  /** Aborts when the caller goes away and at the deadline, not on suspension (F5). */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  get isOver(): boolean {
    return this.#ending.over;
  }

  /** Calls `listener` once the round has ended, however it did. */
  onEnd(listener: () => void): void {
    this.#ending.onEnd(listener);
  }

  /** Has author code clean up after itself: it has nobody left to throw at. */
  cleanUp(fn: () => unknown): void {
    this.onEnd(() => {
      void (async () => fn())().catch((error) => this.#host.onCleanUpFailed?.(error));
    });
  }

  /** Milliseconds since the epoch when the handler last saw an outcome (F18). */
  get now(): number {
    return this.flow.startedAt + this.#lastSeenAt;
  }

  /** Whether a checkpoint that may wait `after` ms has to end this round (F17). */
  isCheckpointDue(after: number): boolean {
    if (this.#host.recordsCheckpoints) return false;
    if (!(after > 0)) return true;
    return this.#host.scheduler.now() - this.#startedAt >= after;
  }

  // What the delivery queue, the stillness watch and calls ask and tell.

  get runningSteps(): number {
    return this.#running.size;
  }

  get awaitedAsks(): number {
    return this.#asks.awaited;
  }

  onAwaited(call: AskCall): void {
    this.#asks.onAwaited(call);
    this.#stillness.changed();
  }

  expects(key: string): boolean {
    return this.#calls.has(key);
  }

  receive(item: Item): void {
    if (this.#ending.over) return;
    const call = this.#calls.get(item.entry.key)!;
    if (call.kind !== item.entry.kind) return this.fail(kindChanged(call.key, call.kind));
    if (call instanceof StepCall) return this.#pass(call, item, item.entry, !item.recorded);
    try {
      const ruling = ruleOn(
        item.entry,
        call.ask,
        () => this.#stepBehind(item),
        this.#host.limits.sendings,
      );
      if (!(ruling instanceof Promise)) return this.#apply(ruling, call, item);
      ruling.then(
        (settled) => this.#apply(settled, call, item),
        (error) => this.fail(error),
      );
    } catch (error) {
      this.fail(error);
    }
  }

  onTakenIn(): void {
    this.#stillness.changed();
  }

  onStill(): void {
    if (this.#host.onStill) this.#host.onStill(this.#asks.openAsks());
    else this.suspend();
  }

  onHeldUp({ missing, waiting }: HoldUp): void {
    const detail = `it is next in the journal but was not called, and '${waiting}' waits behind it`;
    this.fail(new DivergenceError(missing, 'order', detail));
  }

  // The run itself.

  async #begin(handler: () => R | PromiseLike<R>): Promise<void> {
    try {
      const recorded = this.#journal.load();
      this.#load(recorded instanceof Promise ? await recorded : recorded);
    } catch (error) {
      return this.fail(error);
    }
    if (this.#ending.over) return;
    try {
      this.#complete(await handler());
    } catch (error) {
      this.#ending.settle({ status: 'threw', error });
    }
  }

  #load(recorded: Recorded): void {
    for (const entry of recorded.entries) this.delivery.add({ entry, recorded: true });
    this.#asks.load(recorded.asked);
    if (recorded.asked.length > 0) this.delivery.repeatUntilNew();
    const answers = this.#input.answers;
    for (const asked of recorded.asked) {
      if (asked.kind === 'checkpoint') this.#take(asked, null);
      else if (answers && Object.hasOwn(answers, asked.key)) this.#take(asked, answers[asked.key]);
    }
  }

  #complete(result: R): void {
    if (this.#asks.forgotten() === undefined) return this.#finish(result);
    // `await` calls `then` a microtask late: an ask made last may yet turn out to be awaited.
    this.#host.scheduler.drained(() => {
      const forgotten = this.#asks.forgotten();
      if (forgotten === undefined) this.#finish(result);
      else this.fail(unawaited(forgotten.key));
    });
  }

  get #entries(): readonly Entry[] {
    const { rest } = this.delivery;
    if (rest.length === 0) return this.#delivered;
    return [...this.#delivered, ...rest.map((item) => item.entry)];
  }

  #finish(result: R): void {
    const open = this.#asks.openKeys();
    const unreached = this.delivery.rest
      .map((item) => item.entry.key)
      .filter((key) => !this.#calls.has(key));
    this.#ending.settle({ status: 'complete', result, entries: this.#entries, open, unreached });
  }

  /** Whether a call may be made: ends the round, or reports once, if it may not (F2, F5, F11). */
  #admit(key: string, what: 'ask' | 'step'): boolean {
    if (this.#ending.over) {
      if (!this.#lateReported) this.#host.onLateCall?.(key);
      this.#lateReported = true;
      return false;
    }
    const problem = this.#misuse(key, what);
    if (problem !== undefined) this.fail(problem);
    return problem === undefined;
  }

  #misuse(key: string, what: 'ask' | 'step'): RondoError | undefined {
    const scope = this.#host.scope.current();
    if (scope instanceof StepScope && scope.round === this) return insideStep(key, what, scope.key);
    const problem = keyProblem(key);
    if (problem !== undefined) return problem;
    if (this.#calls.has(key)) return duplicate(key);
    const { entries } = this.#host.limits;
    return this.#calls.size < entries ? undefined : journalFull(key, entries);
  }

  #proceed(): void {
    this.delivery.pump();
    this.#stillness.changed();
  }

  // Asks.

  #missing(needs: ClientCapabilities): ClientCapabilities | undefined {
    if (needs === this.#covered) return undefined;
    const missing = missingCapabilities(needs, this.flow.capabilities);
    if (missing === undefined) this.#covered = needs;
    return missing;
  }

  #unsolicited(ask: Ask<unknown>): { readonly answer: unknown } | undefined {
    const answers = this.#input.unsolicited;
    if (answers === undefined || !ask.acceptsUnsolicited) return undefined;
    if (this.#delivered.length > 0 || this.#stepHasRun) return undefined;
    return Object.hasOwn(answers, ask.key) ? { answer: answers[ask.key] } : undefined;
  }

  #open(call: AskCall, known: { readonly answer: unknown } | undefined): void {
    const problem = this.#asks.recall(call);
    if (problem !== undefined) return this.fail(problem);
    if (known === undefined) this.#asks.open(call);
    else this.delivery.add(answered({ ...call.ask, sendings: 0 }, known.answer));
  }

  /** The first recorded step behind an item: what was done on the strength of it (F7). */
  #stepBehind(item: Item): string | undefined {
    const steps = this.delivery.behind(item).filter((later) => later.entry.kind === 'step');
    return steps.find((later) => later.recorded)?.entry.key;
  }

  #take(asked: Asked, answer: unknown): void {
    this.#asks.answered(asked.key);
    this.delivery.add(answered(asked, answer));
  }

  #apply(ruling: Ruling, call: AskCall, item: Item): void {
    if (this.#ending.over) return;
    if (ruling.type === 'fail') return this.fail(ruling.error);
    if (ruling.type === 'hand over') return this.#pass(call, item, ruling.entry, ruling.fresh);
    if (ruling.dropsRest) this.#dropFrom(item);
    else this.delivery.drop(item);
    this.#asks.openAgain(call, ruling.sendings, ruling.problems);
    this.#proceed();
  }

  /** Forgets recorded entries that rest on an answer to a question that has changed (F7). */
  #dropFrom(changed: Item): void {
    for (const item of this.delivery.dropFrom(changed)) {
      const call = this.#calls.get(item.entry.key);
      if (item.entry.kind === 'step') this.delivery.add(item);
      if (call instanceof AskCall) this.#asks.openAgain(call, item.entry.sendings ?? 1, []);
    }
  }

  // Steps.

  /** Never rejects: what cannot be run or recorded ends the round. */
  async #run<T>(call: StepCall, fn: StepFunction<T>, options: StepOptions): Promise<void> {
    this.#stepHasRun = true;
    this.#running.add(call.key);
    const scope = new StepScope(this, call.key, this.flow, () => this.#ending.stepSignal);
    const { scheduler } = this.#host;
    try {
      const run = (): Promise<Outcome> => runStep(fn, scope, options, scheduler);
      const outcome = await this.#host.scope.run(scope, run);
      this.#running.delete(call.key);
      if (this.#ending.over) return;
      this.delivery.add({ entry: { kind: 'step', key: call.key, outcome }, recorded: false });
      this.#proceed();
    } catch (error) {
      this.fail(error);
    }
  }

  // Delivery to author code.

  /** Writes a new outcome down and hands it over; an entry from the journal is only handed over. */
  #pass(call: Call, item: Item, entry: Entry, fresh: boolean): void {
    if (!fresh) return this.#settle(call, item, entry);
    const elapsed = this.#host.scheduler.now() - this.flow.startedAt;
    const timed = { ...entry, at: Math.max(elapsed, this.#lastSeenAt) };
    try {
      const written = this.#journal.append(timed);
      if (!(written instanceof Promise)) return this.#settle(call, item, timed);
      this.#writing = written.then(
        () => this.#settle(call, item, timed),
        (error) => this.fail(error),
      );
    } catch (error) {
      this.fail(error);
    }
  }

  #settle(call: Call, item: Item, entry: Entry): void {
    if (this.#ending.over) return;
    try {
      const settle = settlement(call, entry.outcome);
      this.#delivered.push(entry);
      this.#lastSeenAt = entry.at ?? this.#lastSeenAt;
      settle();
      this.delivery.handedOver(item);
    } catch (error) {
      this.fail(error);
    }
  }
}

function answered(asked: Asked, answer: unknown): Item {
  const { kind, key, question, sendings } = asked;
  const outcome = { type: 'answer', answer } as const;
  return { entry: { kind, key, question, outcome, sendings }, recorded: false };
}

function insideStep(key: string, what: 'ask' | 'step', step: string): RondoError {
  if (what === 'step') {
    const message = `Step '${key}' was started inside step '${step}'. Steps cannot be nested.`;
    return new RondoError('step_in_step', message);
  }
  const message = `'${key}' was asked inside step '${step}'. Ask first, then run the step.`;
  return new RondoError('ask_in_step', message);
}

function duplicate(key: string): RondoError {
  const message = `The key '${key}' is used twice. In a loop, compute it: \`${key}-\${i}\`.`;
  return new RondoError('duplicate_key', message);
}

function journalFull(key: string, limit: number): RondoError {
  const message = `'${key}' is one more than the ${limit} asks and steps a flow may have.`;
  return new RondoError('journal_full', message);
}

function unawaited(key: string): RondoError {
  const message =
    `The handler returned without awaiting '${key}', which was never answered. ` +
    'Await it, or add .catch(() => {}) to say it does not matter.';
  return new RondoError('unawaited_ask', message);
}
