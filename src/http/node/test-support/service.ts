import type { HttpService } from '../handler.ts';
import { type HttpOptions, resolveHttpPolicy } from '../../policy.ts';

const quiet = (): void => {};

/** A server over HTTP that answers every request alike. */
export function serviceOf(
  http: HttpOptions = {},
  more: Partial<HttpService> = {},
  log: (text: string) => void = quiet,
): HttpService {
  const logger = { debug: log, info: log, warn: log, error: log };
  return {
    loopbackOnly: false,
    httpPolicy: resolveHttpPolicy(logger, http),
    dispatch: () => Promise.resolve({ status: 200, body: '{}' }),
    fetch: () => Promise.reject(new Error('not served by fetch')),
    close() {},
    ...more,
  };
}
