type Turn = (fn: () => void) => unknown;

/** Runs `fn` in the next turn of the event loop: not after a time, which may pass within this one. */
export const nextTurn: Turn =
  (globalThis.setImmediate as Turn | undefined) ?? ((fn) => setTimeout(fn));
