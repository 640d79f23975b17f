import type { RoundOutcome } from './outcome.ts';

/**
 * The end of one round (F5). Made anew for each, and always settled, so that frames suspended
 * against it can be collected.
 */
export class Ending<R> {
  readonly outcome: Promise<RoundOutcome<R>>;
  #resolve!: (outcome: RoundOutcome<R>) => void;
  #over = false;
  #listeners: (() => void)[] | undefined;
  #flow: AbortController | undefined;
  #steps: AbortController | undefined;

  constructor() {
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get over(): boolean {
    return this.#over;
  }

  /** Ends the round; later calls change nothing. Steps still running are told. */
  settle(outcome: RoundOutcome<R>): void {
    if (this.#over) return;
    this.#over = true;
    this.#resolve(outcome);
    this.#steps?.abort();
    for (const listener of this.#listeners ?? []) listener();
  }

  /** Ends the round and aborts the handler's signal: the caller is gone or time is up. */
  abort(error: unknown): void {
    if (this.#over) return;
    this.#flow?.abort(error);
    this.#steps?.abort(error);
    this.settle({ status: 'failed', error });
  }

  onEnd(listener: () => void): void {
    if (this.#over) listener();
    else (this.#listeners ??= []).push(listener);
  }

  /** Aborts in {@link abort} only: an ordinary suspension must not run author code (F5). */
  get signal(): AbortSignal {
    return (this.#flow ??= new AbortController()).signal;
  }

  /** Aborts at every end, since no step outcome is recorded after it. */
  get stepSignal(): AbortSignal {
    return (this.#steps ??= new AbortController()).signal;
  }
}
