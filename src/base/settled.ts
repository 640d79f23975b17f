/** Promises by their shape: those of other realms and libraries are not instances of `Promise`. */

/** Whether `await` would wait for `value`: whether it has a function `then`. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  return typeof (value as { then?: unknown }).then === 'function';
}

/** A promise of this realm for one of any kind. */
export async function settled<T>(value: PromiseLike<T>): Promise<T> {
  return await value;
}

/** For a promise whose outcome does not matter: its rejection must not end the process. */
export function ignore(value: PromiseLike<unknown>): void {
  settled(value).catch(() => {});
}
