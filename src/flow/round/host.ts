import type { UnknownRecord } from '../../base/json.ts';
import type { OpenAsk } from '../asks/ask.ts';
import type { Flow } from '../journal/flow.ts';
import type { Journal } from '../journal/journal.ts';

/** Undoes what the function that returned it did; harmless when called late or twice. */
export type Cancel = () => void;

/** The clocks a host lends the engine, which has none of its own. */
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

/** Follows work through its awaits, so that an ask made inside a step is noticed (F11). */
export interface AsyncScope {
  run<T>(scope: object, fn: () => T): T;
  current(): object | undefined;
}

/** Bounds of a round; see F1, F4, F9, F13. */
export interface FlowLimits {
  /** How long a round may run, in ms. Default 60,000. */
  readonly roundTimeout: number;
  /** How long an entry without a call may hold back others, in ms. Default 5,000. */
  readonly orderGrace: number;
  /** How often one question may be sent. Default 3. */
  readonly sendings: number;
  /** How many entries a journal may have. Default 256. */
  readonly entries: number;
}

export const DEFAULT_LIMITS: FlowLimits = Object.freeze({
  roundTimeout: 60_000,
  orderGrace: 5_000,
  sendings: 3,
  entries: 256,
});

/** Everything the engine needs from outside; a host passes it in anew for each round. */
export interface FlowHost {
  readonly scheduler: Scheduler;
  readonly scope: AsyncScope;
  readonly flow: Flow;
  readonly journal: Journal;
  readonly limits: FlowLimits;
  /** Whether checkpoints are recorded and passed, since nothing is gained by ending a round (F17). */
  readonly recordsCheckpoints?: boolean;
  /**
   * Makes the round a live one: instead of ending it, stillness reports what is asked, and the host
   * gives answers to `Round.deliver` or calls `Round.suspend` (F14, F15).
   */
  onStill?(asks: readonly OpenAsk[]): void;
  /** Told once when author code uses a round that has ended (F5). */
  onLateCall?(key: string): void;
  /** Told what a listener for the round's end threw (F5). */
  onCleanUpFailed?(error: unknown): void;
}

/** The answers that come with a round. */
export interface RoundInput {
  /** This round's answers by key; only those to questions the journal says were asked count (F9). */
  readonly answers?: UnknownRecord | undefined;
  /** Answers to questions nobody asked yet, where the handler takes them (F16). */
  readonly unsolicited?: UnknownRecord | undefined;
}
