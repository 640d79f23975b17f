import { type Backoff, pauseAfter } from '../../base/timing/backoff.ts';
import { pause } from '../../base/timing/pause.ts';
import type { Stepper } from './stepper.ts';

/** Pauses before rounds without questions, such as checkpoints (MC-14). */
const BETWEEN_STATE_ONLY_ROUNDS: Backoff = { first: 50, longest: 2_000 };

/** The two halves of a round. */
export interface RoundSteps {
  /** Answers the stepper's questions. */
  answer(): Promise<void>;
  /** Sends the next round with the stepper. */
  send(): Promise<void>;
}

/**
 * Runs a flow to its end: answers its questions, sends a round, and so on until there is a result.
 *
 * @param signal ends the pause between rounds
 * @throws what the steps throw
 */
export async function drive(
  stepper: Stepper,
  steps: RoundSteps,
  signal: AbortSignal,
): Promise<void> {
  let stateOnlyRounds = 0;
  while (stepper.status !== 'complete') {
    if (stepper.status === 'asking') await steps.answer();
    await steps.send();
    stateOnlyRounds = stepper.status === 'ready' ? stateOnlyRounds + 1 : 0;
    if (stateOnlyRounds === 0) continue;
    await pause(pauseAfter(stateOnlyRounds, BETWEEN_STATE_ONLY_ROUNDS), signal);
  }
}
