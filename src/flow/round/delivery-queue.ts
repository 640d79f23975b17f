/**
 * The outcomes that wait to be delivered to the handler. Invariants:
 *
 * - F1  Items are taken in their order: recorded entries, then this round's answers, then step
 *       outcomes.
 * - F1  A recorded outcome holds back everything behind it until the handler makes its call. An
 *       answer that the handler has not seen has no fixed position yet, and holds back nothing.
 * - F7  Dropping an item because its question changed drops everything behind it.
 */
import type { Asked, Entry } from '../journal/journal.ts';

/** An entry that waits to be delivered. */
export interface Item {
  readonly entry: Entry;
  /**
   * Whether an earlier round has delivered it. If not, it is new to the handler: an answer (also
   * one that came in an earlier round, which did not reach its ask), or the outcome of a step that
   * ran in this round.
   */
  readonly recorded: boolean;
}

/** A recorded outcome whose call has not been made, and a call that waits behind it. */
export interface HoldUp {
  readonly missing: string;
  readonly waiting: string;
}

export class DeliveryQueue {
  readonly #calls: { has(key: string): boolean };
  #items: Item[] = [];
  #busy = false;
  #repeats = false;

  /** @param calls the calls that the handler has made: only their outcomes are delivered */
  constructor(calls: { has(key: string): boolean }) {
    this.#calls = calls;
  }

  /** What the journal holds when the round begins, in order. */
  load(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#items.push({ entry, recorded: entry.outcome.type !== 'answer' });
    }
  }

  /** Adds what is new to the handler. */
  add(entry: Entry): void {
    this.#items.push({ entry, recorded: false });
  }

  /** Adds the answer to a question, to be judged when its turn comes. */
  addAnswer({ kind, key, question, sendings }: Asked, answer: unknown): void {
    this.add({ kind, key, question, outcome: { type: 'answer', answer }, sendings });
  }

  /** Whether an item for `key` waits to be delivered. */
  has(key: string): boolean {
    return this.#items.some((item) => item.entry.key === key);
  }

  /** Becomes busy if it was not and there is an item to deliver. Returns whether it became busy. */
  begin(): boolean {
    if (this.#busy || this.#first() === undefined) return false;
    this.#busy = true;
    return true;
  }

  /** The item to deliver now. If there is none, the queue is no longer busy. */
  next(): Item | undefined {
    const item = this.#first();
    this.#busy = item !== undefined;
    return item;
  }

  /** The promise for `item` has been settled; the handler has not run on yet. */
  delivered(item: Item): void {
    if (!item.recorded) this.#repeats = false;
    this.#remove(item);
  }

  /** Removes `item` without delivering it. */
  drop(item: Item): void {
    this.#remove(item);
    this.#busy = false;
  }

  /** Removes `item` and everything behind it without delivering them. */
  dropFrom(item: Item): readonly Item[] {
    this.#busy = false;
    return this.#items.splice(this.#items.indexOf(item));
  }

  /** The key of the first recorded step behind `item`: work that may depend on it (F7). */
  stepBehind(item: Item): string | undefined {
    const behind = this.#items.slice(this.#items.indexOf(item) + 1);
    return behind.find(({ entry, recorded }) => recorded && entry.kind === 'step')?.entry.key;
  }

  /** Marks all before the first new item as replay: an earlier round has run the handler so far. */
  repeatUntilNew(): void {
    this.#repeats = true;
  }

  /** Whether an earlier round has already run the handler to this point. */
  get replaying(): boolean {
    return this.#repeats || this.#items.some((item) => item.recorded);
  }

  /** Whether an item is being judged, recorded or delivered. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Entries not delivered, in order. */
  get rest(): readonly Entry[] {
    return this.#items.map((item) => item.entry);
  }

  /**
   * The outcome that holds the others back because its call is missing, if a call waits behind it.
   */
  get holdUp(): HoldUp | undefined {
    if (this.#busy) return undefined;
    let missing: string | undefined;
    for (const { entry, recorded } of this.#items) {
      if (this.#calls.has(entry.key)) {
        return missing === undefined ? undefined : { missing, waiting: entry.key };
      }
      if (recorded) missing ??= entry.key;
    }
    return undefined;
  }

  #first(): Item | undefined {
    for (const item of this.#items) {
      if (this.#calls.has(item.entry.key)) return item;
      if (item.recorded) return undefined;
    }
    return undefined;
  }

  #remove(item: Item): void {
    if (this.#items[0] === item) this.#items.shift();
    else this.#items.splice(this.#items.indexOf(item), 1);
  }
}
