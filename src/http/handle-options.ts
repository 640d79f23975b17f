/** The caller of a request, verified by the program that calls the handler (not by the server). */
import { type OptionSet, assertOptions } from '../base/options.ts';
import type { Dispatcher } from '../protocol/dispatcher.ts';
import { invalidOptions } from '../base/errors.ts';
import { type Principal, principalProblem } from '../protocol/principal.ts';
import type { HttpPolicy } from './policy.ts';

/** What a program that serves requests itself can say of a request. */
export interface HandleOptions {
  /**
   * The verified caller. Request states are bound to it. Do not use it together with
   * `http.authenticate`. Default: none, the caller is anonymous.
   */
  readonly principal?: Principal;
}

const HANDLE_OPTIONS: OptionSet<HandleOptions> = {
  of: 'a request',
  table: { principal: principalProblem },
  notes: {
    authInfo:
      'Pass { principal: { issuer, subject } } instead. A client id does not identify the user.',
    parsedBody: 'Pass a body that was parsed as the third argument of a node handler.',
  },
};

/**
 * The principal that is given with a request, if any.
 *
 * @throws RondoError `invalid_options` for what is not a principal, and where the server
 *   authenticates by itself or does not protect its states
 */
export function givenPrincipal(
  options: HandleOptions,
  { authenticate }: HttpPolicy,
  { loopbackOnly }: Dispatcher,
): Principal | undefined {
  assertOptions(HANDLE_OPTIONS, options);
  const { principal } = options;
  if (principal === undefined) return undefined;
  if (authenticate !== undefined) {
    throw invalidOptions(
      'The server has http.authenticate, which decides who the caller is. ' +
        'Pass no principal, or remove http.authenticate.',
    );
  }
  if (loopbackOnly) {
    throw invalidOptions(
      "A principal needs protected state. Remove state.protection: 'unsafe-plaintext'.",
    );
  }
  return principal;
}
