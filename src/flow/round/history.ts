/**
 * The outcomes that the handler has seen in this round, and the journal that records them.
 * Invariants:
 *
 * - F15 A new outcome is appended before the handler sees it, in the order in which it sees them.
 * - F18 Every outcome has a time; times never decrease.
 */
import type { Entry, Journal, Recorded } from '../journal/journal.ts';

export class History {
  readonly #seen: Entry[] = [];
  #journal: Journal;
  #lastSeenAt = 0;
  /** Settles once the handler has seen what is being appended; set by the delivery. */
  appending: Promise<void> | undefined;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** The entries delivered so far, in order. */
  get seen(): readonly Entry[] {
    return this.#seen;
  }

  /** When the handler last saw an outcome, in ms since the flow began. */
  get lastSeenAt(): number {
    return this.#lastSeenAt;
  }

  load(): Recorded | Promise<Recorded> {
    return this.#journal.load();
  }

  /** `entry` with its time: `elapsed` ms after the flow began, but not before the last entry. */
  timed(entry: Entry, elapsed: number): Entry {
    return { ...entry, at: Math.max(elapsed, this.#lastSeenAt) };
  }

  append(entry: Entry): void | Promise<void> {
    return this.#journal.append(entry);
  }

  /** The handler sees `entry` now. */
  add(entry: Entry): void {
    this.#seen.push(entry);
    this.#lastSeenAt = entry.at ?? this.#lastSeenAt;
  }

  /** Continues in another journal. Resolves with what the handler has seen by then. */
  async moveTo(journal: Journal): Promise<readonly Entry[]> {
    await this.appending;
    this.#journal = journal;
    return [...this.#seen];
  }
}
