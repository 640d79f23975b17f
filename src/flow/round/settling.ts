import type { RoundState } from './round-state.ts';

/** Resolves when the round is over and nothing of its handler runs any more. */
export function untilSettled(state: RoundState): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (state.ending.over && state.runningSteps.size === 0 && isAtRest(state)) resolve();
    };
    state.onSettling = check;
    state.ending.onEnd(check);
  });
}

/** Whether the handler does not run, or waits for a call that will never settle now. */
function isAtRest({ isHandlerRunning, hasLateCall, calls }: RoundState): boolean {
  if (!isHandlerRunning || hasLateCall) return true;
  return [...calls.values()].some((call) => call.awaited && !call.isSettled);
}
