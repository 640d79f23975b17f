import type { Logger } from '../base/logger.ts';
import type { FlowCall } from './flows/flow-call.ts';

/** Warns once when a request brings credentials that nobody has verified, and gets a state. */
export function unboundWarning(logger: Logger): (call: FlowCall) => void {
  let isGiven = false;
  return ({ exchange }) => {
    if (isGiven || !exchange.headers?.get('authorization')) return;
    isGiven = true;
    logger.warn(
      'A request with an Authorization header got a state that is bound to nobody: whoever has the ' +
        'state can go on with the flow. Set http.authenticate, or pass { principal } to fetch or to ' +
        'the node handler.',
    );
  };
}
