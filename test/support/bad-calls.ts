/** The client against bad servers, and what comes of it. */
import { Client, type ClientOptions, type Target } from '../../src/client/index.ts';

/** Set by whoever wants every client here to use `fetch`, and not what it would use by itself. */
const BY_FETCH = 'BAD_CALLS_BY_FETCH';

export function callByFetch(): void {
  process.env[BY_FETCH] = 'yes';
}

export function callsByFetch(): boolean {
  return process.env[BY_FETCH] !== undefined;
}

export function client(target: Target, options: Partial<ClientOptions> = {}): Client {
  const fetch = callsByFetch() && { fetch: globalThis.fetch };
  const http = { ...fetch, ...options.http };
  return new Client(target, { name: 'patient', version: '1.0.0', ...options, http });
}

/** An error, as a caller sees it. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  readonly cause?: unknown;
}

/** What a call is rejected with. */
export async function failure(call: Promise<unknown>): Promise<Failure> {
  return call.then(
    (value) => ({ name: 'none', message: `It did not fail: ${JSON.stringify(value)}` }),
    (error: Failure) => error,
  );
}
