/**
 * The outcome of `work`, or a rejection as soon as the signal aborts: not all work looks at its
 * signal.
 *
 * @param why makes the error to reject with
 */
export async function abortable<T>(
  work: T | Promise<T>,
  signal: AbortSignal,
  why: () => unknown,
): Promise<T> {
  let abort!: () => void;
  const aborted = new Promise<never>((_, reject) => (abort = () => reject(why() as Error)));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
