/** The arguments that platforms pass to a fetch handler after the request. They are ignored. */
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

/** The options among the arguments after the request: what is not recognised as a platform's. */
export function optionsAmong(following: readonly unknown[]): HandleOptions {
  const [given = {}] = following;
  return isOfPlatform(given, following.length) ? {} : (given as HandleOptions);
}

function isOfPlatform(given: unknown, count: number): boolean {
  if (isRecord(given) && 'principal' in given) return false;
  return count > 1 || (isRecord(given) && MEMBERS.some((member) => member in given));
}
