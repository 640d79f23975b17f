import { count } from '../../base/options/option-checks.ts';
import type { OptionSet } from '../../base/options/options.ts';
import { encodeBase64 } from '../../base/base64.ts';
import { isThenable } from '../../base/settled.ts';
import type { StepSignal } from './ending.ts';
import type { Scheduler, StepRun } from './host.ts';
import type { Flow } from '../journal/flow.ts';
import type { Outcome } from '../journal/journal.ts';
import { recordError, recordValue } from '../journal/record.ts';

/** The argument of a step's function. */
export interface StepContext {
  /**
   * The same for this step of this flow on every attempt, on every instance. Pass it to the
   * service that performs the effect, so that an effect whose record was lost is not performed
   * twice.
   */
  readonly idempotencyKey: string;
  /** Aborts when the client disconnects, when the round times out and when the handler returns. */
  readonly signal: AbortSignal;
}

export interface StepOptions {
  /** Further attempts after a failure, 100 ms apart at first, doubling to 5 s. Default 0. */
  readonly retries?: number;
}

export const STEP_OPTIONS: OptionSet<StepOptions> = { of: 'step()', table: { retries: count } };

export type StepFunction<T> = (context: StepContext) => T | PromiseLike<T>;

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;

/** Marks the async scope of a running step (F11). */
export class StepScope implements StepContext {
  readonly round: object;
  readonly key: string;
  /** Whether the step has no outcome yet. */
  isRunning = true;
  /** Whether the step's function has been called and has not yet returned. */
  isOnStack = false;
  readonly #flow: Flow;
  readonly #signal: StepSignal;

  constructor(round: object, key: string, flow: Flow, signal: StepSignal) {
    this.round = round;
    this.key = key;
    this.#flow = flow;
    this.#signal = signal;
  }

  get idempotencyKey(): string {
    return encodeBase64(this.#flow.derive(`step:${this.key}`).subarray(0, 16), 'base64url');
  }

  get signal(): AbortSignal {
    return this.#signal.signal;
  }

  /** Calls the step's function. */
  call<T>(fn: StepFunction<T>): T | PromiseLike<T> {
    this.isOnStack = true;
    try {
      return fn(this);
    } finally {
      this.isOnStack = false;
    }
  }

  /** From now on, what the step has begun is not inside of it any more. */
  end(outcome: Outcome): Outcome {
    this.isRunning = false;
    return outcome;
  }
}

/** Counts how often a step's function is called, and how long it takes, for a host that asks. */
export class CountedStep<T> {
  readonly fn: StepFunction<T>;
  readonly #scheduler: Scheduler;
  readonly #startedAt: number;
  #attempts = 0;

  constructor(fn: StepFunction<T>, scheduler: Scheduler) {
    this.#scheduler = scheduler;
    this.#startedAt = scheduler.now();
    this.fn = (context) => {
      this.#attempts++;
      return fn(context);
    };
  }

  report(key: string, outcome: Outcome): StepRun {
    // Clocks can be set back.
    const duration = Math.max(0, this.#scheduler.now() - this.#startedAt);
    return { key, ok: outcome.type === 'value', attempts: this.#attempts, duration };
  }
}

/**
 * Runs a step's function, with its retries, to an outcome that can be recorded. Never rejects.
 *
 * @param onFailed called with what the last attempt threw
 */
export async function runStep<T>(
  fn: StepFunction<T>,
  scope: StepScope,
  options: StepOptions,
  scheduler: Scheduler,
  onFailed: (error: unknown) => void,
): Promise<Outcome> {
  const { retries = 0 } = options;
  for (let attempt = 0; ; attempt++) {
    try {
      const value = scope.call(fn);
      return scope.end(recordValue(isThenable(value) ? await value : value));
    } catch (error) {
      if (!(attempt < retries) || scope.signal.aborted) {
        onFailed(error);
        return scope.end(recordError(error));
      }
    }
    await pause(Math.min(FIRST_PAUSE * 2 ** attempt, LONGEST_PAUSE), scope.signal, scheduler);
    if (scope.signal.aborted) return scope.end(recordError(scope.signal.reason));
  }
}

function pause(ms: number, signal: AbortSignal, scheduler: Scheduler): Promise<void> {
  return new Promise((resolve) => {
    const cancel = scheduler.after(ms, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    const stop = (): void => {
      cancel();
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
