/** The tokens of `rondo login`, for all other commands. */
import { RondoError } from '../../base/errors.ts';
import type { ClientAuthorization } from '../../auth/client/client-authorization.ts';
import { bearerChallenge } from '../../auth/client/discovery/challenges.ts';
import { AuthorizationError } from '../../auth/client/failures/authorization-error.ts';
import { storedAuthorizer } from '../../auth/client/stored-authorizer.ts';
import { fileStore } from '../../auth/client/stores/file-store.ts';
import { rondo } from '../command-name.ts';

/** Attaches them, renews them, and says what to type where there are none. */
export function storedLogin(url: string): ClientAuthorization {
  const { http } = storedAuthorizer(fileStore(), ({ scopes }) => missing(url, scopes));
  return {
    headers: http.headers,
    async authorize(challenge) {
      const bearer = bearerChallenge(challenge.headers.get('www-authenticate'));
      if (bearer === undefined) return false;
      try {
        return await http.authorize(challenge);
      } catch (error) {
        // It wants a token, and does not say where they come from: --header may help.
        if (error instanceof AuthorizationError && !bearer.has('resource_metadata')) return false;
        throw error;
      }
    },
  };
}

function missing(url: string, scopes: readonly string[]): RondoError<'login_required'> {
  const options = scopes.map((scope) => ` --scope ${quoted(scope)}`).join('');
  const command = `${rondo} login ${quoted(url)}${options}`;
  return new RondoError('login_required', `The server wants to know who calls: ${command}`);
}

/** For a shell: what others have sent must not become a command of its own. */
function quoted(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
