/** Proxies may send a whole URL where clients send a path (RFC 9112 section 3.2.2). */

const ABSOLUTE = /^https?:\/\/([^/?#]*)([^#]*)/i;

export interface RequestTarget {
  /** The path and the query. */
  readonly path: string;
  /** Takes the place of `Host`. `undefined` if the target has none. */
  readonly host?: string;
}

export function requestTarget(url: string): RequestTarget {
  const [, host, path = ''] = ABSOLUTE.exec(url) ?? [];
  if (host === undefined) return { path: url };
  return { host, path: path.startsWith('/') ? path : `/${path}` };
}
