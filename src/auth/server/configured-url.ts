/** Checks URLs that an author configures. */
import type { Check } from '../../base/options/options.ts';
import { isLoopback } from '../../base/loopback.ts';
import { parseUrl } from '../../base/parse-url.ts';

/**
 * A URL that can be fetched. It is configuration, so it may be anywhere, as in a private network. With
 * credentials, `fetch` refuses it, and repeats it in the error, which is logged.
 */
export const isHttpUrl: Check = (value) => {
  const url = typeof value === 'string' ? parseUrl(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return 'must be a URL such as https://auth.example.com';
  }
  return url.username === '' && url.password === '' ? undefined : 'must not contain credentials';
};

/** As an issuer is compared to the character, it must be written as it stands in tokens. */
export const isIssuer: Check = (value) => {
  const problem = isHttpUrl(value);
  if (problem !== undefined) return problem;
  return /[?#]/.test(value as string) ? 'must have neither a query nor a fragment' : undefined;
};

/** The URI of a protected resource (RFC 9728 section 1.2). */
export const isResource: Check = (value) => {
  const problem = isIssuer(value);
  if (problem !== undefined) return problem;
  const { protocol, hostname } = new URL(value as string);
  const isPlain = protocol === 'http:' && !isLoopback(hostname);
  return isPlain ? 'must be https, unless it is on this machine' : undefined;
};
