import { type OptionSet, readOptions } from '../../../base/options/options.ts';
import { ASKING_OPTIONS, type Asking, serverUrl } from '../fetching/asking.ts';
import { discoverTarget } from './target.ts';

/** Whose tokens a server takes, and for what. */
export interface Discovery {
  /** To be given with credentials, as in `oauth({ client: { issuer, … } })`. */
  readonly issuer: string;
  readonly resource: string;
  readonly scopes: readonly string[] | undefined;
}

const OPTIONS: OptionSet<Asking> = { of: 'discover()', table: ASKING_OPTIONS };

/**
 * Finds out whose tokens a server takes, by its well-known URI.
 *
 * @throws AuthorizationError; RondoError `invalid_options`
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization/authorization-server-discovery
 */
export async function discover(url: string | URL, asking: Asking = {}): Promise<Discovery> {
  const target = { url: serverUrl(OPTIONS.of, url) };
  const found = await discoverTarget(target, readOptions(OPTIONS, asking), undefined);
  return { issuer: found.server.issuer, resource: found.resource, scopes: found.scopes };
}
