import type { OpenAsk } from '../asks/ask.ts';
import type { Entry } from '../journal/journal.ts';

/** How a round ended. */
export type RoundOutcome<R> = Complete<R> | InputRequired | Threw | Failed;

/** The handler returned. */
export interface Complete<R> {
  readonly status: 'complete';
  readonly result: R;
  /** What is recorded by now. */
  readonly entries: readonly Entry[];
  /** Keys of entries this run never called for (F7). */
  readonly unreached: readonly string[];
  /** Keys of asks left without an answer. */
  readonly open: readonly string[];
}

/** The client is needed; `entries` and `asks` are what the next round is to load. */
export interface InputRequired {
  readonly status: 'input_required';
  readonly asks: readonly OpenAsk[];
  readonly entries: readonly Entry[];
}

/** The handler threw. */
export interface Threw {
  readonly status: 'threw';
  readonly error: unknown;
}

/** The round could not go on; what was recorded before it is unharmed. */
export interface Failed {
  readonly status: 'failed';
  readonly error: unknown;
}
