import type { OpenAsk } from '../asks/ask.ts';
import type { Entry } from '../journal/journal.ts';

/** How a round ended. */
export type RoundOutcome<R> = Complete<R> | InputRequired | Threw | Failed;

/** The handler returned: the flow is complete. */
export interface Complete<R> {
  readonly status: 'complete';
  /** What the handler returned. */
  readonly result: R;
  /** What is recorded by now, in order. */
  readonly entries: readonly Entry[];
  /** Keys of what is recorded although the handler did not call for it in this round. */
  readonly unreached: readonly string[];
  /** Keys of asks that the handler made and left without an answer. */
  readonly open: readonly string[];
}

/** The client is needed. The journal of the next round is to load `entries` and `asks`. */
export interface InputRequired {
  readonly status: 'input_required';
  /** The questions to send, in the order they were asked. */
  readonly asks: readonly OpenAsk[];
  /** What is recorded by now, in order. */
  readonly entries: readonly Entry[];
}

/** The handler threw. */
export interface Threw {
  readonly status: 'threw';
  /** What it threw. */
  readonly error: unknown;
}

/** The round could not go on; what was recorded before it is unharmed. */
export interface Failed {
  readonly status: 'failed';
  /** A `RondoError` for what the engine found; else what the host's own parts threw. */
  readonly error: unknown;
}
