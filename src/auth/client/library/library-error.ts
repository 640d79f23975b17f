/** Errors of the library have tokens, codes and states in them: none leaves, not even as a cause (A29). */
import { RondoError } from '../../../base/errors.ts';
import { AuthorizationError } from '../failures/authorization-error.ts';
import { shownWithoutSecrets } from '../failures/shown-without-secrets.ts';
import type { OAuthLibrary } from './load-oauth.ts';

/**
 * Runs one step that the library does.
 *
 * @param secrets what was sent, and must not be shown if the other side repeats it
 * @throws AuthorizationError
 */
export async function atStep<T>(
  step: string,
  oauth: OAuthLibrary,
  secrets: readonly (string | undefined)[],
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RondoError) throw error;
    const known = secrets.filter((secret) => secret !== undefined);
    throw explained(step, oauth, known, error);
  }
}

function explained(
  step: string,
  oauth: OAuthLibrary,
  secrets: readonly string[],
  error: unknown,
): AuthorizationError {
  if (
    error instanceof oauth.ResponseBodyError ||
    error instanceof oauth.AuthorizationResponseError
  ) {
    const { error: reason, error_description: detail } = error;
    const shown = shownWithoutSecrets(
      detail === undefined ? reason : `${reason}: ${detail}`,
      secrets,
    );
    return new AuthorizationError(
      step,
      `the server refuses with ${shown}`,
      shownWithoutSecrets(reason, secrets),
    );
  }
  // The messages of these are texts of the library, without values.
  const isConstant =
    error instanceof oauth.OperationProcessingError ||
    error instanceof oauth.UnsupportedOperationError;
  return new AuthorizationError(step, isConstant ? error.message : 'the response cannot be used');
}
