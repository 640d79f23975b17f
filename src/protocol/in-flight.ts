/** Running work that can be cancelled. */
export interface Cancellable {
  cancel(reason: string): void;
  /** Ends now with a result. Only for work that otherwise lasts until the client leaves. */
  conclude?(): void;
}

/**
 * Connects a request with the code that serves it, so that the transport can cancel that code.
 * `start` (server) and `cancel` (transport) may come in either order: a client can disconnect
 * before serving has started.
 */
export class InFlight {
  #current: Cancellable | undefined;
  #reason: string | undefined;
  #isConcluding = false;

  get isCancelled(): boolean {
    return this.#reason !== undefined;
  }

  /**
   * Work has started; it is cancelled at once if the request already is. `current` is an object and
   * not a function, because a closure would keep the whole request in memory for as long.
   */
  start(current: Cancellable): void {
    if (this.#reason !== undefined) return current.cancel(this.#reason);
    this.#current = current;
    if (this.#isConcluding) current.conclude?.();
  }

  /** The work has ended, and is no longer referred to. */
  done(): void {
    this.#current = undefined;
  }

  /** The client has disconnected or cancelled the request. */
  cancel(reason: string): void {
    if (this.isCancelled) return;
    const current = this.#current;
    this.#reason = reason;
    this.#current = undefined;
    current?.cancel(reason);
  }

  /** The transport closes: work without an end of its own, such as a listen stream, ends now. */
  conclude(): void {
    this.#isConcluding = true;
    this.#current?.conclude?.();
  }
}
