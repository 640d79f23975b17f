import { quote } from '../../base/quote.ts';
import { brand } from '../../base/brand.ts';
import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import { RondoError } from '../../base/errors.ts';
import { decode } from './codec.ts';
import type { EntryKind, RecordedError } from './journal.ts';

/**
 * A step failed. Thrown in the round that ran it, and again, with the same content, in later ones.
 */
export class StepError extends RondoError<'step_failed'> {
  override readonly name = 'StepError';
  readonly step: string;
  /** What the step threw: name, message, code, syscall and data, as far as they can be recorded. */
  override readonly cause: Omit<RecordedError, 'data'> & { readonly data?: unknown };

  constructor(step: string, recorded: RecordedError) {
    super('step_failed', recorded.message);
    this.step = step;
    const { data } = recorded;
    this.cause = data === undefined ? recorded : { ...recorded, data: decode(data) };
  }
}
brand(StepError, 'StepError');

/** The user declined or cancelled. Thrown by {@link accepted}. */
export class InputDeclinedError extends RondoError<'input_declined'> {
  override readonly name = 'InputDeclinedError';
  readonly action: 'decline' | 'cancel';

  constructor(action: 'decline' | 'cancel') {
    super('input_declined', `The user chose to ${action} instead of answering.`);
    this.action = action;
  }
}
brand(InputDeclinedError, 'InputDeclinedError');

/** A question was sent as often as it may be (three times), and every answer was wrong. */
export class InvalidAnswerError extends RondoError<'invalid_answer'> {
  override readonly name = 'InvalidAnswerError';
  readonly key: string;

  constructor(key: string, message: string) {
    super('invalid_answer', message);
    this.key = key;
  }
}
brand(InvalidAnswerError, 'InvalidAnswerError');

/** The client did not declare a capability that this ask needs. */
export class MissingCapabilityError extends RondoError<'missing_capability'> {
  override readonly name = 'MissingCapabilityError';
  readonly requiredCapabilities: ClientCapabilities;

  constructor(key: string, requiredCapabilities: ClientCapabilities) {
    super(
      'missing_capability',
      `${quote(key)} needs a capability the client did not declare: ` +
        `${JSON.stringify(requiredCapabilities)}. Check ctx.client.supports() first.`,
    );
    this.requiredCapabilities = requiredCapabilities;
  }
}
brand(MissingCapabilityError, 'MissingCapabilityError');

/**
 * What differs between an entry of the journal and the code: what the key is used for, the message
 * or the schema of a question, or the order. `outcome`: the recorded outcome cannot be read.
 */
export type DivergenceKind = 'kind' | 'message' | 'schema' | 'order' | 'outcome';

const ADVICE: Partial<Record<DivergenceKind, string>> = {
  outcome: 'It was written by another version of this library, or has been damaged.',
};

const REPEAT_EXACTLY =
  'Code outside of steps must do the same in every round; put clocks, randomness and I/O in steps.';

/** The handler does something else than its journal says. The flow cannot be continued. */
export class DivergenceError extends RondoError<'diverged'> {
  override readonly name = 'DivergenceError';
  readonly key: string;
  readonly changed: DivergenceKind;

  constructor(key: string, changed: DivergenceKind, detail: string) {
    super(
      'diverged',
      `Flow diverged at ${quote(key)} (${changed}): ${detail}. ${ADVICE[changed] ?? REPEAT_EXACTLY}`,
    );
    this.key = key;
    this.changed = changed;
  }
}
brand(DivergenceError, 'DivergenceError');

/**
 * The key was recorded for another kind of ask, or for a step, than the code uses it for now (F8).
 */
export function kindChanged(key: string, now: EntryKind): DivergenceError {
  return new DivergenceError(key, 'kind', `it was something else before and is a ${now} now`);
}

/** The round took longer than `roundTimeout`. What earlier rounds recorded is kept. */
export class RoundTimeoutError extends RondoError<'round_timeout'> {
  override readonly name = 'RoundTimeoutError';
  readonly running: readonly string[];

  constructor(ms: number, running: readonly string[]) {
    const what = running.length === 0 ? 'the handler' : `steps ${running.map(quote).join(', ')}`;
    super(
      'round_timeout',
      `The round took longer than ${ms} ms, waiting for ${what}. ` +
        'Split the work with ctx.checkpoint() or raise roundTimeout.',
    );
    this.running = running;
  }
}
brand(RoundTimeoutError, 'RoundTimeoutError');
