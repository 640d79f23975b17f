/** The journal of a run, in the store (F15, P10). */
import type { Asked, Entry, Journal, Recorded } from '../../flow/journal/journal.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import { ErrorCode } from '../../protocol/names/codes.ts';
import type { TaskRow } from '../contract.ts';
import { LIMITS } from '../stored/options.ts';
import type { TaskRows } from '../stored/stored-ask.ts';
import type { TaskInbox } from './task-inbox.ts';
import type { TaskWrites } from './task-writes.ts';
import { contentBytes } from '../../stored/sealed-text.ts';
import { quote } from '../../base/quote.ts';

export interface JournalOf {
  readonly rows: TaskRows;
  readonly writes: TaskWrites;
  readonly inbox: Pick<TaskInbox, 'has'>;
}

export class TaskJournal implements Journal {
  readonly #of: JournalOf;
  readonly #recorded: Recorded;
  #size = 0;

  /** @param size of what is recorded, in bytes */
  constructor(of: JournalOf, recorded: Recorded, size: number) {
    this.#of = of;
    this.#recorded = recorded;
    this.#size = size;
  }

  load(): Recorded {
    return this.#recorded;
  }

  /** What the inbox has outlives the process: it may wait for the next write. */
  append(entries: readonly Entry[]): void | Promise<void> {
    const { rows, writes, inbox } = this.#of;
    const written = entries.map((entry) => rows.entry(entry));
    this.#measure(written, entries);
    const isStored = entries.every(({ key }) => inbox.has(key));
    return isStored ? writes.hold(written) : writes.append(written);
  }

  drop(questions: readonly Asked[]): Promise<void> {
    const { rows, writes } = this.#of;
    return writes.drop(questions.map((question) => rows.dropped(question)));
  }

  /** @throws RpcError for what no task may record (K19) */
  #measure(written: readonly TaskRow[], entries: readonly Entry[]): void {
    written.forEach(({ content }, i) => {
      const bytes = contentBytes(content);
      this.#size += bytes;
      if (bytes > LIMITS.entry) throw tooLarge(`${quote(entries[i]!.key)} is larger than 1 MiB`);
    });
    if (this.#size > LIMITS.journal) throw tooLarge('its journal is larger than 16 MiB');
  }
}

export function tooLarge(what: string): RpcError {
  return new RpcError(ErrorCode.InternalError, `The task cannot go on: ${what}`);
}
