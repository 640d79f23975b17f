import { parseUrl } from '../../base/parse-url.ts';
import { isLoopback } from '../../base/loopback.ts';
import type { UrlElicitation } from '../../protocol/types/elicitation.ts';
import type { UrlQuestion } from './handlers.ts';

/**
 * A server's URL as a question, or what is wrong with it. Allowed are https, http on this machine,
 * and, with `allowInsecure`, all of http; never any other scheme (EL-10, EL-11, SE-5).
 */
export function urlQuestion(
  { message, url: text }: UrlElicitation,
  allowInsecure: boolean,
): UrlQuestion | { readonly problem: string } {
  const url = parseUrl(text);
  if (url === undefined) return { problem: 'it is not a URL' };
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return { problem: `its scheme is ${url.protocol}` };
  }
  const isEncrypted = url.protocol === 'https:' || isLoopback(url.hostname);
  if (!isEncrypted && !allowInsecure) return { problem: 'its connection is not encrypted' };
  return { message, url, warnings: warningsFor(url, isEncrypted) };
}

function warningsFor(url: URL, isEncrypted: boolean): string[] {
  const warnings: string[] = [];
  if (url.hostname.split('.').some((label) => label.startsWith('xn--'))) {
    warnings.push(`The host ${url.hostname} is written with characters that can look like others.`);
  }
  if (!isEncrypted) warnings.push('The connection is not encrypted.');
  if (url.username !== '' || url.password !== '') {
    warnings.push(`The part before @ is not the host; the host is ${url.hostname}.`);
  }
  return warnings;
}
