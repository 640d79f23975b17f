/**
 * What a request state says, and where a state is refused: `failedCheck` compares it with the
 * request that brings it. What cannot be decrypted is refused before, in state-seal.ts.
 */
import type { JsonValue } from '../base/json/json.ts';
import type { Binding } from './binding.ts';

/** The content of a request state. Times are in ms since the epoch. */
export interface FlowState {
  readonly flowId: string;
  readonly secret: string;
  readonly startedAt: number;
  /** When the flow ends at the latest. Set in the first round; no later round changes it. */
  readonly deadline: number;
  /** Number of the round that this state is for: 2 is the first retry. */
  readonly round: number;
  readonly issuedAt: number;
  /** When the client must have sent the next round. */
  readonly expiresAt: number;
  readonly binding: Binding;
  /** Journal, questions and capabilities of the flow. */
  readonly content: JsonValue;
}

/** By how much the clocks of two instances may differ, in ms. */
export const CLOCK_SKEW = 60_000;

/** What a state must agree with to be accepted. */
export interface Expectation extends Binding {
  /** Older handler versions whose flows the handler can continue. */
  readonly accepts: readonly string[];
}

/** Why a state was refused. For the log, never for the client. */
export type FailedCheck =
  | 'size'
  | 'seal'
  | 'shape'
  | 'format'
  | 'journal'
  | 'issued_in_future'
  | 'expired'
  | 'deadline'
  | 'audience'
  | 'method'
  | 'target'
  | 'arguments'
  | 'principal'
  | 'version';

/**
 * The first check that `state` fails, or `undefined`. Every condition is written so that NaN fails
 * it.
 */
export function failedCheck(
  state: FlowState,
  expected: Expectation,
  now: number,
): FailedCheck | undefined {
  const { binding } = state;
  if (!(state.issuedAt <= now + CLOCK_SKEW)) return 'issued_in_future';
  if (!(state.expiresAt >= now - CLOCK_SKEW)) return 'expired';
  if (!(state.deadline >= now - CLOCK_SKEW)) return 'deadline';
  if (binding.audience !== expected.audience) return 'audience';
  if (binding.method !== expected.method) return 'method';
  if (binding.target !== expected.target) return 'target';
  if (binding.argumentsDigest !== expected.argumentsDigest) return 'arguments';
  if (binding.principal !== expected.principal) return 'principal';
  const known = binding.version === expected.version || expected.accepts.includes(binding.version);
  return known ? undefined : 'version';
}
