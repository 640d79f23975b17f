import { isLoopback } from '../../base/loopback.ts';
import { parseUrl } from '../../base/parse-url.ts';
import type { InputRequests } from '../../protocol/results.ts';

/**
 * The key of a question whose URL another machine serves without encryption: clients decline it,
 * which looks as if the user had.
 */
export function unencryptedUrl(requests: InputRequests): string | undefined {
  return Object.keys(requests).find((key) => {
    const request = requests[key]!;
    if (request.method !== 'elicitation/create' || request.params.mode !== 'url') return false;
    const url = parseUrl(request.params.url);
    return url?.protocol === 'http:' && !isLoopback(url.hostname);
  });
}
