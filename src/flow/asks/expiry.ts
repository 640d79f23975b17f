/** Questions that expire (K16): after their time, what they come to is this and no answer. */
import { positive } from '../../base/options/option-checks.ts';
import type { OptionTable } from '../../base/options/options.ts';
import type { UnknownRecord } from '../../base/json/json.ts';
import type { Asked, Outcome } from '../journal/journal.ts';

/** The option of a question that can expire. */
export interface Expiring {
  /**
   * How long it waits for its answer, in ms from when it is first asked; then its answer is
   * `{ action: 'cancel', reason: 'expired' }`. Whatever else makes it be asked again does not start the
   * time again. Default: as long as its flow.
   */
  readonly expires?: number;
}

export const EXPIRING: OptionTable<Expiring> = { expires: positive };

/**
 * Given to a round instead of an answer: the time of the question is over. No client can send it.
 */
export const EXPIRED: unique symbol = Symbol('expired');

/** What is recorded for it. */
export const EXPIRED_VALUE = 'expired';

/** A refusal, as the author gets it. */
export interface Refusal {
  readonly action: 'decline' | 'cancel';
  /** There if nobody has refused: the question has expired. */
  readonly reason?: 'expired';
}

export function isRefusal(value: unknown): value is 'decline' | 'cancel' | typeof EXPIRED_VALUE {
  return value === 'decline' || value === 'cancel' || value === EXPIRED_VALUE;
}

export function reviveRefusal(value: 'decline' | 'cancel' | typeof EXPIRED_VALUE): Refusal {
  return value === EXPIRED_VALUE ? { action: 'cancel', reason: 'expired' } : { action: value };
}

/** What an ask has come to, before anybody has judged it. */
export function outcomeOf(answer: unknown): Outcome {
  return answer === EXPIRED ? { type: 'expired' } : { type: 'answer', answer };
}

/** {@link EXPIRED} by key, for the questions whose time is over; `undefined` if there is none. */
export function expiredBy(now: number, asked: readonly Asked[]): UnknownRecord | undefined {
  const expired = asked.filter(({ expiresAt = Infinity }) => expiresAt <= now);
  if (expired.length === 0) return undefined;
  return Object.fromEntries(expired.map(({ key }) => [key, EXPIRED]));
}
