import { invalidOptions } from '../../../base/errors.ts';
import { callable, listOf } from '../../../base/options/option-checks.ts';
import type { OptionTable } from '../../../base/options/options.ts';
import { parseUrl } from '../../../base/parse-url.ts';

/** How servers are asked. */
export interface Asking {
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly allowHosts?: readonly string[] | undefined;
}

export const ASKING_OPTIONS: OptionTable<Asking> = {
  fetch: callable,
  allowHosts: listOf('host names, in small letters and without a port', isHostName),
};

/** As they stand in URLs: anything else would match none. */
function isHostName(value: unknown): boolean {
  const url = typeof value === 'string' ? parseUrl(`http://${value}`) : undefined;
  return url !== undefined && url.hostname === value;
}

/**
 * The URL of a server, that a caller gives.
 *
 * @param of what it was given to: 'discover()'
 * @throws RondoError `invalid_options`
 */
export function serverUrl(of: string, given: string | URL): string {
  const url = parseUrl(String(given));
  const hasCredentials = url?.username !== '' || url.password !== '';
  if (url !== undefined && /^https?:$/.test(url.protocol) && !hasCredentials) return url.href;
  throw invalidOptions(
    `${of} takes the URL of a server, such as https://mcp.example.com/mcp, without credentials.`,
  );
}
