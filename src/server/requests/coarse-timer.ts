import type { Cancel } from '../../flow/round/host.ts';

const TICK = 1_000;

interface Alarm {
  readonly due: number;
  fn: (() => void) | undefined;
}

/**
 * Timers for deadlines that are nearly always cancelled: cheap to set and to cancel, and up to a
 * second late. A timer of Node's own would cost a call more than most handlers do. These timers do
 * not keep the process alive.
 */
export class CoarseTimer {
  readonly #alarms = new Set<Alarm>();
  #interval: ReturnType<typeof setInterval> | undefined;

  after(ms: number, fn: () => void): Cancel {
    const alarm: Alarm = { due: Date.now() + ms, fn };
    this.#alarms.add(alarm);
    if (this.#interval === undefined) {
      this.#interval = setInterval(() => this.#tick(), TICK);
      this.#interval.unref?.();
    }
    return () => {
      this.#alarms.delete(alarm);
      // The Set may still refer to the deleted alarm for a while; it must not keep `fn` in memory.
      alarm.fn = undefined;
    };
  }

  #tick(): void {
    const now = Date.now();
    for (const alarm of this.#alarms) {
      if (alarm.due > now) continue;
      this.#alarms.delete(alarm);
      alarm.fn?.();
    }
    if (this.#alarms.size > 0) return;
    clearInterval(this.#interval);
    this.#interval = undefined;
  }
}
