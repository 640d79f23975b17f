/**
 * The side of a round that the handler uses, through its context. Invariants:
 *
 * - F2  A key names one call in a round. It counts as used from the moment of the call.
 * - F3  An ask without an outcome stays pending; nothing is thrown to suspend it (deferred.ts).
 * - F5 After the end of the round no call is made and no step starts; the first attempt is
 *       reported.
 * - F8  Misuse ends the round and never settles in author code.
 * - F10 A step without a recorded outcome runs once, under the flow's key for it.
 */
import { notifyListener } from '../../base/listener.ts';
import { isThenable, settled } from '../../base/settled.ts';
import type { RondoError } from '../../base/errors.ts';
import { type ClientCapabilities, missingCapabilities } from '../../protocol/capabilities.ts';
import type { Ask } from '../asks/ask.ts';
import { MissingCapabilityError, kindChanged } from '../journal/errors.ts';
import type { Flow } from '../journal/flow.ts';
import { keyProblem } from '../journal/key.ts';
import { FlowRandom } from '../journal/random.ts';
import type { Outcome } from '../journal/journal.ts';
import { unrecordable } from '../journal/record.ts';
import { never } from './calls/deferred.ts';
import type { Delivery } from './delivery.ts';
import type { StepSignal } from './ending.ts';
import type { StepPermit } from './host.ts';
import { type CallType, duplicate, insideStep, journalFull, reportUnawaited } from './misuse.ts';
import { enclosingStep } from './nesting.ts';
import { type AskWatcher, PendingAsk } from './calls/pending-ask.ts';
import { PendingStep } from './calls/pending-step.ts';
import type { RoundState } from './round-state.ts';
import { CountedStep, type StepFunction, type StepOptions, StepScope, runStep } from './step.ts';
import type { Stillness } from './stillness.ts';

/** An answer that is known before its question has been sent. */
export interface Known {
  readonly answer: unknown;
}

export class AuthorSide implements AskWatcher {
  readonly #state: RoundState;
  readonly #delivery: Delivery;
  readonly #stillness: Stillness;
  /** The capabilities that were last checked with success: many asks need the same. */
  #covered: ClientCapabilities | undefined;
  #random: FlowRandom | undefined;
  #stepHasRun = false;
  #lateReported = false;

  constructor(state: RoundState, delivery: Delivery, stillness: Stillness) {
    this.#state = state;
    this.#delivery = delivery;
    this.#stillness = stillness;
  }

  ask<T>(ask: Ask<T>, known?: Known): Promise<T> {
    if (!this.#admit(ask.key, 'ask')) return never();
    const { calls, asks, queue } = this.#state;
    const call = new PendingAsk(ask, this);
    calls.set(ask.key, call);
    asks.add(call);
    const missing = this.#missing(ask.needs);
    if (missing !== undefined) call.reject(new MissingCapabilityError(ask.key, missing));
    else if (!queue.has(ask.key)) this.#open(call, known ?? this.#unsolicited(ask));
    this.#delivery.proceed();
    return call.promise as Promise<T>;
  }

  step<T>(key: string, fn: StepFunction<T>, options: StepOptions = {}): Promise<T> {
    if (!this.#admit(key, 'step')) return never();
    const { calls, asks, queue } = this.#state;
    const call = new PendingStep(key, this.#state);
    calls.set(key, call);
    if (asks.wasAsked(key)) this.fail(kindChanged(key, 'step'));
    else if (!queue.has(key)) void this.#execute(call, fn, options);
    this.#delivery.proceed();
    return call.promise as Promise<T>;
  }

  /** Ends the round with an error that the handler does not see (F8). */
  fail(error: unknown): void {
    this.#state.ending.fail(error);
  }

  /** Reports a mistake that changes nothing for the flow. */
  misused(kind: string, what: string): void {
    notifyListener(() => this.#state.host.onMisuse?.(kind, what));
  }

  /** The parts of the flow that are the same in every round. */
  get flow(): Flow {
    return this.#state.host.flow;
  }

  /** Random values that are the same in every round (F18); most rounds draw none. */
  get random(): FlowRandom {
    return (this.#random ??= new FlowRandom(this.flow));
  }

  /** Milliseconds since the epoch when the handler last saw an outcome (F18). */
  get now(): number {
    return this.flow.startedAt + this.#state.history.lastSeenAt;
  }

  /** Aborts when the caller goes away and at the deadline, not on suspension (F5). */
  get signal(): AbortSignal {
    return this.#state.ending.signal;
  }

  get isOver(): boolean {
    return this.#state.ending.over;
  }

  /** Whether an earlier round has already run the handler to this point. */
  get isReplaying(): boolean {
    return this.#state.queue.replaying;
  }

  /** Whether a checkpoint that may wait `after` ms has to end this round (F17). */
  isCheckpointDue(after: number): boolean {
    const { host, scheduler, startedAt } = this.#state;
    if (host.recordsCheckpoints) return false;
    if (!(after > 0)) return true;
    return scheduler.now() - startedAt >= after;
  }

  /** Calls `fn` when the round has ended. What `fn` throws is reported to the host. */
  cleanUp(fn: () => unknown): void {
    this.#state.ending.onEnd(() => {
      notifyListener(fn, (error) => this.#state.reportCleanUp(error));
    });
  }

  onAwaited(ask: PendingAsk): void {
    this.#state.asks.onAwaited(ask);
    this.#stillness.changed();
    this.#state.onSettling?.();
  }

  /**
   * Whether a call is allowed. If not, ends the round, or reports the first late call (F2, F5,
   * F11).
   */
  #admit(key: string, type: CallType): boolean {
    const { ending } = this.#state;
    if (ending.over) {
      this.#reportLate(key);
      return false;
    }
    const problem = this.#nested(key, type) ?? this.#misuse(key);
    if (problem !== undefined) this.fail(problem);
    return problem === undefined;
  }

  /** A call after the end never settles: its handler waits for nothing that can still come. */
  #reportLate(key: string): void {
    const { host } = this.#state;
    if (!this.#lateReported) notifyListener(() => host.onLateCall?.(key));
    this.#lateReported = true;
    this.#state.hasLateCall = true;
    this.#state.onSettling?.();
  }

  /** Refuses a call that is certain to be inside a step; one that may be fails the round later (F11). */
  #nested(key: string, type: CallType): RondoError | undefined {
    const step = enclosingStep(this.#state);
    if (step === undefined) return undefined;
    const problem = insideStep(key, type, step.key);
    if (step.isOnStack) return problem;
    this.#state.scheduler.drained(() => {
      if (step.isRunning) this.fail(problem);
    });
    return undefined;
  }

  /** What is wrong with a call that is about to be made; `undefined` for nothing (F2, F13). */
  #misuse(key: string): RondoError | undefined {
    const { host, calls } = this.#state;
    const problem = keyProblem(key);
    if (problem !== undefined) return problem;
    if (calls.has(key)) return duplicate(key);
    const { entries } = host.limits;
    return calls.size < entries ? undefined : journalFull(key, entries);
  }

  // Asks.

  #missing(needs: ClientCapabilities): ClientCapabilities | undefined {
    if (needs === this.#covered) return undefined;
    const missing = missingCapabilities(needs, this.flow.capabilities);
    if (missing === undefined) this.#covered = needs;
    return missing;
  }

  #unsolicited(ask: Ask<unknown>): Known | undefined {
    const { input, history } = this.#state;
    const answers = input.unsolicited;
    if (answers === undefined || !ask.acceptsUnsolicited) return undefined;
    if (history.seen.length > 0 || this.#stepHasRun) return undefined;
    return Object.hasOwn(answers, ask.key) ? { answer: answers[ask.key] } : undefined;
  }

  #open(call: PendingAsk, known: Known | undefined): void {
    const { asks, queue, host, scheduler } = this.#state;
    const problem = asks.recall(call, host.limits.sendings);
    if (problem !== undefined) return this.fail(problem);
    const { expires } = call.ask;
    if (call.first && expires !== undefined) call.expiresAt = scheduler.now() + expires;
    if (known === undefined) asks.open(call);
    else queue.addAnswer({ ...call.ask, ...call.sent }, known.answer);
  }

  // Steps.

  /** Never rejects: a step that cannot be run or recorded ends the round. */
  async #execute<T>(call: PendingStep, fn: StepFunction<T>, options: StepOptions): Promise<void> {
    const { runningSteps, ending, scheduler } = this.#state;
    runningSteps.add(call.key);
    try {
      const permit = this.#permit(call.key);
      if ((isThenable(permit) ? await permit : permit) === 'end the round') {
        this.#state.isToEnd = true;
      } else if (!ending.over) {
        const { host } = this.#state;
        const counted = host.onStepRun && new CountedStep(fn, scheduler);
        const signal = ending.openStep();
        if (host.onStepStart) notifyListener(() => host.onStepStart?.(call.key));
        const outcome = await this.#run(call, counted?.fn ?? fn, options, signal);
        ending.closeStep(signal);
        this.#hasRun(call, outcome, counted);
      }
    } catch (error) {
      this.fail(error);
    }
    runningSteps.delete(call.key);
    this.#delivery.proceed();
    this.#state.onSettling?.();
  }

  /** Whether a step may run. One that may be nested waits until it is known not to be (F11). */
  #permit(key: string): StepPermit | PromiseLike<StepPermit> {
    if (enclosingStep(this.#state) === undefined) return this.#permitOfHost(key);
    const { scheduler, ending } = this.#state;
    const drained = new Promise<void>((resolve) => scheduler.drained(resolve));
    return drained.then(() => (ending.over ? undefined : this.#permitOfHost(key)));
  }

  /** A step that the host refuses ends the round (F15). */
  #permitOfHost(key: string): StepPermit | PromiseLike<StepPermit> {
    const { host, ending } = this.#state;
    try {
      const permit = host.beforeStep?.(key);
      if (!isThenable(permit)) return permit;
      return settled(permit).catch((error) => ending.abort(error));
    } catch (error) {
      return ending.abort(error);
    }
  }

  #run<T>(
    call: PendingStep,
    fn: StepFunction<T>,
    options: StepOptions,
    signal: StepSignal,
  ): Promise<Outcome> {
    this.#stepHasRun = true;
    const { host, scheduler } = this.#state;
    const scope = new StepScope(this.#state, call.key, host.flow, signal);
    const onFailed = (error: unknown): void => void (call.failure = { error });
    return host.scope.run(scope, () => runStep(fn, scope, options, scheduler, onFailed));
  }

  #hasRun(call: PendingStep, outcome: Outcome, counted: CountedStep<unknown> | undefined): void {
    const { host, ending, queue, isHandlerRunning } = this.#state;
    if (!isHandlerRunning && !call.awaited) reportUnawaited(call, host);
    if (counted) notifyListener(() => host.onStepRun?.(counted.report(call.key, outcome)));
    if (ending.over) return;
    const why = unrecordable(outcome);
    if (why !== undefined) notifyListener(() => host.onUnrecordable?.(call.key, why));
    queue.add({ kind: 'step', key: call.key, outcome });
  }
}
