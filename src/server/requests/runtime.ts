/**
 * What the engine needs of the platform: clock, timers, turns of the event loop, an async scope.
 */
import type { AsyncScope, Cancel, Scheduler } from '../../flow/round/host.ts';
import { CoarseTimer } from './coarse-timer.ts';

type Immediate = (fn: () => void) => unknown;

const immediate = globalThis.setImmediate as Immediate | undefined;
const nextTick = globalThis.process?.nextTick as Immediate | undefined;

/** Timers at least this long, in ms, may fire a second late. */
const COARSE = 10_000;

const coarse = new CoarseTimer();

/** The platform's clock and timers. */
export const systemScheduler: Scheduler = {
  now: () => Date.now(),
  drained: drainedFor(nextTick),
  turn: immediate === undefined ? turnByMessage : turnByImmediate,
  after(ms, fn): Cancel {
    if (ms >= COARSE) return coarse.after(ms, fn);
    const timer = setTimeout(fn, ms);
    return () => clearTimeout(timer);
  },
};

/** Its `then` makes a microtask for less than half of what `queueMicrotask` costs on Node. */
const settled = Promise.resolve();

/**
 * On Node, `nextTick` inside a microtask runs after all microtasks. Elsewhere: a turn of the loop.
 */
function drainedFor(tick: Immediate | undefined): Scheduler['drained'] {
  if (tick !== undefined) return (fn) => void settled.then(() => tick(fn));
  return (fn) => void turnByMessage(fn);
}

function turnByImmediate(fn: () => void): Cancel {
  const handle = globalThis.setImmediate?.(fn);
  return () => globalThis.clearImmediate?.(handle);
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

let storage: Storage | undefined;

/** Created at its first use: on Node 20 every await is slower once one exists. */
function openStorage(): Storage {
  const hooks = globalThis.process?.getBuiltinModule?.('node:async_hooks');
  return hooks === undefined ? new CallStack() : new hooks.AsyncLocalStorage<object>();
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

/** Knows which step the running code belongs to, also after an await (F11). */
export const systemScope: AsyncScope = {
  run: (value, fn) => (storage ??= openStorage()).run(value, fn),
  current: () => storage?.getStore(),
};
