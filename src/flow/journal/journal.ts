import type { JsonValue } from '../../base/json.ts';
import type { QuestionDigest } from './question.ts';

/** The four kinds of question, and the ask without one. */
export type AskKind = 'form' | 'url' | 'sample' | 'roots' | 'checkpoint';

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
  | { readonly type: 'answer'; readonly answer: unknown };

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
  /** How often the question had been sent when it was answered. Absent means once. */
  readonly sendings?: number | undefined;
  /** When the handler saw it, in ms since the flow began. Absent for answers not yet judged. */
  readonly at?: number | undefined;
}

/** A question sent in the last round and not answered before this one. */
export interface Asked {
  /** The kind of ask. */
  readonly kind: AskKind;
  /** The author's key. */
  readonly key: string;
  /** Digest of the question, as it was sent. */
  readonly question: QuestionDigest;
  /** How often it has been sent so far. */
  readonly sendings: number;
}

/** What is recorded when a round begins. */
export interface Recorded {
  /** In the order in which the handler saw them. */
  readonly entries: readonly Entry[];
  /** In the order in which the asks were made, in which their answers are delivered too. */
  readonly asked: readonly Asked[];
}

/**
 * Where a flow's outcomes are recorded: in the sealed state, or in a store. `append` is called in
 * the order in which the handler sees outcomes, and the handler sees an outcome only after its
 * `append` has resolved.
 */
export interface Journal {
  /** Called once, when the round begins; if it throws or rejects, the round fails. */
  load(): Recorded | Promise<Recorded>;
  /** Writes one entry; if it throws or rejects, the round fails and the handler never sees it. */
  append(entry: Entry): void | Promise<void>;
}

/**
 * A journal that stores nothing: the outcome of the round has all entries, to be sealed or saved.
 */
export function memoryJournal(recorded: Recorded = { entries: [], asked: [] }): Journal {
  return { load: () => recorded, append: () => undefined };
}
