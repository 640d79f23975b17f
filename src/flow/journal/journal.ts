import type { JsonValue } from '../../base/json.ts';
import type { QuestionDigest } from './question.ts';

/** The four kinds of question, and the one that asks nobody. */
export type AskKind = 'form' | 'url' | 'sample' | 'roots' | 'checkpoint';

export type EntryKind = AskKind | 'step';

/** A recorded failure; reaches author code as a `StepError` or an `InvalidAnswerError`. */
export interface RecordedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  readonly data?: JsonValue;
}

/** What became of an ask or a step. */
export type Outcome =
  | { readonly type: 'value'; readonly value: JsonValue }
  | { readonly type: 'error'; readonly error: RecordedError }
  /** An answer that arrived before its ask was reached in this code path. */
  | { readonly type: 'answer'; readonly answer: unknown };

/** One line of the journal. Its order is its place. */
export interface Entry {
  readonly kind: EntryKind;
  readonly key: string;
  /** Absent for steps. */
  readonly question?: QuestionDigest | undefined;
  readonly outcome: Outcome;
  /** How often the question had been sent when it was answered. Absent means once. */
  readonly sendings?: number | undefined;
  /** When the author saw it, in ms since the flow began; absent for answers not yet judged. */
  readonly at?: number | undefined;
}

/** A question sent in the last round and not answered before this one. */
export interface Asked {
  readonly kind: AskKind;
  readonly key: string;
  readonly question: QuestionDigest;
  /** How often it has been sent so far. */
  readonly sendings: number;
}

/** What a journal holds when a round begins. */
export interface Recorded {
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
  load(): Recorded | Promise<Recorded>;
  append(entry: Entry): void | Promise<void>;
}

/** The stateless host's journal: nothing to write, since the round's end carries all entries. */
export function memoryJournal(recorded: Recorded = { entries: [], asked: [] }): Journal {
  return { load: () => recorded, append: () => undefined };
}
