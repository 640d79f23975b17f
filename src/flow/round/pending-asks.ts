/**
 * The asks of one round: which of them wait for the client, which are awaited by the handler, and
 * how often each question has been sent. Invariants:
 *
 * - F4  `awaited` counts the asks that are open and awaited, at any time.
 * - F9  `sendings` includes the sending at the end of this round, if the ask is still open then.
 * - K16 A question expires at a time that is set when it is first asked.
 * - F11 An ask is `first` if no earlier round has sent its question.
 * - F15 A question is announced once, and not if the host has loaded it as it is.
 */
import type { RondoError } from '../../base/errors.ts';
import type { OpenAsk } from '../asks/ask.ts';
import { unstableQuestion } from '../asks/ruling.ts';
import { kindChanged } from '../journal/errors.ts';
import type { Asked, Recorded } from '../journal/journal.ts';
import type { PendingAsk } from './calls/pending-ask.ts';

const NOTHING: Omit<Recorded, 'entries'> = { asked: [] };

/** Stays empty: most rounds have no questions of earlier ones, and make no map of them. */
const NONE: Map<string, Asked> = new Map();

export class PendingAsks {
  readonly #pending: PendingAsk[] = [];
  /** Questions of the last round that have no answer, and that the handler has not asked yet. */
  #asked = NONE;
  /** Questions whose answers are forgotten, and that are not open again. */
  #dropped = NONE;
  #awaited = 0;

  /** How many open asks are awaited. */
  get awaited(): number {
    return this.#awaited;
  }

  load({ asked, dropped = [] }: Recorded): void {
    if (asked.length > 0) this.#asked = byKey(asked);
    if (dropped.length > 0) this.#dropped = byKey(dropped);
  }

  wasAsked(key: string): boolean {
    return this.#asked.has(key);
  }

  add(ask: PendingAsk): void {
    this.#pending.push(ask);
  }

  /**
   * Compares a call with the question that was sent under its key, if any. Returns what is wrong.
   *
   * @param limit how many sendings of a question may count
   */
  recall(call: PendingAsk, limit: number): RondoError | undefined {
    const { key, kind, question } = call.ask;
    const asked = this.#asked.get(key);
    this.#asked.delete(key);
    if (asked === undefined) return this.#sendAgain(call, this.#dropped.get(key), limit);
    if (asked.kind !== kind) return kindChanged(key, kind);
    if (asked.question !== question) return this.#sendAgain(call, asked, limit);
    const { sendings, resent = 0, problems = [], expiresAt } = asked;
    Object.assign(call, { sendings, resent, problems, expiresAt, isAnnounced: true });
    return undefined;
  }

  /** `call` waits for the client from now on. */
  open(call: PendingAsk): void {
    if (call.isOpen) return;
    call.isOpen = true;
    if (call.awaited) this.#awaited++;
  }

  /** The answers to `questions` are forgotten: those that the handler has asked are open again. */
  drop(questions: readonly Asked[]): void {
    for (const question of questions) {
      const call = this.#pending.find(({ key }) => key === question.key);
      this.#asked.delete(question.key);
      if (call === undefined) this.#forget(question);
      else this.#openAgain(call, question);
    }
  }

  /** The next host has these: what it asks need not be announced, what it has dropped must be. */
  moved(asks: readonly Asked[], dropped: readonly Asked[]): void {
    for (const call of this.#pending) {
      if (asks.some(({ key }) => key === call.key)) call.isAnnounced = true;
    }
    // Without those that have been answered meanwhile.
    this.drop(dropped.filter(({ key }) => this.#waits(key)));
  }

  #waits(key: string): boolean {
    if (this.#asked.has(key) || this.#dropped.has(key)) return true;
    return this.#open().some((call) => call.key === key);
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

  /**
   * Questions that have been sent, or are about to be, and have no answer, in the order in which
   * they were asked.
   */
  outstanding(): Asked[] {
    return [...this.#open().map(askedOf), ...this.#asked.values()];
  }

  openKeys(): string[] {
    return this.#open().map((call) => call.key);
  }

  /** The questions to send if the round ends now. */
  openAsks(): OpenAsk[] {
    return this.#open().map(openAskOf);
  }

  /** Whether a question is open that has not been announced. */
  get hasNews(): boolean {
    return this.#pending.some(isNews);
  }

  /** The open questions that have not been announced; from now on they have. */
  news(): OpenAsk[] {
    const calls = this.#pending.filter(isNews);
    for (const call of calls) call.isAnnounced = true;
    return calls.map(openAskOf);
  }

  /** What the next round must load of the questions. Only those that are open are sent. */
  get recorded(): Omit<Recorded, 'entries'> {
    if (this.#pending.length + this.#asked.size + this.#dropped.size === 0) return NOTHING;
    const asked = this.#open().map(askedOf);
    if (this.#asked.size + this.#dropped.size === 0) return { asked };
    return { asked, dropped: [...this.#dropped.values(), ...this.unreached] };
  }

  /** Questions that the handler has not asked again, as they are when they are dropped. */
  get unreached(): Asked[] {
    return [...this.#asked.values()].map(excused);
  }

  /** An open ask that was made for the first time in this round, and was never awaited (F11). */
  forgotten(): PendingAsk | undefined {
    return this.#pending.find((call) => call.first && call.isOpen && !call.awaited);
  }

  #open(): PendingAsk[] {
    return this.#pending.filter((call) => call.isOpen);
  }

  /** The question of `call` is sent anew, or for the first time. Returns what is wrong. */
  #sendAgain(call: PendingAsk, sent: Asked | undefined, limit: number): RondoError | undefined {
    if (sent === undefined) {
      call.first = true;
      return undefined;
    }
    this.#count(call, sent);
    return call.sendings > limit ? unstableQuestion(call.key, limit) : undefined;
  }

  #forget(question: Asked): void {
    if (this.#dropped === NONE) this.#dropped = new Map();
    this.#dropped.set(question.key, question);
  }

  #openAgain(call: PendingAsk, sent: Asked): void {
    this.#count(call, sent);
    call.isAnnounced = false;
    this.open(call);
  }

  /** One more sending of a question that has been sent before. */
  #count(call: PendingAsk, sent: Asked): void {
    const { key, question, sendings, resent = 0, problems = [], expiresAt } = sent;
    this.#dropped.delete(key);
    call.sendings = sendings + 1;
    call.resent = resent;
    call.expiresAt = expiresAt ?? call.expiresAt;
    call.problems = question === call.ask.question ? problems : [];
  }
}

/** `question`, whose next sending does not count: neither it nor its answer was at fault. */
export function excused(question: Asked): Asked {
  const { sendings, resent = 0 } = question;
  return sendings === 0 ? question : { ...question, sendings: sendings - 1, resent: resent + 1 };
}

function byKey(questions: readonly Asked[]): Map<string, Asked> {
  return new Map(questions.map((question) => [question.key, question]));
}

function isNews(call: PendingAsk): boolean {
  return call.isOpen && !call.isAnnounced;
}

function askedOf(call: PendingAsk): Asked {
  const { kind, key, question } = call.ask;
  return withHistory({ kind, key, question, sendings: call.sendings }, call);
}

function openAskOf(call: PendingAsk): OpenAsk {
  const { kind, key, question, needs } = call.ask;
  const request = call.ask.render(call.problems);
  const open = { kind, key, question, sendings: call.sendings, needs, request };
  const { answerBy } = call.ask;
  return withHistory(answerBy === undefined ? open : { ...open, answerBy }, call);
}

/** Adds what few questions have. (Spreading it into each would cost more than all the rest.) */
function withHistory<T extends Asked>(asked: T, { resent, problems, expiresAt }: PendingAsk): T {
  const extended: { -readonly [Name in keyof Asked]: Asked[Name] } = asked;
  if (resent > 0) extended.resent = resent;
  if (problems.length > 0) extended.problems = problems;
  if (expiresAt !== undefined) extended.expiresAt = expiresAt;
  return asked;
}
