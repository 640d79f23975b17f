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
  #steps: AbortController | undefined;

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

  /** Ends the round; later calls change nothing. The signals of running steps abort. */
  settle(outcome: RoundOutcome<unknown>): void {
    if (this.#over) return;
    this.#over = true;
    this.#resolve(outcome);
    this.#steps?.abort();
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
    this.#flow?.abort(error);
    this.#steps?.abort(error);
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

  /** Aborts at every end, since no step outcome is recorded after it. */
  get stepSignal(): AbortSignal {
    if (this.#steps === undefined) {
      this.#steps = safeAbortController(this.#reportListener);
      if (this.#over) this.#steps.abort(this.#abortedBy?.error);
    }
    return this.#steps.signal;
  }
}
