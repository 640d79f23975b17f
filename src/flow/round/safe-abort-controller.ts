import { notifyListener } from '../../base/listener.ts';

type Listener = EventListenerOrEventListenerObject;

/**
 * An AbortController for a signal that author code gets. What a listener of the signal throws, or
 * rejects with, goes to `report`. A listener of an ordinary signal that throws ends the process, so
 * that a client could end it by disconnecting.
 */
export function safeAbortController(report: (error: unknown) => unknown): AbortController {
  const controller = new AbortController();
  const { signal } = controller;
  const { addEventListener, removeEventListener } = AbortSignal.prototype;
  // A listener always has the same wrapper, so that it is added once and can be removed.
  const wrappers = new WeakMap<object, Listener>();
  const safe = (listener: Listener | null): Listener | null => {
    if (listener === null) return null;
    const wrapper = wrappers.get(listener) ?? wrapped(listener, report);
    wrappers.set(listener, wrapper);
    return wrapper;
  };
  signal.addEventListener = (type: string, listener: Listener | null, options?: unknown) =>
    addEventListener.call(signal, type, safe(listener) as Listener, options as never);
  signal.removeEventListener = (type: string, listener: Listener | null, options?: unknown) =>
    removeEventListener.call(signal, type, safe(listener) as Listener, options as never);
  return controller;
}

function wrapped(listener: Listener, report: (error: unknown) => unknown): Listener {
  const call = (event: Event): unknown =>
    typeof listener === 'function' ? listener(event) : listener.handleEvent(event);
  return (event) => notifyListener(() => call(event), report);
}
