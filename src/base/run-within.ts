import { notifyListener } from './listener.ts';

/**
 * Calls `run` inside of `around`, which a user has written, and returns what `run` returns. `run` is
 * called once, whatever `around` does: if it throws or does not call it, `run` is called without it.
 */
export function runWithin<T>(around: ((run: () => T) => unknown) | undefined, run: () => T): T {
  if (around === undefined) return run();
  let outcome: (() => T) | undefined;
  const once = (): T => (outcome ??= outcomeOf(run))();
  notifyListener(() => around(once));
  return once();
}

function outcomeOf<T>(run: () => T): () => T {
  try {
    const value = run();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
