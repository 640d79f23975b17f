import { brand } from '../../../base/brand.ts';
import { RondoError } from '../../../base/errors.ts';

/** A login, or getting or renewing a token, has failed. The message says at which step. */
export class AuthorizationError extends RondoError<'authorization_failed'> {
  /** What the authorization server called it, such as `invalid_grant`; absent if it did not. */
  readonly reason: string | undefined;

  constructor(step: string, what: string, reason?: string) {
    super('authorization_failed', `Authorization failed at ${step}: ${what}.`);
    this.reason = reason;
  }
}
brand(AuthorizationError, 'AuthorizationError');

/** A person has to log in: thrown with `redirect: 'defer'`. */
export class LoginRequiredError extends RondoError<'login_required'> {
  /** Where to send the browser. What it comes back with is for `oauth.finish`. */
  readonly url: string;

  constructor(url: string) {
    super(
      'login_required',
      'A person has to log in: send the browser to `url`, and call finish() with what it comes back with.',
    );
    this.url = url;
  }
}
brand(LoginRequiredError, 'LoginRequiredError');

/** More scopes would be needed, and asking for them again is of no use. */
export class InsufficientScopeError extends RondoError<'insufficient_scope'> {
  /** What the server wants. */
  readonly scopes: readonly string[];

  constructor(scopes: readonly string[], why: string) {
    super('insufficient_scope', `The token does not allow this: ${why}.`);
    this.scopes = scopes;
  }
}
brand(InsufficientScopeError, 'InsufficientScopeError');
