import type { JsonValue } from '../../base/json/json.ts';
import type { QuestionDigest } from './question.ts';

/** The four kinds of question, and the three asks without one, which no client is asked. */
export type AskKind = 'form' | 'url' | 'sample' | 'roots' | 'checkpoint' | 'sleep' | 'detach';

/** What an entry of the journal records: an ask of some kind, or a step. */
export type EntryKind = AskKind | 'step';

/** A recorded failure. The handler sees it as a `StepError` or an `InvalidAnswerError`. */
export interface RecordedError {
  /** The error's `name`. */
  readonly name: string;
  /** The error's `message`. */
  readonly message: string;
  /** The error's `code`, if it is a string or a finite number. */
  readonly code?: string | number;
  /** The system call that failed, if the error is one of the operating system's. */
  readonly syscall?: string;
  /** The error's `data` in the form of the journal, if it can be recorded. */
  readonly data?: JsonValue;
}

/** What an ask or a step came to. */
export type Outcome =
  /** A value, encoded as JSON with tags for what JSON does not have. */
  | { readonly type: 'value'; readonly value: JsonValue }
  | { readonly type: 'error'; readonly error: RecordedError }
  /** An answer that has not been judged yet, because the handler has not reached its ask. */
  | { readonly type: 'answer'; readonly answer: unknown }
  /** No answer any more: the question has expired, and the handler has not reached its ask. */
  | { readonly type: 'expired' };

/** Whether it waits for its ask to be reached. */
export function isUnjudged({ type }: Outcome): boolean {
  return type === 'answer' || type === 'expired';
}

/** One entry of the journal. Entries are in the order in which the handler saw them. */
export interface Entry {
  /** A step, or the kind of ask. */
  readonly kind: EntryKind;
  /** The author's key. */
  readonly key: string;
  /** Digest of the question, as it was sent. Absent for steps. */
  readonly question?: QuestionDigest | undefined;
  /** The value, the error or the answer. */
  readonly outcome: Outcome;
  /** See {@link Asked.sendings}: the number when it was answered. Absent means 1. */
  readonly sendings?: number | undefined;
  /** See {@link Asked.resent}: the number when it was answered. Absent means 0. */
  readonly resent?: number | undefined;
  /** See {@link Asked.expiresAt}. Absent means never. */
  readonly expiresAt?: number | undefined;
  /** When the handler saw it, in ms since the flow began. Absent for answers not yet judged. */
  readonly at?: number | undefined;
}

/** `entry` with another outcome or time. (Spreading it would cost more than the rest of a delivery.) */
export function changedEntry(entry: Entry, outcome: Outcome, at: number | undefined): Entry {
  const { kind, key, question, sendings, resent, expiresAt } = entry;
  return { kind, key, question, outcome, sendings, resent, expiresAt, at };
}

/** A question that has been sent, and has no answer that counts. */
export interface Asked {
  /** The kind of ask. */
  readonly kind: AskKind;
  /** The author's key. */
  readonly key: string;
  /** Digest of the question, as it was sent. */
  readonly question: QuestionDigest;
  /** How often it has been sent so far, as far as it counts towards the limit. */
  readonly sendings: number;
  /**
   * How often it has been sent beyond that: after an earlier question had changed, on which its
   * answer might have depended. Absent means never.
   */
  readonly resent?: number | undefined;
  /** What was wrong with the last answer: shown with the question. Absent means nothing. */
  readonly problems?: readonly string[] | undefined;
  /** When it expires, in ms since the epoch, however often it is sent. Absent means never. */
  readonly expiresAt?: number | undefined;
}

/** What is recorded when a round begins. */
export interface Recorded {
  /** In the order in which the handler saw them. */
  readonly entries: readonly Entry[];
  /**
   * Sent and not answered yet, in the order in which the asks were made, in which their answers are
   * delivered too.
   */
  readonly asked: readonly Asked[];
  /**
   * Answered, but the answer was wrong or may depend on a question that has changed: they are sent
   * again when the handler asks them again. Default: none.
   */
  readonly dropped?: readonly Asked[];
}

/**
 * Where a flow's outcomes are recorded: in the sealed state, or in a store. Its calls are made one
 * after the other, each when the last has resolved. If one throws or rejects, the round fails and
 * its signals abort: another round may have the flow by now.
 */
export interface Journal {
  /** Called once, when the round begins. */
  load(): Recorded | PromiseLike<Recorded>;
  /**
   * Writes entries, in the order in which the handler will see them. It sees each only after this
   * has resolved. They are several when more outcomes are known by then: write them as one.
   */
  append(entries: readonly Entry[]): void | PromiseLike<void>;
  /**
   * Deletes the entries, and the answers that are not judged yet, of these keys. What it leaves
   * behind is `questions`: loaded as {@link Recorded.dropped} until they are sent again, so that
   * no sending is counted twice or taken for another.
   */
  drop(questions: readonly Asked[]): void | PromiseLike<void>;
}

/**
 * A journal that stores nothing: the outcome of the round has all entries, to be sealed or saved.
 */
export function memoryJournal(recorded: Recorded = { entries: [], asked: [] }): Journal {
  return { load: () => recorded, append: nothing, drop: nothing };
}

function nothing(): void {}
