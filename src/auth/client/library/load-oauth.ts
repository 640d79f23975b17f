import type * as oauth from 'oauth4webapi';
import type { allowInsecureRequests, customFetch } from 'oauth4webapi';
import { invalidOptions } from '../../../base/errors.ts';

export type OAuthLibrary = typeof oauth;
export type { DeviceAuthorizationResponse } from 'oauth4webapi';
export type { AuthorizationServer, Client, ClientAuth, TokenEndpointResponse } from 'oauth4webapi';

/** How the library sends a request. */
export type LibraryFetch = (
  url: string,
  request: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: unknown;
  },
) => Promise<Response>;

/** The library's own names for it. */
export interface LibraryOptions {
  readonly [customFetch]: LibraryFetch;
  readonly [allowInsecureRequests]: boolean;
}

/** What is reachable is decided by our fetch, http on this machine included. */
export function libraryOptions(oauth: OAuthLibrary, fetch: LibraryFetch): LibraryOptions {
  return { [oauth.customFetch]: fetch, [oauth.allowInsecureRequests]: true };
}

/** @throws RondoError `invalid_options` if the package is not there */
export async function loadOAuth(): Promise<OAuthLibrary> {
  try {
    return await import('oauth4webapi');
  } catch (error) {
    const what = 'Authorization needs the package oauth4webapi: npm install oauth4webapi';
    throw invalidOptions(what, { cause: error });
  }
}
