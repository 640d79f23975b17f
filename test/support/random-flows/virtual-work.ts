/**
 * Work for steps on a clock that moves only when nothing else does, so that two runs of the same
 * program finish its steps in the same order, however busy the machine is.
 */
interface Job {
  readonly due: number;
  readonly order: number;
  finish(): void;
}

/** Turns of the event loop after which everything that can run without the clock has run. */
const IDLE_TURNS = 3;

export class VirtualWork {
  /** How often each step's function has run. */
  readonly executions: Record<string, number> = {};
  #now = 0;
  #started = 0;
  #jobs: Job[] = [];
  #ticking = false;
  #stopped = false;

  /** Runs for `duration` virtual units and returns, or throws, what it is told to. */
  async run(key: string, duration: number, fails: boolean): Promise<string> {
    this.executions[key] = (this.executions[key] ?? 0) + 1;
    if (duration > 0) {
      await new Promise<void>((finish) => {
        this.#jobs.push({ due: this.#now + duration, order: this.#started++, finish });
        if (!this.#ticking) void this.#tick();
      });
    }
    if (fails) throw new RangeError(`${key} failed`);
    return `${key} done`;
  }

  stop(): void {
    this.#stopped = true;
  }

  async #tick(): Promise<void> {
    this.#ticking = true;
    while (this.#jobs.length > 0 && !this.#stopped) {
      for (let i = 0; i < IDLE_TURNS; i++) await new Promise((resolve) => setImmediate(resolve));
      this.#jobs.sort((a, b) => a.due - b.due || a.order - b.order);
      const job = this.#jobs.shift()!;
      this.#now = job.due;
      job.finish();
    }
    this.#ticking = false;
  }
}
