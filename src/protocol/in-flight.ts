/** Something under way that can be called off. */
export interface Cancellable {
  cancel(reason: string): void;
  /** Comes to its result now; for what would otherwise go on as long as somebody listens. */
  conclude?(): void;
}

/**
 * Connects a request with the code that serves it, so that the transport can cancel that code.
 * `start` (server) and `cancel` (transport) may come in either order: a client can disconnect before
 * serving has started.
 */
export class InFlight {
  #current: Cancellable | undefined;
  #reason: string | undefined;
  #isConcluding = false;

  get isCancelled(): boolean {
    return this.#reason !== undefined;
  }

  /**
   * Something has begun; it is called off at once if nobody waits for it. An object and not a
   * function, because a closure here keeps whole requests alive for long.
   */
  start(current: Cancellable): void {
    if (this.#reason !== undefined) return current.cancel(this.#reason);
    this.#current = current;
    if (this.#isConcluding) current.conclude?.();
  }

  /** It is over, and can be let go of. */
  done(): void {
    this.#current = undefined;
  }

  /** The requester is gone, or says that it has no use for it. */
  cancel(reason: string): void {
    if (this.isCancelled) return;
    const current = this.#current;
    this.#reason = reason;
    this.#current = undefined;
    current?.cancel(reason);
  }

  /** The transport is going away: what has no end of its own ends now, with its result. */
  conclude(): void {
    this.#isConcluding = true;
    this.#current?.conclude?.();
  }
}
