/** A caller that was verified before: `http.authenticate` and this are the two doors of one seam. */
import { type OptionSet, assertOptions } from '../base/options.ts';
import type { Dispatcher } from '../protocol/dispatcher.ts';
import { invalidOptions } from '../base/errors.ts';
import { type Principal, principalProblem } from '../protocol/principal.ts';
import type { HttpPolicy } from './policy.ts';

/** What a program in front of the server has found out about a request. */
export interface HandleOptions {
  /**
   * The verified caller, to whom the states of the request are bound. Instead of
   * `http.authenticate`, never beside it. Default: nobody.
   */
  readonly principal?: Principal;
}

const HANDLE_OPTIONS: OptionSet<HandleOptions> = {
  of: 'a request',
  table: { principal: principalProblem },
  notes: {
    authInfo: "Pass { principal }: an issuer and a subject. A client's id is not a person.",
    parsedBody: 'Pass a body that was parsed as the third argument of a node handler.',
  },
};

/**
 * The principal that comes with a request, if one does.
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
      'The server has http.authenticate, which decides who is calling: pass no principal, or remove it.',
    );
  }
  if (loopbackOnly) throw invalidOptions('Unprotected state and a principal do not go together.');
  return principal;
}
