/**
 * The outcomes that the handler has seen in this round, and the journal that records them.
 * Invariants:
 *
 * - F15 A new outcome is written before the handler sees it, in the order in which it sees them.
 * - F15 Writes are made one after the other. After one that failed nothing is written any more.
 * - F18 Every outcome has a time; times never decrease.
 */
import { isThenable, settled } from '../../base/settled.ts';
import {
  type Asked,
  type Entry,
  type Journal,
  type Recorded,
  changedEntry,
} from '../journal/journal.ts';

export class History {
  readonly #seen: Entry[] = [];
  readonly #journal: () => Journal;
  readonly #onRefused: (error: unknown) => void;
  #lastSeenAt = 0;

  /**
   * @param journal the journal now; a round can be moved to another
   * @param onRefused called with the error of a write that failed
   */
  constructor(journal: () => Journal, onRefused: (error: unknown) => void) {
    this.#journal = journal;
    this.#onRefused = onRefused;
  }

  /** The entries delivered so far, in order. */
  get seen(): readonly Entry[] {
    return this.#seen;
  }

  /** When the handler last saw an outcome, in ms since the flow began. */
  get lastSeenAt(): number {
    return this.#lastSeenAt;
  }

  load(): Recorded | PromiseLike<Recorded> {
    return this.#journal().load();
  }

  /** `entry` with its time: `elapsed` ms after the flow began, but not before the last entry. */
  timed(entry: Entry, elapsed: number): Entry {
    return changedEntry(entry, entry.outcome, Math.max(elapsed, this.#lastSeenAt));
  }

  /** Writes `entries`, then `goOn`: at once, if the journal does not take time. */
  append(entries: readonly Entry[], goOn: () => void): void {
    this.#write(() => this.#journal().append(entries), goOn);
  }

  /** Writes that the answers to `questions` are forgotten, then `goOn`. */
  drop(questions: readonly Asked[], goOn: () => void): void {
    this.#write(() => this.#journal().drop(questions), goOn);
  }

  /** The handler sees `entry` now. */
  add(entry: Entry): void {
    this.#seen.push(entry);
    this.#lastSeenAt = entry.at ?? this.#lastSeenAt;
  }

  #write(write: () => void | PromiseLike<void>, goOn: () => void): void {
    let pending: Promise<unknown> | undefined;
    try {
      const written = write();
      // To look for its `then` can throw too.
      if (isThenable(written)) pending = settled(written);
    } catch (error) {
      return this.#onRefused(error);
    }
    if (pending === undefined) return goOn();
    pending.then(goOn).catch(this.#onRefused);
  }
}
