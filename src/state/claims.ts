import type { JsonValue } from '../base/json.ts';
import type { Binding } from './binding.ts';

/** Everything a state says; times are in ms since the epoch. */
export interface FlowState {
  readonly flowId: string;
  readonly secret: string;
  readonly startedAt: number;
  /** No round, rewind or checkpoint extends it. */
  readonly deadline: number;
  /** Of the round this state is for: 2 is the first retry. */
  readonly round: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly binding: Binding;
  /** The flow's own memory: journal, questions, capabilities. */
  readonly content: JsonValue;
}

/** How far apart two instances' clocks may be, in ms. */
export const CLOCK_SKEW = 60_000;

/** What a state is held against. */
export interface Expectation extends Binding {
  /** Older handler versions that the handler can continue. */
  readonly accepts: readonly string[];
}

/** The check a state did not pass: for the log, never for the wire. */
export type FailedCheck =
  | 'size'
  | 'seal'
  | 'shape'
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
 * The first check `state` fails, or `undefined`. Every condition is written so that NaN fails it.
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
