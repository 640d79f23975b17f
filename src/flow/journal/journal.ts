import type { JsonValue } from '../../base/json.ts';
import type { QuestionDigest } from './question.ts';

/** The four kinds of question, and the ask without one. */
export type AskKind = 'form' | 'url' | 'sample' | 'roots' | 'checkpoint';

/** What a line of the journal is about. */
export type EntryKind = AskKind | 'step';

/** A recorded failure; reaches author code as a `StepError` or an `InvalidAnswerError`. */
export interface RecordedError {
  /** The error's `name`. */
  readonly name: string;
  /** The error's `message`. */
  readonly message: string;
  /** The error's `code`, if it is a string or a finite number. */
  readonly code?: string | number;
  /** The error's `data` in the form of the journal, if it can be recorded. */
  readonly data?: JsonValue;
}

/** What became of an ask or a step. */
export type Outcome =
  /** A value in the form of the journal, which is JSON and has tags for what JSON would lose. */
  | { readonly type: 'value'; readonly value: JsonValue }
  | { readonly type: 'error'; readonly error: RecordedError }
  /** An answer that has not been judged, since the handler has not reached its ask. */
  | { readonly type: 'answer'; readonly answer: unknown };

/** One line of the journal. Entries stand in the order in which the handler saw them. */
export interface Entry {
  /** What it is about. */
  readonly kind: EntryKind;
  /** The author's key. */
  readonly key: string;
  /** The question as it read when it was sent. Absent for steps. */
  readonly question?: QuestionDigest | undefined;
  /** What it came to. */
  readonly outcome: Outcome;
  /** How often the question had been sent when it was answered. Absent means once. */
  readonly sendings?: number | undefined;
  /** When the author saw it, in ms since the flow began; absent for answers not yet judged. */
  readonly at?: number | undefined;
}

/** A question sent in the last round and not answered before this one. */
export interface Asked {
  /** What was asked for. */
  readonly kind: AskKind;
  /** The author's key. */
  readonly key: string;
  /** The question as it read when it was sent. */
  readonly question: QuestionDigest;
  /** How often it has been sent so far. */
  readonly sendings: number;
}

/** What a journal holds when a round begins. */
export interface Recorded {
  /** In the order in which the handler saw them. */
  readonly entries: readonly Entry[];
  /** In the order the asks were made, which is the order their answers are delivered in. */
  readonly asked: readonly Asked[];
}

/**
 * Where a flow's memory lives: in the sealed state for stateless rounds, in a store for
 * tasks. `append` is called in the order the handler sees outcomes, and the handler sees an outcome
 * only once its `append` has resolved.
 */
export interface Journal {
  /** Called once, when the round begins; if it throws or rejects, the round fails. */
  load(): Recorded | Promise<Recorded>;
  /** Writes one entry; if it throws or rejects, the round fails and the handler never sees it. */
  append(entry: Entry): void | Promise<void>;
}

/** The stateless host's journal: nothing to write, since the round's end carries all entries. */
export function memoryJournal(recorded: Recorded = { entries: [], asked: [] }): Journal {
  return { load: () => recorded, append: () => undefined };
}
