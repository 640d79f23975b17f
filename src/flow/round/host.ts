import type { UnknownRecord } from '../../base/json.ts';
import type { OpenAsk } from '../asks/ask.ts';
import type { Flow } from '../journal/flow.ts';
import type { Journal } from '../journal/journal.ts';

/** Undoes what the function that returned it did; harmless when called late or twice. */
export type Cancel = () => void;

/** Time as the host has it: the engine has no clock and no timers of its own. */
export interface Scheduler {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `fn` once the microtask queue has drained. */
  drained(fn: () => void): void;
  /** Runs `fn` one macrotask turn from now. */
  turn(fn: () => void): Cancel;
  /** Runs `fn` after `ms` milliseconds. */
  after(ms: number, fn: () => void): Cancel;
}

/**
 * Follows work through its awaits, so that an ask made inside a step is noticed: on Node, an
 * `AsyncLocalStorage`.
 */
export interface AsyncScope {
  /** Runs `fn`; `current()` is `scope` in it and in all it starts. */
  run<T>(scope: object, fn: () => T): T;
  /** The scope of the code that asks; `undefined` outside of every scope. */
  current(): object | undefined;
}

/** Bounds of a round. */
export interface FlowLimits {
  /** How long a round may run, in ms; then it fails with `round_timeout`. Default 60,000. */
  readonly roundTimeout: number;
  /**
   * How long a recorded outcome may hold back those behind it while the handler does not make its
   * call, in ms; then the round fails with `diverged`. Default 5,000.
   */
  readonly orderGrace: number;
  /**
   * How often one question may be sent because its answer was wrong or because it reads differently
   * now. Then a wrong answer rejects the ask, and a changing question fails the round. Default 3.
   */
  readonly sendings: number;
  /** How many asks and steps a flow may have; one more fails the round. Default 256. */
  readonly entries: number;
}

/** The bounds that a round has unless its host says otherwise. */
export const DEFAULT_LIMITS: FlowLimits = Object.freeze({
  roundTimeout: 60_000,
  orderGrace: 5_000,
  sendings: 3,
  entries: 256,
});

/** Everything the engine needs from outside: a new one for each round. */
export interface FlowHost {
  /** Clock and timers. */
  readonly scheduler: Scheduler;
  /** Marks the steps that run. */
  readonly scope: AsyncScope;
  /** The flow that this is a round of. */
  readonly flow: Flow;
  /** What earlier rounds have recorded, and where this one records. */
  readonly journal: Journal;
  /** The bounds of this round, such as {@link DEFAULT_LIMITS}. */
  readonly limits: FlowLimits;
  /**
   * Whether checkpoints are recorded and passed, for a host that gains nothing by ending a round.
   * Default: a checkpoint ends the round.
   */
  readonly recordsCheckpoints?: boolean;
  /**
   * Keeps the round alive: when the handler waits for answers and nothing else, this is called
   * with what is asked, each time, and the round goes on. The host answers with `Round.deliver` or
   * ends the round with `Round.suspend`. Without it such a round ends by itself.
   */
  onStill?(asks: readonly OpenAsk[]): void;
  /** Called once, with the key, when author code asks or starts a step after the round's end. */
  onLateCall?(key: string): void;
  /** Called with what a function given to `onRoundEnd` threw. */
  onCleanUpFailed?(error: unknown): void;
}

/** The answers that come with a round. */
export interface RoundInput {
  /**
   * Answers by key. Those to questions that were sent in the last round count; others are ignored.
   * Their shape is checked against the ask when the handler reaches it.
   */
  readonly answers?: UnknownRecord | undefined;
  /**
   * Answers by key to questions that were never sent. They are taken by the first asks only, before
   * the handler has seen any outcome or has run a step, and never by confirmations or URLs.
   */
  readonly unsolicited?: UnknownRecord | undefined;
}
