/** What platforms pass to a fetch handler beside the request; it is not looked at. */
import { isRecord } from '../base/json.ts';
import type { HandleOptions } from './handle-options.ts';

/** A platform's own object: of Deno, of Bun, of @hono/node-server, of Next.js and Netlify. */
export type PlatformInfo =
  | { readonly remoteAddr: unknown }
  | { readonly requestIP: unknown }
  | { readonly incoming: unknown }
  | { readonly params: unknown };

/** What tells a platform's object from options. */
const MEMBERS = ['remoteAddr', 'requestIP', 'incoming', 'params'];

/** Serves a web `Request`. Can be passed on to a platform as it is. */
export interface FetchHandler {
  /** As Deno, Bun, Node servers and Next.js call it. */
  (request: Request, platform: PlatformInfo): Promise<Response>;
  /** As Workers call it. */
  (request: Request, environment: unknown, context: unknown): Promise<Response>;
  /** Rejects with RondoError `invalid_options` for options that cannot be used. */
  (request: Request, options?: HandleOptions): Promise<Response>;
}

/** The options among what follows the request; what is not known to be a platform's counts as such. */
export function optionsAmong(following: readonly unknown[]): HandleOptions {
  const [given = {}] = following;
  return isOfPlatform(given, following.length) ? {} : (given as HandleOptions);
}

function isOfPlatform(given: unknown, count: number): boolean {
  if (isRecord(given) && 'principal' in given) return false;
  return count > 1 || (isRecord(given) && MEMBERS.some((member) => member in given));
}
