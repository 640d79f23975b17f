/** The caller of a request, verified by the program that calls the handler (not by the server). */
import { type OptionSet, readOptions } from '../base/options/options.ts';
import type { Dispatcher } from '../protocol/dispatcher.ts';
import { invalidOptions } from '../base/errors.ts';
import { type Principal, principalProblem, toPrincipal } from '../protocol/principal.ts';
import { type Identity, notAuthenticated } from './identify.ts';
import type { HttpPolicy } from './policy.ts';

/** What a program that serves requests itself can say of a request. */
export interface HandleOptions {
  /**
   * The verified caller. Request states are bound to it. Do not use it together with
   * `http.authenticate`. A value that is not a principal, such as one without a subject, is answered
   * with 401. Default: none, the caller is anonymous.
   */
  readonly principal?: Principal;
}

/** What is known of the caller before the server itself asks. Neither: the caller is anonymous. */
export type Given = Identity | { readonly principal?: undefined; readonly rejection?: undefined };

const HANDLE_OPTIONS: OptionSet<HandleOptions> = {
  of: 'a request',
  // Its shape depends on what the caller has sent, so it is not an option that can be wrong.
  table: { principal: () => undefined },
  notes: {
    authInfo:
      'Pass { principal: { issuer, subject } } instead. A client id does not identify the user.',
    parsedBody: 'Pass a body that was parsed as the third argument of a node handler.',
  },
};

/**
 * Who the program says the caller is: a principal, nobody, or a rejection for what is not a
 * principal, which is logged. That does not throw, because a caller whose token has no subject could end the process.
 *
 * @throws RondoError `invalid_options` for unknown options, and for a principal where the server
 *   authenticates by itself or does not protect its states
 */
export function givenPrincipal(
  options: HandleOptions,
  { authenticate, log }: HttpPolicy,
  { loopbackOnly }: Dispatcher,
): Given {
  const { principal } = readOptions(HANDLE_OPTIONS, options);
  if (principal === undefined) return {};
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
  const checked = toPrincipal(principal);
  if (checked !== undefined) return { principal: checked };
  log.notPrincipal('the principal that came with it', principalProblem(principal) ?? 'has changed');
  return { rejection: notAuthenticated() };
}
