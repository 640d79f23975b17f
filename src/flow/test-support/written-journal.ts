import type { JsonValue } from '../../base/json/json.ts';
import { readEntry, writeEntry } from '../journal/journal-json.ts';
import type { Asked, Entry, Journal, Recorded } from '../journal/journal.ts';

/** A journal that stores what it is given as a database would: as text, deleted by key. */
export class WrittenJournal implements Journal {
  /** Entries by key, as JSON, in order. */
  readonly rows = new Map<string, string>();
  readonly dropped = new Map<string, Asked>();
  /** What was written, in order: `append a b`, `drop c`. */
  readonly log: string[] = [];
  asked: readonly Asked[] = [];
  /** Called before each write, which waits for it. */
  beforeWrite: (write: string) => void | PromiseLike<void> = () => undefined;

  async load(): Promise<Recorded> {
    await Promise.resolve();
    const read = (row: string): Entry => readEntry(JSON.parse(row) as JsonValue);
    const entries = [...this.rows.values()].map(read);
    return { entries, asked: this.asked, dropped: [...this.dropped.values()] };
  }

  async append(entries: readonly Entry[]): Promise<void> {
    await this.#write(`append ${entries.map(({ key }) => key).join(' ')}`);
    for (const entry of entries) {
      this.rows.set(entry.key, JSON.stringify(writeEntry(entry)));
      this.dropped.delete(entry.key);
    }
  }

  async drop(questions: readonly Asked[]): Promise<void> {
    await this.#write(`drop ${questions.map(({ key }) => key).join(' ')}`);
    for (const question of questions) {
      this.rows.delete(question.key);
      this.dropped.set(question.key, JSON.parse(JSON.stringify(question)) as Asked);
    }
  }

  async #write(write: string): Promise<void> {
    await this.beforeWrite(write);
    this.log.push(write);
  }
}
