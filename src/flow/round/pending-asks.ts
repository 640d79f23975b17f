/**
 * The asks of one round: which of them wait for the client, which are awaited by the handler, and
 * how often each question has been sent. Invariants:
 *
 * - F4  `awaited` counts the asks that are open and awaited, at any time.
 * - F9  `sendings` includes the sending at the end of this round, if the ask is still open then.
 * - F11 An ask is `first` if no earlier round has sent its question.
 */
import type { RondoError } from '../../base/errors.ts';
import type { OpenAsk } from '../asks/ask.ts';
import { unstableQuestion } from '../asks/ruling.ts';
import { kindChanged } from '../journal/errors.ts';
import type { Asked } from '../journal/journal.ts';
import type { PendingAsk } from './pending-ask.ts';

export class PendingAsks {
  readonly #sendingsAllowed: number;
  readonly #pending: PendingAsk[] = [];
  /** Questions of the last round that have no answer yet. */
  readonly #asked = new Map<string, Asked>();
  #awaited = 0;

  constructor(sendingsAllowed: number) {
    this.#sendingsAllowed = sendingsAllowed;
  }

  /** How many open asks are awaited. */
  get awaited(): number {
    return this.#awaited;
  }

  load(asked: readonly Asked[]): void {
    for (const question of asked) this.#asked.set(question.key, question);
  }

  wasAsked(key: string): boolean {
    return this.#asked.has(key);
  }

  add(ask: PendingAsk): void {
    this.#pending.push(ask);
  }

  /**
   * Compares a call with the question that was sent under its key, if any. Returns what is wrong.
   */
  recall(call: PendingAsk): RondoError | undefined {
    const { key, kind, question } = call.ask;
    const asked = this.#asked.get(key);
    if (asked === undefined) {
      call.first = true;
      return undefined;
    }
    if (asked.kind !== kind) return kindChanged(key, kind);
    call.sendings = asked.sendings + (asked.question === question ? 0 : 1);
    const allowed = this.#sendingsAllowed;
    return call.sendings > allowed ? unstableQuestion(key, allowed) : undefined;
  }

  /** `call` waits for the client from now on. */
  open(call: PendingAsk): void {
    if (call.isOpen) return;
    call.isOpen = true;
    if (call.awaited) this.#awaited++;
  }

  /** `call` waits for the client again: its question will be sent once more. */
  openAgain(call: PendingAsk, sendings: number, problems: readonly string[]): void {
    call.sendings = sendings;
    call.problems = problems;
    this.open(call);
  }

  onAwaited(call: PendingAsk): void {
    if (call.isOpen) this.#awaited++;
  }

  /** The question of `key` has its answer. */
  answered(key: string): void {
    this.#asked.delete(key);
    const call = this.#pending.find((each) => each.key === key);
    if (!call?.isOpen) return;
    call.isOpen = false;
    if (call.awaited) this.#awaited--;
  }

  /** Questions that have been sent and not answered, in the order in which they were asked. */
  outstanding(): Asked[] {
    const opened = this.#pending
      .filter((call) => call.isOpen && !this.#asked.has(call.key))
      .map((call) => ({ ...call.ask, sendings: call.sendings }));
    return [...this.#asked.values(), ...opened];
  }

  openKeys(): string[] {
    return this.#pending.filter((call) => call.isOpen).map((call) => call.key);
  }

  /** The questions to send if the round ends now. */
  openAsks(): OpenAsk[] {
    return this.#pending
      .filter((call) => call.isOpen)
      .map(({ ask, sendings, problems }) => {
        const { kind, key, question, needs } = ask;
        return { kind, key, question, needs, sendings, request: ask.render(problems) };
      });
  }

  /** An open ask that was made for the first time in this round, and was never awaited (F11). */
  forgotten(): PendingAsk | undefined {
    return this.#pending.find((call) => call.first && call.isOpen && !call.awaited);
  }
}
