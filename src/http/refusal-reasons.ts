/** Why a caller was refused: for the log of who serves it, and never for the caller. */
const reasons = new WeakMap<object, string>();

/** @param reason in words that follow "A caller was refused with 401: " */
export function withReason<T extends object>(response: T, reason: string): T {
  reasons.set(response, reason);
  return response;
}

export function reasonOf(response: object): string | undefined {
  return reasons.get(response);
}
