/** What {@link ConcurrencyLimit} allows. */
export interface Concurrency {
  readonly maxConcurrentRequests: number;
  readonly maxBytesInFlight: number;
}

/** Counts the requests that are being served, and the bytes of their bodies. */
export class ConcurrencyLimit {
  readonly #limits: Concurrency;
  readonly #waiting: (() => void)[] = [];
  #active = 0;
  #bytes = 0;

  constructor(limits: Concurrency) {
    this.#limits = limits;
  }

  /** A slot, or `undefined` if all are taken. */
  acquire(): Slot | undefined {
    return this.#take() ? new Slot(this) : undefined;
  }

  /**
   * Waits for a slot that becomes free, which it gets before new requests do; `false` if none does
   * within `ms`.
   *
   * @internal
   */
  wait(ms: number): boolean | Promise<boolean> {
    if (this.#take()) return true;
    return new Promise((resolve) => {
      const given = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(given), 1);
        resolve(false);
      }, ms);
      this.#waiting.push(given);
    });
  }

  /** @internal */
  hold(bytes: number): boolean {
    if (this.#bytes + bytes > this.#limits.maxBytesInFlight) return false;
    this.#bytes += bytes;
    return true;
  }

  /** @internal */
  freed(bytes: number): void {
    this.#bytes -= bytes;
  }

  /** @internal */
  left(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#active--;
    else next();
  }

  #take(): boolean {
    if (this.#active >= this.#limits.maxConcurrentRequests) return false;
    this.#active++;
    return true;
  }
}

/** One request's slot, and how many bytes its body has so far. Releasing it twice does nothing. */
export class Slot {
  readonly #limit: ConcurrencyLimit;
  #bytes = 0;
  #isActive = true;
  #isReleased = false;

  constructor(limit: ConcurrencyLimit) {
    this.#limit = limit;
  }

  /** Counts bytes that have arrived; `false`, and they do not count, if there are too many. */
  hold(bytes: number): boolean {
    if (this.#isReleased) return true;
    if (!this.#limit.hold(bytes)) return false;
    this.#bytes += bytes;
    return true;
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#limit.freed(this.#bytes);
    this.pause();
  }

  /** The request waits, and is not served meanwhile. Its bytes still count. */
  pause(): void {
    if (!this.#isActive) return;
    this.#isActive = false;
    this.#limit.left();
  }

  /** Is served again; `false` if nothing becomes free within `ms`. */
  async take(ms: number): Promise<boolean> {
    if (this.#isActive) return true;
    const isFree = await this.#limit.wait(ms);
    if (isFree && this.#isReleased) this.#limit.left();
    this.#isActive = isFree && !this.#isReleased;
    return this.#isActive;
  }
}
