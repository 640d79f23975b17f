import type { Cancel } from '../../flow/round/host.ts';

const TICK = 1_000;

interface Alarm {
  /** On the monotonic clock: that of the system can be set. */
  readonly due: number;
  readonly fn: () => void;
  /** Where it is in the list. */
  index: number;
}

/**
 * Timers for deadlines that are nearly always cancelled: cheap to set and to cancel, and up to a
 * second late. A timer of Node's own would cost a call more than most handlers do. These timers do
 * not keep the process alive.
 */
export class CoarseTimer {
  /** In no order. (A Set would make itself smaller at nearly every cancellation.) */
  readonly #alarms: Alarm[] = [];
  #interval: ReturnType<typeof setInterval> | undefined;

  after(ms: number, fn: () => void): Cancel {
    const alarm: Alarm = { due: performance.now() + ms, fn, index: this.#alarms.length };
    this.#alarms.push(alarm);
    if (this.#interval === undefined) {
      this.#interval = setInterval(() => this.#tick(), TICK);
      this.#interval.unref?.();
    }
    return () => void this.#remove(alarm);
  }

  /** Whether it was still in the list. The last one takes its place. */
  #remove(alarm: Alarm): boolean {
    if (this.#alarms[alarm.index] !== alarm) return false;
    const last = this.#alarms.pop()!;
    if (last !== alarm) {
      this.#alarms[alarm.index] = last;
      last.index = alarm.index;
    }
    return true;
  }

  #tick(): void {
    const now = performance.now();
    const due = this.#alarms.filter((alarm) => alarm.due <= now).sort((a, b) => a.due - b.due);
    for (const alarm of due) {
      // One of those before may have cancelled it.
      if (this.#remove(alarm)) alarm.fn();
    }
    if (this.#alarms.length > 0) return;
    clearInterval(this.#interval);
    this.#interval = undefined;
  }
}
