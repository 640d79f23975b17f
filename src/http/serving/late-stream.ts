/** When a stream is opened for a reply that takes long. */
export class LateStream {
  readonly #open: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #undecided: Promise<unknown> | undefined;
  #isOver = false;

  constructor(open: () => void) {
    this.#open = open;
  }

  /** Opens it after `ms`. If it is held back then, the time begins again after that. */
  after(ms: number): void {
    if (this.#isOver) return;
    this.#timer = setTimeout(() => {
      if (this.#undecided === undefined) return this.#open();
      // Not at once: what has been decided may still be on its way.
      void this.#undecided.then(() => this.after(ms));
    }, ms);
  }

  /** Holds it back until this has settled, whose outcome decides which status the response has. */
  hold(decision: Promise<unknown>): void {
    const settled = (): void => {
      if (this.#undecided === held) this.#undecided = undefined;
    };
    const held = decision.then(settled, settled);
    this.#undecided = held;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#isOver = true;
  }
}
