/**
 * Which step a call is made inside of (F11). Async context names the step that began the calling
 * code, and that code may outlive its step: a queue that a step was the first to use, a pool, a
 * listener, a promise that is kept. So a call is certain to be inside while the step's function is
 * on the stack; else it is if the step still runs once all that is settled has been seen.
 */
import type { RoundState } from './round-state.ts';
import { StepScope } from './step.ts';

/** The running step of this round that began the calling code. */
export function enclosingStep(state: RoundState): StepScope | undefined {
  const scope = state.host.scope.current();
  if (!(scope instanceof StepScope) || scope.round !== state) return undefined;
  return scope.isRunning ? scope : undefined;
}
