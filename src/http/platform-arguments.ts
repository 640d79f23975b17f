/** The arguments that platforms pass to a fetch handler after the request. They are ignored. */
import { invalidOptions } from '../base/errors.ts';
import { isRecord } from '../base/json.ts';
import type { HandleOptions } from './handle-options.ts';

/** The second argument of Deno, Bun, @hono/node-server, Next.js or Netlify. */
export type PlatformInfo =
  | { readonly remoteAddr: unknown }
  | { readonly requestIP: unknown }
  | { readonly incoming: unknown }
  | { readonly params: unknown };

/** Members by which a platform's object differs from options. */
const MEMBERS = ['remoteAddr', 'requestIP', 'incoming', 'params'];

/** Serves a web `Request`. Platforms can be given it as it is. */
export interface FetchHandler {
  /** As Deno, Bun, Node servers and Next.js call it. */
  (request: Request, platform: PlatformInfo): Promise<Response>;
  /** As Workers call it. */
  (request: Request, environment: unknown, context: unknown): Promise<Response>;
  /** Rejects with RondoError `invalid_options` for options that cannot be used. */
  (request: Request, options?: HandleOptions): Promise<Response>;
}

/**
 * The options among the arguments after the request: what has a principal, wherever it is, or else
 * what is not recognised as a platform's.
 *
 * @throws RondoError `invalid_options` if several have a principal
 */
export function optionsAmong(following: readonly unknown[]): HandleOptions {
  const naming = following.filter((given) => isRecord(given) && 'principal' in given);
  if (naming.length > 1) throw invalidOptions('Pass { principal } once with a request.');
  const [given = {}] = naming.length > 0 ? naming : following;
  const isOptions = naming.length > 0 || !isOfPlatform(given, following.length);
  return isOptions ? (given as HandleOptions) : {};
}

function isOfPlatform(given: unknown, count: number): boolean {
  return count > 1 || (isRecord(given) && MEMBERS.some((member) => member in given));
}
