/**
 * What waits to be delivered to author code. Invariants:
 *
 * - F1  Items are taken in their order: recorded entries, then this round's answers, then step
 *       outcomes.
 * - F1  A recorded outcome holds back everything behind it until its call is made. An answer that
 *       the handler has not seen has no position in its history yet, and holds back nothing.
 * - F7  Dropping an item because its question changed drops everything behind it.
 */
import type { Asked, Entry } from '../journal/journal.ts';

/** An entry on its way to author code. */
export interface Item {
  readonly entry: Entry;
  /**
   * Whether an earlier round has delivered it. What is not recorded is new to the handler: an
   * answer, also one that came earlier and was not reached, or the outcome of a step of this round.
   */
  readonly recorded: boolean;
}

/** A recorded outcome without a call, and the call it keeps waiting. */
export interface HoldUp {
  readonly missing: string;
  readonly waiting: string;
}

export class DeliveryQueue {
  readonly #calls: { has(key: string): boolean };
  #items: Item[] = [];
  #busy = false;
  #repeats = false;

  /** @param calls the calls the handler has made: only what one of them waits for is delivered */
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

  /** Becomes busy if it is not and has an item to deliver; returns whether it did. */
  begin(): boolean {
    if (this.#busy || this.#first() === undefined) return false;
    this.#busy = true;
    return true;
  }

  /** The item to deliver now; without one, the queue is busy no longer. */
  next(): Item | undefined {
    const item = this.#first();
    this.#busy = item !== undefined;
    return item;
  }

  /** `item` has been settled in author code, which is yet to take it in. */
  delivered(item: Item): void {
    if (!item.recorded) this.#repeats = false;
    this.#remove(item);
  }

  /** Takes `item` out undelivered. */
  drop(item: Item): void {
    this.#remove(item);
    this.#busy = false;
  }

  /** Takes `item` and all behind it out undelivered. */
  dropFrom(item: Item): readonly Item[] {
    this.#busy = false;
    return this.#items.splice(this.#items.indexOf(item));
  }

  /** The first recorded step behind `item`: what was done on the strength of it (F7). */
  stepBehind(item: Item): string | undefined {
    const behind = this.#items.slice(this.#items.indexOf(item) + 1);
    return behind.find(({ entry, recorded }) => recorded && entry.kind === 'step')?.entry.key;
  }

  /** Says that an earlier round has run the handler as far as the first item that is new. */
  repeatUntilNew(): void {
    this.#repeats = true;
  }

  /** Whether the handler is where it has been in an earlier round. */
  get replaying(): boolean {
    return this.#repeats || this.#items.some((item) => item.recorded);
  }

  /** Whether an item is being judged, written or taken in by author code. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Entries not delivered, in order. */
  get rest(): readonly Entry[] {
    return this.#items.map((item) => item.entry);
  }

  /** What waits behind an outcome that nothing has called for, if anything does. */
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
