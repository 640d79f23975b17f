/** A change stream of a session, or a call that runs. */
export interface Cancellable {
  cancel(): void;
}

/** The calls of an instance that run, by their session and request id (L12). */
export class RunningCalls {
  readonly #calls = new Map<string, readonly Cancellable[]>();

  /** @param id the id of the request as JSON: a number and a text are two ids */
  begun(session: string, id: string, call: Cancellable): void {
    const key = keyOf(session, id);
    const others = this.#calls.get(key);
    this.#calls.set(key, others === undefined ? [call] : [...others, call]);
  }

  ended(session: string, id: string, call: Cancellable): void {
    const key = keyOf(session, id);
    const left = this.#calls.get(key)?.filter((each) => each !== call) ?? [];
    if (left.length === 0) this.#calls.delete(key);
    else this.#calls.set(key, left);
  }

  /**
   * If two requests run under one id, nobody knows which is meant: then none is cancelled.
   *
   * @returns whether there is one
   */
  cancel(session: string, id: string): boolean {
    const calls = this.#calls.get(keyOf(session, id)) ?? [];
    if (calls.length === 1) calls[0]!.cancel();
    return calls.length > 0;
  }
}

/** Digests of sessions have no spaces. */
function keyOf(session: string, id: string): string {
  return `${session} ${id}`;
}
