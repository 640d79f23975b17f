/**
 * Tasks that cannot be run here for a reason that may pass: each waits longer every time, and each reason
 * is logged once. What is remembered is of this process; at the latest a task fails at its `ttl` (K11).
 */
import { pauseAfter } from '../../base/backoff.ts';

const PAUSES = { first: 10_000, longest: 900_000 };

/** How many tasks, and how many reasons, are remembered. */
const MOST = 1_000;

export class Unplayable {
  readonly #failures = new Map<string, number>();
  readonly #reasons = new Set<string>();

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

  /** Whether no task has failed for this reason before. */
  isNew(error: unknown): boolean {
    const { name, code } = Object(error) as { name?: unknown; code?: unknown };
    const reason = `${String(name)} ${String(code)}`;
    if (this.#reasons.has(reason) || this.#reasons.size >= MOST) return false;
    this.#reasons.add(reason);
    return true;
  }
}
