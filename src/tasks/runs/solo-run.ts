/**
 * A task that has ended workers runs when nothing else does (K14). There is one at a time: whatever
 * was held beside it would count a lapse for what it does.
 */
export class SoloRun {
  readonly #running: ReadonlySet<object>;
  #begin: (() => void) | undefined;
  #isActive = false;

  /** @param running all tasks that the worker has */
  constructor(running: ReadonlySet<object>) {
    this.#running = running;
  }

  /** Whether one runs, or waits for the others to end: then no other task may begin. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** Runs `play`, for one of the tasks, as soon as the others have ended. */
  async run(play: () => Promise<void>): Promise<void> {
    this.#isActive = true;
    try {
      await new Promise<void>((begin) => {
        this.#begin = begin;
        this.look();
      });
      await play();
    } finally {
      this.#isActive = false;
    }
  }

  /** To be called when a task has ended. */
  look(): void {
    if (this.#running.size === 1) this.#begin?.();
  }
}
