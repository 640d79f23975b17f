/**
 * The journal of a round that runs once: what a step came to is in the entry before the handler sees
 * it, so that a takeover goes on behind it. Answers come again with the same request: they are
 * written with the next step, for their order.
 */
import type { JsonValue } from '../base/json/json.ts';
import type { Asked, Entry, Journal, Recorded } from '../flow/journal/journal.ts';
import { readJournal, writeJournal } from '../flow/journal/journal-json.ts';

export interface GuardJournalOptions {
  /** What the request brings along. */
  readonly brought: Recorded;
  /** What earlier attempts at it have recorded, in order. */
  readonly steps: readonly JsonValue[];
  /** Writes the next part. */
  readonly write: (name: string, content: JsonValue) => Promise<void>;
}

export class GuardJournal implements Journal {
  /** Whether the round has begun: before that, nothing of it runs. */
  isLoaded = false;
  readonly #options: GuardJournalOptions;
  #entries: Entry[] = [];
  #dropped: Asked[] = [];
  #parts: number;

  constructor(options: GuardJournalOptions) {
    this.#options = options;
    this.#parts = options.steps.length;
  }

  load(): Recorded {
    this.isLoaded = true;
    const { brought, steps } = this.#options;
    return steps.map(readJournal).reduce(together, brought);
  }

  append(entries: readonly Entry[]): void | Promise<void> {
    this.#entries.push(...entries);
    if (!entries.some(({ kind }) => kind === 'step')) return;
    return this.#write();
  }

  drop(questions: readonly Asked[]): void {
    const keys = keysOf(questions);
    this.#entries = this.#entries.filter(({ key }) => !keys.has(key));
    this.#dropped.push(...questions);
  }

  async #write(): Promise<void> {
    const part = { entries: this.#entries, asked: [], dropped: this.#dropped };
    this.#entries = [];
    this.#dropped = [];
    this.#parts++;
    await this.#options.write(String(this.#parts), writeJournal(part));
  }
}

/** What was recorded, and what has been recorded since. */
function together(before: Recorded, part: Recorded): Recorded {
  const forgotten = keysOf(part.dropped ?? []);
  const known = keysOf(part.entries);
  const isOpen = ({ key }: Asked): boolean => !forgotten.has(key) && !known.has(key);
  const dropped = [...(before.dropped ?? []), ...(part.dropped ?? [])].filter(
    ({ key }) => !known.has(key),
  );
  return {
    entries: [...before.entries.filter(({ key }) => !forgotten.has(key)), ...part.entries],
    asked: before.asked.filter(isOpen),
    ...(dropped.length > 0 && { dropped }),
  };
}

function keysOf(items: readonly { readonly key: string }[]): ReadonlySet<string> {
  return new Set(items.map(({ key }) => key));
}
