import type { Scheduler } from './host.ts';

/**
 * A scheduler that runs author code in its callbacks: what a callback throws goes to `fail` instead
 * of to the process, which it would end.
 */
export function safeScheduler(scheduler: Scheduler, fail: (error: unknown) => void): Scheduler {
  const safe = (fn: () => void) => (): void => {
    try {
      fn();
    } catch (error) {
      fail(error);
    }
  };
  return {
    now: () => scheduler.now(),
    drained: (fn) => scheduler.drained(safe(fn)),
    turn: (fn) => scheduler.turn(safe(fn)),
    after: (ms, fn) => scheduler.after(ms, safe(fn)),
  };
}
