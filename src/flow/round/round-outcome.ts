import type { OpenAsk } from '../asks/ask.ts';
import type { Recorded } from '../journal/journal.ts';

/** How a round ended. */
export type RoundOutcome<R> = Complete<R> | InputRequired | Threw | Failed;

/** The handler returned: the flow is complete. */
export interface Complete<R> {
  readonly status: 'complete';
  /** What the handler returned. */
  readonly result: R;
  /** What is recorded by now. */
  readonly recorded: Recorded;
  /** Keys of recorded asks and steps that the handler did not call in this round. */
  readonly unreached: readonly string[];
  /** Keys of asks that the handler made and that have no answer. */
  readonly open: readonly string[];
}

/** The client must answer, or come back if nothing is asked. */
export interface InputRequired {
  readonly status: 'input_required';
  /** The questions to send, in the order they were asked. */
  readonly asks: readonly OpenAsk[];
  /** What the journal of the next round must load. */
  readonly recorded: Recorded;
}

/** The handler threw. */
export interface Threw {
  readonly status: 'threw';
  /** What it threw. */
  readonly error: unknown;
}

/** The round failed. What earlier rounds recorded is unchanged. */
export interface Failed {
  readonly status: 'failed';
  /** A `RondoError` of the engine, or what the host's journal or scheduler threw. */
  readonly error: unknown;
}
