/**
 * Tasks that cannot be run here for a reason that may pass: each waits longer every time. What is
 * remembered is of this process; at the latest a task fails at its `ttl` (K11).
 */
import { pauseAfter } from '../../base/timing/backoff.ts';

const PAUSES = { first: 10_000, longest: 900_000 };

/** How many tasks are remembered. */
const MOST = 1_000;

export class Unplayable {
  readonly #failures = new Map<string, number>();

  /** It could not be run once more. Returns for how long it waits, in ms. */
  failed(taskId: string): number {
    const failures = (this.#failures.get(taskId) ?? 0) + 1;
    this.#failures.delete(taskId);
    this.#failures.set(taskId, failures);
    if (this.#failures.size > MOST) this.#failures.delete(this.#failures.keys().next().value!);
    return pauseAfter(failures, PAUSES);
  }

  /** It could be run. */
  played(taskId: string): void {
    this.#failures.delete(taskId);
  }
}
