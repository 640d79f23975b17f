import { Deferred } from './deferred.ts';

/** Several calls as one promise of a record. They are awaited when it is, and not before (F4, F11). */
export class Together<T extends Record<string, unknown>> extends Deferred<T> {
  readonly #calls: T;

  constructor(calls: T) {
    super();
    this.#calls = calls;
  }

  override onAwaited(): void {
    super.onAwaited();
    const keys = Object.keys(this.#calls);
    Promise.all(Object.values(this.#calls)).then(
      (values) => this.resolve(Object.fromEntries(keys.map((key, i) => [key, values[i]])) as T),
      (error: unknown) => this.reject(error),
    );
  }
}
