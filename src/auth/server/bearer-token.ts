/** Finds the token of a request (RFC 6750 section 2, A2). */
import type { RequestHead } from '../../http/policy.ts';

export type FoundToken =
  | { readonly type: 'token'; readonly token: string }
  /** No token, or credentials of another kind. */
  | { readonly type: 'none' }
  /** Against the rules, for this reason. */
  | { readonly type: 'refused'; readonly reason: string };

const BEARER = /^bearer(?: (.*))?$/i;

/** Several headers arrive as one with commas; no scheme but `Bearer` is looked into. */
const SEVERAL = /^bearer\b.*,|,\s*bearer\b/i;

const IN_QUERY = 'access_token';

export function findToken({ url, headers }: RequestHead): FoundToken {
  if (hasTokenInQuery(url)) return { type: 'refused', reason: 'a token is in the query' };
  const header = headers.get('authorization')?.trim();
  if (!header) return { type: 'none' };
  if (SEVERAL.test(header)) {
    return { type: 'refused', reason: 'it has more than one Authorization header' };
  }
  const [isBearer, token = ''] = BEARER.exec(header) ?? [];
  return isBearer === undefined ? { type: 'none' } : { type: 'token', token: token.trim() };
}

function hasTokenInQuery(url: string): boolean {
  const start = url.indexOf('?');
  return start >= 0 && new URLSearchParams(url.slice(start + 1)).has(IN_QUERY);
}
