/** Who calls, as the author finds out from the context of the official server. */
import type { Logger } from '../base/logging/logger.ts';
import { ignore, isThenable } from '../base/settled.ts';
import { describeError } from '../base/thrown.ts';
import { type Principal, principalProblem, toPrincipal } from '../protocol/principal.ts';
import { internalError } from '../protocol/rpc-error.ts';
import type { OfficialContext } from './official.ts';

/** Finds out who calls; `undefined`: nobody that is known. */
export type CallerOf = (official: OfficialContext) => Principal | undefined;

/**
 * States are bound to what the author's function returns: what is no principal lets nobody in, and
 * is logged.
 *
 * @throws RpcError an internal error
 */
export function callerBy(principal: (ctx: never) => unknown, logger: Logger): CallerOf {
  return (official) => {
    let given: unknown;
    try {
      given = principal(official as never);
    } catch (error) {
      logger.error(`'principal' of rondoInside() threw: ${describeError(error)}`);
      throw internalError();
    }
    const found = given === undefined ? undefined : toPrincipal(given);
    if (given === undefined || found !== undefined) return found;
    if (isThenable(given)) ignore(given);
    const problem = principalProblem(given) ?? 'cannot be read twice';
    logger.error(`What 'principal' of rondoInside() returned ${problem}.`);
    throw internalError();
  };
}
