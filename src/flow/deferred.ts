/**
 * The promise an ask or a step hands to its author (F3).
 *
 * It stays pending until an outcome is delivered; nothing is ever thrown into author code to
 * suspend it. A subclass with its own `then`, because `await` does not see an own `then` on a
 * native promise; species is Promise, so what is derived from it is ordinary.
 */
class WatchedPromise<T> extends Promise<T> {
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  #onAwaited: (() => void) | undefined;

  static open<T>(onAwaited: () => void): Deferred<T> {
    let resolve!: (value: T) => void;
    let reject!: (reason: unknown) => void;
    const promise = new WatchedPromise<T>((res, rej) => {
      resolve = res;
      reject = rej;
    });
    promise.#onAwaited = onAwaited;
    return {
      promise,
      resolve,
      reject(reason) {
        // It may come before its author awaits it; that does not make it an unhandled one.
        Promise.prototype.then.call(promise, undefined, ignore);
        reject(reason);
      },
    };
  }

  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#onAwaited?.();
    this.#onAwaited = undefined;
    return super.then(onFulfilled, onRejected);
  }
}

/** A promise and the two ways to settle it. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/** Opens a promise that reports, once, when somebody first calls its `then`. */
export function defer<T>(onAwaited: () => void): Deferred<T> {
  return WatchedPromise.open<T>(onAwaited);
}

/** A promise that never settles and holds nothing. */
export function never<T>(): Promise<T> {
  return new Promise<T>(ignore);
}

function ignore(): void {}
