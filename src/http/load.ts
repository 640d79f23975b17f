/** Counts the requests being served; one more than allowed is turned away. */
export class Load {
  readonly #limit: number;
  #active = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A place, if there is one. */
  enter(): Place | undefined {
    if (this.#active >= this.#limit) return undefined;
    this.#active++;
    return new Place(this);
  }

  /** @internal */
  left(): void {
    this.#active--;
  }
}

/** The place of one request: given back once, however often it is left. */
export class Place {
  #load: Load | undefined;

  constructor(load: Load) {
    this.#load = load;
  }

  leave(): void {
    this.#load?.left();
    this.#load = undefined;
  }
}
