/** How URIs are compared: as they are spelled once everything is encoded (RFC 3986, section 6.2.2). */
import { isWellFormed } from '../../base/json/well-formed.ts';

const MAX_URI_LENGTH = 8_192;

/** An escape, or a character that may not stand in a URI as it is. Braces are those of templates. */
const SPELLED_DIFFERENTLY = /%[0-9A-Fa-f]{2}|[^!-~]|["<>^`|]/gu;
const UNRESERVED = /[A-Za-z0-9._~-]/;

/**
 * `uri` in its normal spelling: escapes in upper case and only where they are needed, all other
 * characters escaped. `undefined` for what is no Unicode.
 */
export function normalUri(uri: string): string | undefined {
  return isWellFormed(uri) ? uri.replaceAll(SPELLED_DIFFERENTLY, respelled) : undefined;
}

function respelled(text: string): string {
  if (text.length !== 3 || !text.startsWith('%')) return encodeURIComponent(text);
  const char = String.fromCharCode(Number.parseInt(text.slice(1), 16));
  return UNRESERVED.test(char) ? char : text.toUpperCase();
}

/** Characters that must be escaped in URIs. URL parsers silently drop some of them (RE-3). */
const UNFIT = /[\0-\x20\x7f]/;

/** Schemes in whose paths URL parsers take a backslash for a slash. */
const SPECIAL = /^(?:https?|wss?|ftp|file):/i;

/**
 * Whether a template can be held against `uri`. Not if a URL parser would read another URI: then the
 * variables would say something else than the URL that the callback gets (RE-3).
 */
export function isMatchable(uri: string): boolean {
  if (uri.length > MAX_URI_LENGTH || UNFIT.test(uri)) return false;
  const path = decoded(uri.slice(uri.indexOf(':') + 1).split(/[?#]/, 1)[0]!);
  if (path === undefined || (SPECIAL.test(uri) && path.includes('\\'))) return false;
  return !path.split('/').some((segment) => segment === '.' || segment === '..');
}

/** `undefined` for escapes that are not UTF-8. */
export function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** What is wrong with the URI of one resource, in words that follow its name. */
export function uriProblem(uri: unknown): string | undefined {
  if (typeof uri !== 'string' || !URL.canParse(uri))
    return 'is not an absolute URI, such as notes://today';
  if (isUnfit(uri))
    return 'has characters that must be escaped, such as a space: it is never found';
  if (!/[{}]/.test(uri)) return undefined;
  return 'is a template: pass new ResourceTemplate(text, { list: undefined })';
}

/** Whether a URL parser would drop characters of it. */
export function isUnfit(uri: string): boolean {
  return UNFIT.test(uri);
}
