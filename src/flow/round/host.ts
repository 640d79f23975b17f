import type { UnknownRecord } from '../../base/json/json.ts';
import type { OpenAsk } from '../asks/ask.ts';
import type { Flow } from '../journal/flow.ts';
import type { Journal } from '../journal/journal.ts';

/** Cancels a timer. Calling it late or twice does nothing. */
export type Cancel = () => void;

/** The host's clock and timers: the engine has none of its own. */
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
 * Knows which step the running code belongs to, across awaits, so that an ask inside a step is
 * noticed. On Node, an `AsyncLocalStorage`.
 */
export interface AsyncScope {
  /** Runs `fn`. In `fn` and in everything that it starts, `current()` returns `scope`. */
  run<T>(scope: object, fn: () => T): T;
  /** The scope of the calling code; `undefined` outside of any scope. */
  current(): object | undefined;
}

/** Limits of a round. One that is missing, not a number or out of range is refused. */
export interface FlowLimits {
  /**
   * How long a round may run, in ms; then it fails with `round_timeout`. `Infinity`: without limit.
   * Default 60,000.
   */
  readonly roundTimeout: number;
  /**
   * How long a recorded outcome may hold back those behind it while the handler does not make its
   * call, in ms; then the round fails with `diverged`. Default 5,000.
   */
  readonly orderGrace: number;
  /**
   * How often one question may be sent. It is sent again when its answer was wrong, and when the
   * question itself has changed. After the last time a wrong answer rejects the ask, and a changed
   * question fails the round. Default 3.
   */
  readonly sendings: number;
  /** How many asks and steps a flow may have; one more fails the round. Default 256. */
  readonly entries: number;
}

/** The limits that are used unless the host sets others. */
export const DEFAULT_LIMITS: FlowLimits = Object.freeze({
  roundTimeout: 60_000,
  orderGrace: 5_000,
  sendings: 3,
  entries: 256,
});

/** The parts of a host that a running round can exchange for others, when it is moved. */
export interface HostParts {
  /** Has what earlier rounds recorded, and records the outcomes of this one. */
  readonly journal: Journal;
  /** The limits of this round, such as {@link DEFAULT_LIMITS}. */
  readonly limits: FlowLimits;
  /**
   * Whether checkpoints are recorded and the round continues, for a host that has no use for ending
   * it. Default: `false`, a checkpoint ends the round.
   */
  readonly recordsCheckpoints?: boolean;
  /**
   * Called with questions that now wait for answers: one turn after they were asked, also while
   * steps run, and once each. Questions that were loaded and are asked as they were are not among
   * them. If it throws or rejects, the round fails. Default: they are in the round's outcome only.
   *
   * @param open all that wait for answers, these included
   */
  onAsked?(asks: readonly OpenAsk[], open: readonly OpenAsk[]): void | PromiseLike<void>;
  /**
   * Keeps the round alive: it is called with the open questions each time the handler waits for
   * answers and for nothing else, and the round continues. The host then calls `Round.deliver`, or
   * ends the round with `Round.suspend`. If it throws or rejects, the round fails. Default: such a
   * round ends by itself.
   */
  onStill?(asks: readonly OpenAsk[]): void;
  /**
   * Called before a step runs, which waits for it. With `end the round` the step does not run: the
   * round ends with what is recorded and asked, as soon as nothing else runs. If it throws or
   * rejects, the step does not run and the round fails. Default: every step runs.
   */
  beforeStep?(key: string): StepPermit | PromiseLike<StepPermit>;
}

/** Whether a step may run. */
export type StepPermit = void | 'end the round';

/** A step has run to its outcome. */
export interface StepRun {
  /** The author's key. */
  readonly key: string;
  /** Whether it returned a value. */
  readonly ok: boolean;
  /** How often its function was called: once, and once more for each retry. */
  readonly attempts: number;
  /** How long it took, in ms, pauses between attempts included. */
  readonly duration: number;
}

/** An answer that did not fit its question. */
export interface WrongAnswer {
  /** The author's key. */
  readonly key: string;
  /** How often the question had been sent. */
  readonly sendings: number;
  /** What is wrong with it, one line each, at most 10. They may quote the answer. */
  readonly problems: readonly string[];
}

/** Everything that the engine needs from outside. Make a new one for each round. */
export interface FlowHost extends HostParts {
  /** Clock and timers. */
  readonly scheduler: Scheduler;
  /** Knows which step the running code belongs to. */
  readonly scope: AsyncScope;
  /** The flow that this is a round of. */
  readonly flow: Flow;
  /** Called with the key of a step that is about to run. Default: not reported. */
  readonly onStepStart?: ((key: string) => void) | undefined;
  /** Called when a step has run, before its outcome is recorded. Default: not reported. */
  onStepRun?(run: StepRun): void;
  /**
   * Called with a mistake in author code that changes nothing for the flow, such as a log level that
   * is none, and with a word for its kind. Default: not reported.
   */
  onMisuse?(kind: string, what: string): void;
  /** Called when an answer does not fit its question. Default: not reported. */
  onWrongAnswer?(wrong: WrongAnswer): void;
  /**
   * Called when the handler has returned without awaiting a step that it has called. (To say that this
   * was meant, authors add `.catch(() => {})`.) Default: not reported.
   */
  onUnawaitedStep?(key: string): void;
  /** Called with what a step threw that was not awaited. Default: not reported. */
  onUnseenFailure?(key: string, error: unknown): void;
  /**
   * Called once, with the key, if author code asks or starts a step after the round's end. Default:
   * not reported.
   */
  onLateCall?(key: string): void;
  /**
   * Called with the key of a step whose value cannot be recorded, and why, naming the path: when that
   * is recorded, not in later rounds. Default: not reported.
   */
  onUnrecordable?(key: string, why: string): void;
  /**
   * Called with what a function given to `onRoundEnd`, or a listener of an abort signal, threw.
   * Default: not reported.
   */
  onCleanUpFailed?(error: unknown): void;
  /**
   * Called with the key, and with what the code of a form's schema threw at its answer, if that
   * looks like a bug. The answer counts as wrong. Default: not reported.
   */
  onJudgingFailed?(key: string, error: unknown): void;
}

/** `host` with other parts; its methods may be those of a class, without `#private` members. */
export function withParts(host: FlowHost, parts: Partial<FlowHost>): FlowHost {
  return Object.assign(Object.create(Object.getPrototypeOf(host) as object), host, parts);
}

/** The answers that come with a round. */
export interface RoundInput {
  /**
   * Answers by key, to questions that were sent in the last round; others are ignored. An answer is
   * checked when the handler reaches its ask. Default: none.
   */
  readonly answers?: UnknownRecord | undefined;
  /**
   * Answers by key to questions that were never sent. Only the first asks of a handler take them,
   * before it has seen an outcome or run a step; confirmations and URLs never do. Default: none.
   */
  readonly unsolicited?: UnknownRecord | undefined;
}
