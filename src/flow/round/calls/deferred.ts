/**
 * The promise that an ask or a step returns to its author (F3).
 *
 * It stays pending until an outcome is delivered; nothing is ever thrown into author code to
 * suspend it. A subclass with its own `then`, because `await` does not see an own `then` on a
 * native promise; species is Promise, so what is derived from it is ordinary.
 */
class WatchedPromise<T> extends Promise<T> {
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** Learns, once, of the first call of `then`. */
  watcher: Deferred<T> | undefined;

  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const { watcher } = this;
    this.watcher = undefined;
    watcher?.onAwaited();
    return super.then(onFulfilled, onRejected);
  }
}

/** A promise and the two ways to settle it. */
export class Deferred<T> {
  readonly promise: Promise<T>;
  /** Whether `then` has been called on its promise (F4). */
  awaited = false;
  /** Whether its promise has been settled. */
  isSettled = false;
  #resolve!: (value: T) => void;
  #reject!: (reason: unknown) => void;

  constructor() {
    const promise = new WatchedPromise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    promise.watcher = this;
    this.promise = promise;
  }

  resolve(value: T): void {
    this.isSettled = true;
    this.#resolve(value);
  }

  reject(reason: unknown): void {
    // It may come before its author awaits it; that does not make it an unhandled one.
    Promise.prototype.then.call(this.promise, undefined, ignore);
    this.isSettled = true;
    this.#reject(reason);
  }

  /** `then` has been called on the promise for the first time. */
  onAwaited(): void {
    this.awaited = true;
  }
}

/** A promise that never settles and holds nothing. */
export function never<T>(): Promise<T> {
  return new Promise<T>(ignore);
}

function ignore(): void {}
