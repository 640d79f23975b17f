/**
 * Deletes tasks that may have been written although their creation failed, and that nobody knows: the call runs on
 * without one, or was told to try again. A worker that ran such a task would do the same work twice.
 */
import { pauseAfter } from '../../base/timing/backoff.ts';
import type { TaskHost } from './task-host.ts';

/** How often each is looked for in a store that answers, half a minute in all: what is not there by then was lost. */
const LOOKS = 20;
const PAUSES = { first: 100, longest: 2_000 };

/** How many at once: while a store is away each call may leave one. */
const MOST = 1_000;
const TOO_MANY = 'a task may run although its call was told that there is none';
const WHY_TOO_MANY = 'the creation of 1,000 others has failed too';

export class Discards {
  readonly #host: TaskHost;
  /** By task, how often it was looked for. */
  readonly #looks = new Map<string, number>();
  #isLooking = false;

  constructor(host: TaskHost) {
    this.#host = host;
  }

  add(taskId: string): void {
    if (this.#looks.size >= MOST) return this.#host.warn(TOO_MANY, new Error(WHY_TOO_MANY));
    this.#looks.set(taskId, 0);
    if (!this.#isLooking) void this.#lookForAll();
  }

  async #lookForAll(): Promise<void> {
    this.#isLooking = true;
    for (let rounds = 1; this.#looks.size > 0; rounds++) {
      for (const [taskId, looks] of this.#looks) {
        if (this.#host.isClosing) return;
        const wasThere = await this.#discard(taskId).catch(() => undefined);
        // A store that is away says nothing of it.
        if (wasThere === undefined) continue;
        if (wasThere || looks + 1 === LOOKS) this.#looks.delete(taskId);
        else this.#looks.set(taskId, looks + 1);
      }
      await untilLater(pauseAfter(rounds, PAUSES));
    }
    this.#isLooking = false;
  }

  /** Whether it was there. Whoever runs it by now is told. */
  async #discard(taskId: string): Promise<boolean> {
    const { store, options } = this.#host;
    const wasThere = await (store.discard?.(taskId) ?? store.cancel(taskId, options.retention));
    if (wasThere) this.#host.wake(taskId);
    return wasThere;
  }
}

/** It does not keep the process. */
function untilLater(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref?.());
}
