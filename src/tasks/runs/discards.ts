/**
 * Cancels tasks that may have been written although nobody has heard so, or may be in a moment: their calls were
 * told that there is none, or go on without it, and two would do the same.
 */
import { pauseAfter } from '../../base/timing/backoff.ts';
import { pause } from '../../base/timing/pause.ts';
import type { TaskHost } from './task-host.ts';

/** How often each is looked for: until the lease of a task that nobody runs has lapsed. After that a worker has it. */
const LOOKS = 20;
const PAUSES = { first: 100, longest: 2_000 };

/** How many at once: while a store is away each call may leave one. */
const MOST = 1_000;

export class Discards {
  readonly #host: TaskHost;
  /** By task, how often it was looked for. */
  readonly #looks = new Map<string, number>();
  #isLooking = false;

  constructor(host: TaskHost) {
    this.#host = host;
  }

  add(taskId: string): void {
    if (this.#looks.size >= MOST) return;
    this.#looks.set(taskId, 0);
    if (!this.#isLooking) void this.#lookForAll();
  }

  async #lookForAll(): Promise<void> {
    this.#isLooking = true;
    for (let rounds = 1; this.#looks.size > 0 && !this.#host.isClosing; rounds++) {
      for (const [taskId, looks] of this.#looks) {
        const isOver = await this.#cancel(taskId);
        if (isOver || looks + 1 === LOOKS) this.#looks.delete(taskId);
        else this.#looks.set(taskId, looks + 1);
      }
      await pause(pauseAfter(rounds, PAUSES));
    }
    this.#isLooking = false;
  }

  /** Whether it was there. What could not write it may not be able to cancel it yet. */
  async #cancel(taskId: string): Promise<boolean> {
    const { store, options } = this.#host;
    const isCancelled = await store.cancel(taskId, options.retention).catch(() => false);
    if (isCancelled) this.#host.wake(taskId);
    return isCancelled;
  }
}
