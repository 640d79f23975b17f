/** The arguments that platforms pass to a fetch handler after the request. They are ignored. */
import { invalidOptions } from '../base/errors.ts';
import { isRecord } from '../base/json/json.ts';
import { nearest } from '../base/options/nearest.ts';
import type { AfterReply } from '../protocol/after-reply.ts';
import type { HandleOptions } from './handle-options.ts';

/** The second argument of Deno, Bun, @hono/node-server, Next.js, Netlify or Vercel. */
export type PlatformInfo =
  | { readonly remoteAddr: unknown }
  | { readonly requestIP: unknown }
  | { readonly incoming: unknown }
  | { readonly params: unknown }
  | { readonly waitUntil: unknown };

/** Members by which a platform's object differs from options. */
const MEMBERS = ['remoteAddr', 'requestIP', 'incoming', 'params', 'waitUntil'];

/** What a program that serves requests itself can say of a request, and of its platform. */
export interface FetchOptions extends HandleOptions {
  /**
   * Keeps the process until this work has ended, after the response. Then a call that has become a task
   * on its way is run to its end; without it, it is left to a worker at the next point where that can go
   * on. Workers and other platforms pass it themselves. Default: the process may end.
   */
  readonly waitUntil?: (work: Promise<unknown>) => void;
}

/** Serves a web `Request`. Platforms can be given it as it is. */
export interface FetchHandler {
  /** As Deno, Bun, Node servers and Next.js call it. */
  (request: Request, platform: PlatformInfo): Promise<Response>;
  /** As Workers call it. */
  (request: Request, environment: unknown, context: unknown): Promise<Response>;
  /** Rejects with RondoError `invalid_options` for options that cannot be used. */
  (request: Request, options?: FetchOptions): Promise<Response>;
}

/**
 * The options among the arguments after the request: what has a principal, wherever it is; else what
 * has one misspelled; else a single argument that is not recognised as a platform's.
 *
 * @throws RondoError `invalid_options` if several have a principal
 */
export function optionsAmong(following: readonly unknown[]): HandleOptions {
  const naming = following.filter((given) => isRecord(given) && 'principal' in given);
  if (naming.length > 1) throw invalidOptions('Pass { principal } once with a request.');
  if (naming.length === 1) return withoutWaitUntil(naming[0] as FetchOptions);
  if (following.length > 1) return misspelledAmong(following) ?? {};
  return isOfPlatform(following[0]) ? {} : (following[0] as HandleOptions);
}

/**
 * What keeps the process, of the arguments after the request: Workers pass it in the last, other platforms
 * in the only one.
 *
 * @throws RondoError `invalid_options` beside a principal if it is no function
 */
export function waitUntilAmong(following: readonly unknown[]): AfterReply | undefined {
  const given = following.find(
    (each) => isRecord(each) && 'waitUntil' in each,
  ) as Required<FetchOptions>;
  if (given === undefined || given.waitUntil === undefined) return undefined;
  // It may look at what it belongs to.
  if (typeof given.waitUntil === 'function') return (work) => given.waitUntil(work);
  if (!('principal' in given)) return undefined;
  throw invalidOptions("'waitUntil' of a request must be a function.");
}

function withoutWaitUntil(given: FetchOptions): HandleOptions {
  const { waitUntil: _, ...options } = given;
  return options;
}

function isOfPlatform(given: unknown): boolean {
  return given === undefined || (isRecord(given) && MEMBERS.some((member) => member in given));
}

/**
 * A member that was meant to be an option. Beside it can be the bindings of Workers, whose names are
 * the author's, and mostly in capitals.
 */
function misspelledAmong(following: readonly unknown[]): HandleOptions | undefined {
  for (const given of following) {
    const names = isRecord(given) ? Object.keys(given) : [];
    const wrong = names.find((name) => isMisspelled(name));
    if (wrong !== undefined) return { [wrong]: true } as HandleOptions;
  }
  return undefined;
}

/** What the official SDK takes there. */
const OF_THE_SDK = ['authInfo', 'parsedBody'];

function isMisspelled(name: string): boolean {
  if (OF_THE_SDK.includes(name)) return true;
  return name !== name.toUpperCase() && nearest(name, ['principal']) !== undefined;
}
