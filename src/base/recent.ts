/**
 * Remembers what was added last: at least `most`, and at most twice as many. A `Set` whose oldest is
 * deleted for each that is added has to pass all that was deleted to find it: 6 microseconds at 10,000.
 */
export class Recent<T> {
  readonly #most: number;
  #newer = new Set<T>();
  #older = new Set<T>();

  constructor(most: number) {
    this.#most = most;
  }

  add(value: T): void {
    this.#newer.add(value);
    if (this.#newer.size < this.#most) return;
    this.#older = this.#newer;
    this.#newer = new Set();
  }

  has(value: T): boolean {
    return this.#newer.has(value) || this.#older.has(value);
  }
}
