/** What {@link ConcurrencyLimit} allows. */
export interface Concurrency {
  readonly maxConcurrentRequests: number;
  readonly maxBytesInFlight: number;
}

/** Counts the requests that are being served, and the bytes of their bodies. */
export class ConcurrencyLimit {
  readonly #limits: Concurrency;
  #active = 0;
  #bytes = 0;

  constructor(limits: Concurrency) {
    this.#limits = limits;
  }

  /** A slot, or `undefined` if all are taken. */
  acquire(): Slot | undefined {
    if (this.#active >= this.#limits.maxConcurrentRequests) return undefined;
    this.#active++;
    return new Slot(this);
  }

  /** @internal */
  hold(bytes: number): boolean {
    if (this.#bytes + bytes > this.#limits.maxBytesInFlight) return false;
    this.#bytes += bytes;
    return true;
  }

  /** @internal */
  released(bytes: number): void {
    this.#active--;
    this.#bytes -= bytes;
  }
}

/** One request's slot, and how many bytes its body has so far. Releasing it twice does nothing. */
export class Slot {
  #limit: ConcurrencyLimit | undefined;
  #bytes = 0;

  constructor(limit: ConcurrencyLimit) {
    this.#limit = limit;
  }

  /** Counts bytes that have arrived; `false`, and they do not count, if there are too many. */
  hold(bytes: number): boolean {
    if (this.#limit?.hold(bytes) === false) return false;
    this.#bytes += bytes;
    return true;
  }

  release(): void {
    this.#limit?.released(this.#bytes);
    this.#limit = undefined;
  }
}
