/**
 * What the engine needs of the platform: clock, timers, turns of the event loop, an async scope.
 */
import type { AsyncScope, Cancel, Scheduler } from '../../flow/round/host.ts';
import { CoarseTimer } from './coarse-timer.ts';

type Immediate = (fn: () => void) => unknown;

/** What is used of Node's globals. Other platforms lack some or all of them. */
export interface Platform {
  readonly setImmediate?: Immediate | undefined;
  readonly clearImmediate?: ((handle: unknown) => void) | undefined;
  readonly process?:
    | {
        readonly nextTick?: Immediate | undefined;
        readonly getBuiltinModule?: ((name: 'node:async_hooks') => AsyncHooks) | undefined;
      }
    | undefined;
}

interface AsyncHooks {
  readonly AsyncLocalStorage: new () => Storage;
}

/** Timers at least this long, in ms, may fire a second late. */
const COARSE = 10_000;

const coarse = new CoarseTimer();

/** The clock and the timers of a platform. */
export function schedulerOf(platform: Platform): Scheduler {
  return {
    now: () => Date.now(),
    drained: drainedBy(platform.process?.nextTick),
    turn: platform.setImmediate === undefined ? turnByMessage : turnByImmediate(platform),
    after(ms, fn): Cancel {
      if (ms >= COARSE) return coarse.after(ms, fn);
      const timer = setTimeout(fn, ms);
      return () => clearTimeout(timer);
    },
  };
}

/** Its `then` makes a microtask for less than half of what `queueMicrotask` costs on Node. */
const settled = Promise.resolve();

/**
 * On Node, `nextTick` inside a microtask runs after all microtasks. Elsewhere: a turn of the loop.
 */
function drainedBy(tick: Immediate | undefined): Scheduler['drained'] {
  if (tick !== undefined) return (fn) => void settled.then(() => tick(fn));
  return (fn) => void turnByMessage(fn);
}

/** Looks its functions up at each turn: clocks of tests replace them. */
function turnByImmediate(platform: Platform): Scheduler['turn'] {
  return (fn) => {
    const handle = platform.setImmediate?.(fn);
    return () => platform.clearImmediate?.(handle);
  };
}

/** For platforms without setImmediate: a message to itself, which is not delayed as timers are. */
function turnByMessage(fn: () => void): Cancel {
  let cancelled = false;
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('message', () => {
    port1.close();
    if (!cancelled) fn();
  });
  port1.start();
  port2.postMessage(null);
  return () => void (cancelled = true);
}

interface Storage {
  run<T>(value: object, fn: () => T): T;
  getStore(): object | undefined;
}

/** For platforms without AsyncLocalStorage: knows the scope of calls, but not after an await. */
class CallStack implements Storage {
  #current: object | undefined;

  run<T>(value: object, fn: () => T): T {
    const outer = this.#current;
    this.#current = value;
    try {
      return fn();
    } finally {
      this.#current = outer;
    }
  }

  getStore(): object | undefined {
    return this.#current;
  }
}

/** Created at its first use: on Node 20 every await is slower once one exists. */
function openStorage(platform: Platform): Storage {
  const hooks = platform.process?.getBuiltinModule?.('node:async_hooks');
  return hooks === undefined ? new CallStack() : new hooks.AsyncLocalStorage();
}

/** Knows on a platform which step the running code belongs to, where it can after an await (F11). */
export function scopeOf(platform: Platform): AsyncScope {
  let storage: Storage | undefined;
  return {
    run: (value, fn) => (storage ??= openStorage(platform)).run(value, fn),
    current: () => storage?.getStore(),
  };
}

/** Those of the platform that this runs on. */
const here: Platform = {
  get setImmediate() {
    return globalThis.setImmediate as Immediate | undefined;
  },
  get clearImmediate() {
    return globalThis.clearImmediate as ((handle: unknown) => void) | undefined;
  },
  get process() {
    return globalThis.process as Platform['process'] | undefined;
  },
};
export const systemScheduler: Scheduler = schedulerOf(here);
export const systemScope: AsyncScope = scopeOf(here);
