/**
 * The outcomes that wait to be delivered to the handler. Invariants:
 *
 * - F1  Items are taken in their order: recorded entries, then this round's answers, then step
 *       outcomes.
 * - F1  A recorded outcome holds back everything behind it until the handler makes its call. An
 *       answer that the handler has not seen has no fixed position yet, and holds back nothing.
 * - F7  Dropping an item because its question changed drops everything behind it.
 * - F15 While it is held, nothing is taken; it is busy until it is released.
 */
import { outcomeOf } from '../asks/expiry.ts';
import { type Asked, type Entry, type EntryKind, isUnjudged } from '../journal/journal.ts';

/** An entry that waits to be delivered. */
export interface Item {
  readonly entry: Entry;
  /**
   * Whether an earlier round has delivered it. If not, it is new to the handler: an answer (also
   * one that came in an earlier round, which did not reach its ask), or the outcome of a step that
   * ran in this round.
   */
  readonly recorded: boolean;
  /** The entry as it was written to the journal, ahead of its delivery. */
  written?: Entry;
}

/** A recorded outcome whose call has not been made, and a call that waits behind it. */
export interface HoldUp {
  readonly missing: string;
  readonly waiting: string;
}

const NO_ENTRIES: readonly Entry[] = [];

const WORK: ReadonlySet<EntryKind> = new Set(['step', 'detach']);

export class DeliveryQueue {
  readonly #calls: { has(key: string): boolean };
  #items: Item[] = [];
  #busy = true;
  #held = false;
  #onIdle: (() => void) | undefined;
  #repeats = false;

  /** @param calls the calls that the handler has made: only their outcomes are delivered */
  constructor(calls: { has(key: string): boolean }) {
    this.#calls = calls;
  }

  /** What the journal holds when the round begins, in order. Until then the queue is busy. */
  load(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#items.push({ entry, recorded: !isUnjudged(entry.outcome) });
    }
    this.idle();
  }

  /** Adds what is new to the handler. */
  add(entry: Entry): void {
    this.#items.push({ entry, recorded: false });
  }

  /** Adds the answer to a question, to be judged when its turn comes. */
  addAnswer(asked: Asked, answer: unknown): void {
    const { kind, key, question, sendings, resent, expiresAt } = asked;
    const entry = { kind, key, question, outcome: outcomeOf(answer), sendings, resent };
    this.add(expiresAt === undefined ? entry : { ...entry, expiresAt });
  }

  /** Whether an item for `key` waits to be delivered. */
  has(key: string): boolean {
    return this.#items.some((item) => item.entry.key === key);
  }

  /** Becomes busy if it was not and there is an item to deliver. Returns whether it became busy. */
  begin(): boolean {
    if (this.busy || this.#first() === undefined) return false;
    this.#busy = true;
    return true;
  }

  /** The item to deliver now. If there is none, the queue is no longer busy. */
  next(): Item | undefined {
    const item = this.#held ? undefined : this.#first();
    if (item === undefined) this.idle();
    return item;
  }

  /** Nothing is being judged, recorded or delivered any more. */
  idle(): void {
    this.#busy = false;
    this.#onIdle?.();
  }

  /** Holds what is not being delivered yet. Resolves once nothing is being delivered. */
  hold(): Promise<void> {
    this.#held = true;
    if (!this.#busy) return Promise.resolve();
    return new Promise((resolve) => (this.#onIdle = resolve));
  }

  release(): void {
    this.#held = false;
    this.#onIdle = undefined;
  }

  get isHeld(): boolean {
    return this.#held;
  }

  /** The promise for `item` has been settled; the handler has not run on yet. */
  delivered(item: Item): void {
    if (!item.recorded) this.#repeats = false;
    this.#remove(item);
  }

  /** Removes `item` without delivering it. */
  drop(item: Item): void {
    this.#remove(item);
  }

  /** Removes `item` and everything behind it without delivering them. */
  dropFrom(item: Item): readonly Item[] {
    return this.#items.splice(this.#items.indexOf(item));
  }

  /**
   * The new outcomes that follow `item` whatever the handler does when it sees it: steps whose call
   * has been made, with no answer among or before them that may still be reached.
   */
  followers(item: Item): readonly Item[] {
    const items = this.#items;
    if (items[0] !== item) return [];
    let end = 1;
    while (end < items.length && this.#isNewStep(items[end]!)) end++;
    return items.slice(1, end);
  }

  /**
   * The key of the first recorded step behind `item`, or of the point where the flow became a task:
   * work that may depend on it (F7).
   */
  stepBehind(item: Item): string | undefined {
    const behind = this.#items.slice(this.#items.indexOf(item) + 1);
    return behind.find(({ entry, recorded }) => recorded && WORK.has(entry.kind))?.entry.key;
  }

  /** Marks all before the first new item as replay: an earlier round has run the handler so far. */
  repeatUntilNew(): void {
    this.#repeats = true;
  }

  /** Whether an earlier round has already run the handler to this point. */
  get replaying(): boolean {
    return this.#repeats || this.#items.some((item) => item.recorded);
  }

  /** Whether an item is being judged, recorded or delivered, or all are held. */
  get busy(): boolean {
    return this.#busy || this.#held;
  }

  /** Entries not delivered, in order. */
  get rest(): readonly Entry[] {
    if (this.#items.length === 0) return NO_ENTRIES;
    return this.#items.map((item) => item.written ?? item.entry);
  }

  /** Entries not delivered that are recorded already, in order. */
  get recordedRest(): readonly Entry[] {
    return this.#items
      .filter((item) => item.recorded || item.written)
      .map((item) => item.written ?? item.entry);
  }

  /** Answers that have not been judged yet. */
  get answers(): readonly Entry[] {
    return this.#items.map((item) => item.entry).filter(({ outcome }) => isUnjudged(outcome));
  }

  /**
   * The outcome that holds the others back because its call is missing, if a call waits behind it.
   */
  get holdUp(): HoldUp | undefined {
    if (this.busy) return undefined;
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

  #isNewStep({ entry, recorded, written }: Item): boolean {
    return !recorded && !written && entry.kind === 'step' && this.#calls.has(entry.key);
  }

  #remove(item: Item): void {
    if (this.#items[0] === item) this.#items.shift();
    else this.#items.splice(this.#items.indexOf(item), 1);
  }
}
