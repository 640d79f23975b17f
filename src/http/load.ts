/** Counts the requests being served; one more than allowed is turned away. */
export class Load {
  readonly #limit: number;
  #active = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a place, if there is one. */
  enter(): boolean {
    if (this.#active >= this.#limit) return false;
    this.#active++;
    return true;
  }

  leave(): void {
    this.#active--;
  }
}
