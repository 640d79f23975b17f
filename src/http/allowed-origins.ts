/** The origins of web pages that a server lists, and whether a page has one of them (HS-2). */
import { parseUrl } from '../base/parse-url.ts';

const WEB = ['http:', 'https:'];

/** Schemes whose pages have `null` for their origin, or that have no pages. */
const WITHOUT_ORIGIN = new Set(['file', 'ws', 'wss', 'ftp']);

/** As pages of applications have them: `vscode-webview://1a2b`, `tauri://localhost`. */
const OF_APPLICATION = /^([a-z][a-z\d+.-]*):\/\/[^\s/?#\\@,*]+$/;

export class AllowedOrigins {
  readonly #listed: ReadonlySet<string> | undefined;

  /** @param listed origins in the form of {@link isListable}, or `*` for every page with an origin */
  constructor(listed: readonly string[] | '*') {
    this.#listed = listed === '*' ? undefined : new Set(listed);
  }

  /** Whether every page may call. */
  get isEverything(): boolean {
    return this.#listed === undefined;
  }

  has(origin: string): boolean {
    if (this.#listed?.has(origin)) return true;
    return isOrigin(origin) && this.#listed?.has(everyPageOf(origin)) !== false;
  }
}

/** Whether `text` is an origin as browsers send it, other than `null`. */
function isOrigin(text: string): boolean {
  const scheme = OF_APPLICATION.exec(text)?.[1];
  if (scheme === undefined || WITHOUT_ORIGIN.has(scheme)) return false;
  const isWeb = WEB.includes(`${scheme}:`);
  return isWeb ? parseUrl(text)?.origin === text : parseUrl(text) !== undefined;
}

/** Whether it can be in a list: an origin, or `scheme://*` for all pages of an application. */
export function isListable(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (!value.endsWith('://*')) return isOrigin(value);
  return isOrigin(value.replace('*', 'page')) && !WEB.includes(`${value.slice(0, -4)}:`);
}

/** How all pages with the scheme of `origin` are listed. */
function everyPageOf(origin: string): string {
  return `${origin.slice(0, origin.indexOf('://'))}://*`;
}
