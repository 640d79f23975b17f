/**
 * What has happened to one running task: answers, which the engine gets once each, and timers (K3).
 */
import { EXPIRED } from '../../flow/asks/expiry.ts';
import type { StoredAsk, TaskStore } from '../contract.ts';
import type { OpenedAsk, TaskRows } from '../stored/stored-ask.ts';
import { engineKey } from '../stored/stored-ask.ts';
import { TIME_IS_UP } from './timers.ts';

const LONGEST_TIMER = 2 ** 31 - 1;

export interface InboxOf {
  readonly store: TaskStore;
  readonly rows: TaskRows;
  /** Gives the engine answers by the engine's keys. Returns those that it took. */
  deliver(answers: Record<string, unknown>): readonly string[];
  /** A timer is due: the asks are to be read again. */
  look(): void;
  /** Something has changed that others may wait for. */
  changed(): void;
}

export class TaskInbox {
  readonly #of: InboxOf;
  readonly #opened = new Map<string, OpenedAsk>();
  readonly #delivered = new Set<string>();
  /** The keys of those that were delivered, as the author has given them. */
  readonly #keys = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(of: InboxOf) {
    this.#of = of;
  }

  /** Delivers answers that have not been. Returns whether there were any. */
  async take(asks: readonly StoredAsk[], now: number): Promise<boolean> {
    const due = asks.filter(({ expiresAt = Infinity, answer }) => !answer && expiresAt <= now);
    if (due.length > 0) {
      await this.#expire(due);
      this.#of.look();
    }
    this.#schedule(asks, now);
    const fresh = asks.filter(({ ref, answer }) => answer && !this.#delivered.has(ref));
    if (fresh.length === 0) return due.length > 0;
    const refs = new Map(fresh.map((ask) => [engineKey(this.open(ask).asked), ask]));
    const answers = [...refs].map(([key, ask]) => [key, this.#answerTo(ask)]);
    const taken = this.#of.deliver(Object.fromEntries(answers) as Record<string, unknown>);
    for (const key of taken) this.#wasDelivered(refs.get(key)!);
    return taken.length + due.length > 0;
  }

  /** Whether an answer to the author's key is here, and was delivered. */
  has(key: string): boolean {
    return this.#keys.has(key);
  }

  #wasDelivered(ask: StoredAsk): void {
    this.#delivered.add(ask.ref);
    this.#keys.add(this.open(ask).asked.key);
  }

  #answerTo(ask: StoredAsk): unknown {
    const answer = this.#of.rows.readAnswer(ask, ask.answer!);
    return answer === TIME_IS_UP && !ask.isTimer ? EXPIRED : answer;
  }

  open(ask: StoredAsk): OpenedAsk {
    let opened = this.#opened.get(ask.ref);
    if (opened === undefined) this.#opened.set(ask.ref, (opened = this.#of.rows.readAsk(ask)));
    return opened;
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /** Time is up for these: that is their answer, unless another has come first. */
  async #expire(due: readonly StoredAsk[]): Promise<void> {
    const { store, rows } = this.#of;
    const answers = due.map((ask) => {
      const { content } = rows.answer(this.open(ask).asked.key, TIME_IS_UP);
      return { ref: ask.ref, content };
    });
    await store.answer(rows.taskId, answers);
    this.#of.changed();
  }

  #schedule(asks: readonly StoredAsk[], now: number): void {
    clearTimeout(this.#timer);
    const times = asks.flatMap(({ expiresAt, answer }) =>
      expiresAt && !answer ? [expiresAt] : [],
    );
    const left = Math.min(...times) - now;
    if (left > 0 && left < Infinity) {
      this.#timer = setTimeout(() => this.#of.look(), Math.min(left, LONGEST_TIMER));
    }
  }
}
