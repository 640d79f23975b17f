/**
 * Calls a function of the author's whose result the caller does not need. It can throw, or return a
 * promise that rejects: both go to `onError`. Nothing here throws or leaves a rejection unhandled.
 */
export function notifyListener(
  listen: () => unknown,
  onError: (error: unknown) => unknown = () => undefined,
): void {
  (async () => listen())()
    .catch(onError)
    .catch(() => undefined);
}
