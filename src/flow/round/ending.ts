import type { RoundOutcome } from './round-outcome.ts';
import { safeAbortController } from './safe-abort-controller.ts';

/**
 * The end of one round (F5). Each round has its own, which always settles, so that suspended
 * frames can be collected.
 */
export class Ending {
  readonly outcome: Promise<RoundOutcome<unknown>>;
  #resolve!: (outcome: RoundOutcome<unknown>) => void;
  readonly #reportListener: (error: unknown) => unknown;
  #over = false;
  #abortedBy: { readonly error: unknown } | undefined;
  #listeners: (() => void)[] | undefined;
  #flow: AbortController | undefined;
  #steps: Set<StepSignal> | undefined;

  /** @param reportListener called with what a listener of a signal throws. Default: not reported. */
  constructor(reportListener: (error: unknown) => unknown = () => {}) {
    this.#reportListener = reportListener;
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get over(): boolean {
    return this.#over;
  }

  get wasAborted(): boolean {
    return this.#abortedBy !== undefined;
  }

  /** Ends the round; later calls change nothing. The signals of running steps abort. */
  settle(outcome: RoundOutcome<unknown>): void {
    if (this.#over) return;
    this.#over = true;
    this.#resolve(outcome);
    // It is over by now: what a listener does makes no call, and starts no step.
    const { error } = this.#abortedBy ?? {};
    if (this.#abortedBy !== undefined) this.#flow?.abort(error);
    for (const step of this.#steps ?? []) step.abort(error);
    for (const listener of this.#listeners ?? []) listener();
  }

  /** Ends the round with an error (F8). */
  fail(error: unknown): void {
    this.settle({ status: 'failed', error });
  }

  /** Ends the round and aborts the handler's signal: the client has left, or time is up. */
  abort(error: unknown): void {
    if (this.#over) return;
    this.#abortedBy = { error };
    this.fail(error);
  }

  onEnd(listener: () => void): void {
    if (this.#over) listener();
    else (this.#listeners ??= []).push(listener);
  }

  /** Aborts in {@link abort} only: an ordinary suspension must not run author code (F5). */
  get signal(): AbortSignal {
    if (this.#flow === undefined) {
      this.#flow = safeAbortController(this.#reportListener);
      if (this.#abortedBy !== undefined) this.#flow.abort(this.#abortedBy.error);
    }
    return this.#flow.signal;
  }

  /**
   * A signal for one step that runs now. It aborts at every end, since no outcome is recorded after
   * it, but no more once the step has been closed: its work is done, whatever becomes of the round.
   */
  openStep(): StepSignal {
    const step = new StepSignal(this.#reportListener);
    if (this.#over) step.abort(this.#abortedBy?.error);
    else (this.#steps ??= new Set()).add(step);
    return step;
  }

  closeStep(step: StepSignal): void {
    this.#steps?.delete(step);
  }
}

/** The signal of one step, made when the step first looks at it. */
export class StepSignal {
  readonly #reportListener: (error: unknown) => unknown;
  #controller: AbortController | undefined;
  #abortedBy: { readonly error: unknown } | undefined;

  constructor(reportListener: (error: unknown) => unknown) {
    this.#reportListener = reportListener;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = safeAbortController(this.#reportListener);
      if (this.#abortedBy !== undefined) this.#controller.abort(this.#abortedBy.error);
    }
    return this.#controller.signal;
  }

  abort(error: unknown): void {
    this.#abortedBy = { error };
    this.#controller?.abort(error);
  }
}
