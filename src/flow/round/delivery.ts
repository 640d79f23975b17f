/**
 * The delivery queue. Invariants:
 *
 * - F1  Items are handed over in their order, one at a time, each once the microtask queue has
 *       drained: recorded entries, then this round's answers, then step outcomes.
 * - F1  An outcome the handler has seen before holds back everything behind it until its call is
 *       made. An answer it has not seen has no place in its history yet, and holds back nothing.
 * - F7  Dropping an item because its question changed drops everything behind it.
 */
import type { Scheduler } from './host.ts';
import type { Entry } from '../journal/journal.ts';

/** An entry on its way to author code. */
export interface Item {
  readonly entry: Entry;
  /** Whether it was in the journal when the round began. */
  readonly recorded: boolean;
}

/** A seen outcome without a call, and the call it keeps waiting. */
export interface HoldUp {
  readonly missing: string;
  readonly waiting: string;
}

export interface Receiver {
  /** Whether the call an item belongs to has been made. */
  expects(key: string): boolean;
  /** Takes an item: ends in `handedOver()`, `drop()` or `dropFrom()`, now or later. */
  receive(item: Item): void;
  /** Author code has taken the last item in: what it does in answer is done. */
  onTakenIn(): void;
}

export class Delivery {
  readonly #receiver: Receiver;
  readonly #scheduler: Scheduler;
  #items: Item[] = [];
  #busy = false;
  #repeats = false;

  constructor(receiver: Receiver, scheduler: Scheduler) {
    this.#receiver = receiver;
    this.#scheduler = scheduler;
  }

  add(item: Item): void {
    this.#items.push(item);
  }

  /** Whether an item for `key` waits to be delivered. */
  has(key: string): boolean {
    return this.#items.some((item) => item.entry.key === key);
  }

  /** Hands the next item over, if there is one, once the microtask queue has drained. */
  pump(): void {
    if (this.#busy || this.#next() === undefined) return;
    this.#busy = true;
    this.#scheduler.drained(this.#deliver);
  }

  /** Says that an earlier round has run the handler as far as the first outcome that is new. */
  repeatUntilNew(): void {
    this.#repeats = true;
  }

  /** `item` has been settled in author code. */
  handedOver(item: Item): void {
    if (!item.recorded) this.#repeats = false;
    this.#remove(item);
    this.#scheduler.drained(this.#goOn);
  }

  /** Takes `item` out of the queue undelivered. */
  drop(item: Item): void {
    this.#remove(item);
    this.#busy = false;
  }

  /** Takes `item` and all behind it out of the queue undelivered. */
  dropFrom(item: Item): readonly Item[] {
    this.#busy = false;
    return this.#items.splice(this.#items.indexOf(item));
  }

  /** What is queued behind `item`. */
  behind(item: Item): readonly Item[] {
    return this.#items.slice(this.#items.indexOf(item) + 1);
  }

  /** Items not delivered, in order. */
  get rest(): readonly Item[] {
    return this.#items;
  }

  /** Whether an item is being judged, written or taken in by author code. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Whether the handler is where it has been in an earlier round. */
  get replaying(): boolean {
    return this.#repeats || this.#items.some((item) => item.recorded && isSeen(item));
  }

  /** What waits behind an outcome nobody has called for, if anything does. */
  get holdUp(): HoldUp | undefined {
    if (this.#busy) return undefined;
    let missing: Item | undefined;
    for (const item of this.#items) {
      if (this.#receiver.expects(item.entry.key)) {
        return missing && { missing: missing.entry.key, waiting: item.entry.key };
      }
      if (isSeen(item)) missing ??= item;
    }
    return undefined;
  }

  readonly #deliver = (): void => {
    const next = this.#next();
    this.#busy = next !== undefined;
    if (next !== undefined) this.#receiver.receive(next);
  };

  readonly #goOn = (): void => {
    this.#deliver();
    this.#receiver.onTakenIn();
  };

  #remove(item: Item): void {
    if (this.#items[0] === item) this.#items.shift();
    else this.#items.splice(this.#items.indexOf(item), 1);
  }

  #next(): Item | undefined {
    for (const item of this.#items) {
      if (this.#receiver.expects(item.entry.key)) return item;
      if (isSeen(item)) return undefined;
    }
    return undefined;
  }
}

function isSeen(item: Item): boolean {
  return item.entry.outcome.type !== 'answer';
}
