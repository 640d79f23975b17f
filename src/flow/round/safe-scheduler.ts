import type { Cancel, Scheduler } from './host.ts';

/**
 * A scheduler that runs author code in its callbacks: what a callback throws goes to `fail` instead
 * of to the process, which it would end.
 */
export class SafeScheduler implements Scheduler {
  readonly #scheduler: Scheduler;
  readonly #fail: (error: unknown) => void;

  constructor(scheduler: Scheduler, fail: (error: unknown) => void) {
    this.#scheduler = scheduler;
    this.#fail = fail;
  }

  now(): number {
    return this.#scheduler.now();
  }

  drained(fn: () => void): void {
    this.#scheduler.drained(this.#safe(fn));
  }

  turn(fn: () => void): Cancel {
    return this.#scheduler.turn(this.#safe(fn));
  }

  after(ms: number, fn: () => void): Cancel {
    return this.#scheduler.after(ms, this.#safe(fn));
  }

  #safe(fn: () => void): () => void {
    return () => {
      try {
        fn();
      } catch (error) {
        this.#fail(error);
      }
    };
  }
}
