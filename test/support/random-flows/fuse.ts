/** How a worker ends before its flow does. */
export type Death =
  /** Nothing of it is heard again. */
  | 'crash'
  /** Another worker takes the flow, and this one goes on without knowing it. */
  | 'lapse'
  /** The database does not answer; what it was asked to write may be written. */
  | 'error';

/** Counts the moments until a worker dies: before and after each of its writes, among others. */
export class Fuse {
  readonly death: Death;
  #left: number;

  /** @param moments the number of the moment in which it dies; `Infinity` for never */
  constructor(moments: number, death: Death) {
    this.#left = moments;
    this.death = death;
  }

  get isMortal(): boolean {
    return this.#left < Infinity;
  }

  /** Whether the worker dies at this moment, or is dead already. */
  isDead(): boolean {
    return --this.#left <= 0;
  }
}
