import { abortable } from '../../base/abortable.ts';

/** Work that several callers wait for. It is aborted when none of them waits any more. */
export class SharedWork<T> {
  readonly #abort = new AbortController();
  readonly #outcome: Promise<T>;
  #waiting = 0;
  #isSettled = false;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#outcome = work(this.#abort.signal).finally(() => (this.#isSettled = true));
    // Those who wait for it may all have gone.
    this.#outcome.catch(() => {});
  }

  /** Whether it has come to an end, or been aborted: who comes now needs another. */
  get isOver(): boolean {
    return this.#isSettled || this.#abort.signal.aborted;
  }

  /** @throws the signal's reason; what the work throws */
  async outcome(signal: AbortSignal): Promise<T> {
    this.#waiting++;
    try {
      return await abortable(this.#outcome, signal, () => signal.reason);
    } finally {
      this.#waiting--;
      if (this.#waiting === 0 && !this.#isSettled) this.#abort.abort();
    }
  }
}
