/** Counts the requests that are being served, up to `maxConcurrentRequests`. */
export class ConcurrencyLimit {
  readonly #limit: number;
  #active = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A slot, or `undefined` if all are taken. */
  acquire(): Slot | undefined {
    if (this.#active >= this.#limit) return undefined;
    this.#active++;
    return new Slot(this);
  }

  /** @internal */
  released(): void {
    this.#active--;
  }
}

/** One request's slot. Releasing it twice does nothing. */
export class Slot {
  #limit: ConcurrencyLimit | undefined;

  constructor(load: ConcurrencyLimit) {
    this.#limit = load;
  }

  release(): void {
    this.#limit?.released();
    this.#limit = undefined;
  }
}
