import type { Logger } from '../base/logging/logger.ts';

/**
 * Makes a function that warns, once, of a state for a caller whose credentials were not verified.
 */
export function unboundWarning(logger: Logger): () => void {
  let isGiven = false;
  return () => {
    if (isGiven) return;
    isGiven = true;
    logger.warn(
      'A request with an Authorization header got a state that is not bound to a caller: anyone who ' +
        'has the state can continue the flow. Set http.authenticate, or pass { principal } to fetch ' +
        'or to the node handler.',
    );
  };
}
