import type { Cancel } from '../../flow/round/host.ts';

const TICK = 1_000;

interface Alarm {
  readonly due: number;
  fn: (() => void) | undefined;
}

/**
 * Timers for deadlines that are nearly always cancelled: setting and cancelling one costs next to
 * nothing, and it rings up to a second late. A timer of its own would cost a call more than running
 * most handlers. Keeps no process alive: what is waited for has to do that.
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
      // The set's discarded tables may outlive the alarm; what it would have called must not.
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
