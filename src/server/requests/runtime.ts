/** What the engine needs from the platform: clocks, turns of the event loop, an async scope. */
import type { AsyncScope, Cancel, Scheduler } from '../../flow/round/host.ts';
import { CoarseTimer } from './coarse-timer.ts';

type Immediate = (fn: () => void) => unknown;

const immediate = globalThis.setImmediate as Immediate | undefined;
const nextTick = globalThis.process?.nextTick as Immediate | undefined;

/** From here on, in ms, a second more or less does not matter. */
const COARSE = 10_000;

const coarse = new CoarseTimer();

/** The platform's own clocks. */
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

/** A tick asked for by a microtask comes after all microtasks; elsewhere it takes a whole turn. */
function drainedFor(tick: Immediate | undefined): Scheduler['drained'] {
  if (tick !== undefined) return (fn) => queueMicrotask(() => void tick(fn));
  return (fn) => void turnByMessage(fn);
}

function turnByImmediate(fn: () => void): Cancel {
  const handle = globalThis.setImmediate?.(fn);
  return () => globalThis.clearImmediate?.(handle);
}

/** Where there is no setImmediate: a message to oneself, which is not held back as timers are. */
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

/** Made at first use: on Node 20 every await costs more once there is one. */
function openStorage(): Storage {
  const hooks = globalThis.process?.getBuiltinModule?.('node:async_hooks');
  return hooks === undefined ? new CallStack() : new hooks.AsyncLocalStorage<object>();
}

/** Stands in where there is no AsyncLocalStorage: sees what is called, not what is awaited. */
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

/** Follows steps through their awaits (F11). */
export const systemScope: AsyncScope = {
  run: (value, fn) => (storage ??= openStorage()).run(value, fn),
  current: () => storage?.getStore(),
};
