/**
 * What a run writes of its task, one write after the other. What may come along with a later write is
 * held back for it:
 *
 * - K3 entries of answers, which stay in the inbox until then: before a step begins they are written.
 * - K4 questions, for one turn: most handlers that ask then wait, and the task is let go at once.
 */
import type { Hold, TaskHost } from './task-host.ts';
import { nextTurn } from '../../base/timing/next-turn.ts';
import type { NewAsk, TaskLease, TaskRelease, TaskRow, TaskStore } from '../contract.ts';

export interface WritesOf {
  readonly host: Pick<TaskHost, 'store'>;
  readonly lease: TaskLease;
  /** Makes a write, again if the store fails. Ends the run if it cannot be made. */
  write<T>(work: () => Promise<T>): Promise<T>;
  /** Holds the task anew. */
  renew(): Promise<void>;
  /** These are in the store now. */
  asked(asks: readonly NewAsk[]): void;
}

export class TaskWrites {
  readonly #of: WritesOf;
  #entries: TaskRow[] = [];
  /** How many writes of what was held back have not ended. */
  #ofHeld = 0;
  #asks: NewAsk[] = [];
  #last: Promise<unknown> = Promise.resolve();
  /** Whether nothing has been written under a claim that can be lost. */
  #isNewClaim: boolean;

  constructor(of: WritesOf, { isNewClaim }: Pick<Hold, 'isNewClaim'>) {
    this.#of = of;
    this.#isNewClaim = isNewClaim;
  }

  /** Whether a step may begin: no entries are held back, and nobody else can have the claim. */
  get areSafe(): boolean {
    return !this.#holdsEntries && !this.#isNewClaim;
  }

  /** Makes it so, unless the run is lost. */
  async makeSafe(): Promise<void> {
    if (this.#holdsEntries) await this.flush();
    else await this.#next(() => this.#of.renew());
  }

  get #holdsEntries(): boolean {
    return this.#entries.length + this.#ofHeld > 0;
  }

  /** @param entries of answers that are in the inbox */
  hold(entries: readonly TaskRow[]): void {
    this.#entries.push(...entries);
  }

  append(entries: readonly TaskRow[]): Promise<void> {
    const held = this.#entries.splice(0);
    const written = this.#next((store, lease) => store.append(lease, [...held, ...entries]));
    if (held.length === 0) return written;
    this.#ofHeld++;
    return written.finally(() => this.#ofHeld--);
  }

  async drop(questions: readonly TaskRow[]): Promise<void> {
    await this.flush();
    await this.#next((store, lease) => store.drop(lease, questions));
  }

  /** A turn later, if the task is not released by then. */
  ask(asks: readonly NewAsk[]): void {
    this.#asks.push(...asks);
    nextTurn(() => void this.flush());
  }

  /** Writes what is held back. Resolves when nothing is being written any more. */
  flush(): Promise<unknown> {
    const asks = this.#asks.splice(0);
    if (this.#entries.length > 0) void this.append([]).catch(() => undefined);
    if (asks.length > 0) void this.#ask(asks).catch(() => undefined);
    return this.#last;
  }

  async #ask(asks: readonly NewAsk[]): Promise<void> {
    await this.#next((store, lease) => store.ask(lease, asks));
    this.#of.asked(asks);
  }

  /** Returns when the task is due, in ms since the epoch. */
  async release({ seen, after }: Pick<TaskRelease, 'seen' | 'after'>): Promise<number> {
    const asks = this.#asks.splice(0);
    const release = { seen, after, entries: this.#entries.splice(0), asks };
    const due = await this.#next((store, lease) => store.release(lease, release));
    if (asks.length > 0) this.#of.asked(asks);
    return due;
  }

  /** What is held back is not needed any more: the end deletes it. */
  async finish(end: Parameters<TaskStore['finish']>[1]): Promise<void> {
    this.forget();
    await this.#next((store, lease) => store.finish(lease, end));
  }

  forget(): void {
    this.#entries = [];
    this.#asks = [];
  }

  #next<T>(write: (store: TaskStore, lease: TaskLease) => Promise<T>): Promise<T> {
    const { host } = this.#of;
    const written = this.#last.then(async () => {
      const result = await this.#of.write(() => write(host.store, this.#of.lease));
      this.#isNewClaim = false;
      return result;
    });
    this.#last = written.catch(() => undefined);
    return written;
  }
}
