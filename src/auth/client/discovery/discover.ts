import type { Asking } from '../fetching/asking.ts';
import { discoverTarget } from './target.ts';

/** Whose tokens a server takes, and for what. */
export interface Discovery {
  /** To be given with credentials, as in `oauth({ client: { issuer, … } })`. */
  readonly issuer: string;
  readonly resource: string;
  readonly scopes: readonly string[] | undefined;
}

/**
 * Finds out whose tokens a server takes, by its well-known URI.
 *
 * @throws AuthorizationError
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization/authorization-server-discovery
 */
export async function discover(url: string | URL, asking: Asking = {}): Promise<Discovery> {
  const found = await discoverTarget({ url: String(url) }, asking, undefined);
  return { issuer: found.server.issuer, resource: found.resource, scopes: found.scopes };
}
