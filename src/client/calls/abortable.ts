/**
 * What becomes of `work`, unless the signal aborts first: some do not look at theirs.
 *
 * @param why makes the rejection
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
