/** A time on both clocks: the larger distance counts, since either can stand still. */
export class Moment {
  readonly #wall = Date.now();
  readonly #monotonic = performance.now();

  /** How long ago it was, in ms. */
  get age(): number {
    return Math.max(Date.now() - this.#wall, performance.now() - this.#monotonic);
  }
}
