/** The client against bad servers, and what comes of it. */
import { Client, type ClientOptions, type Target } from '../../src/client/index.ts';

export function client(target: Target, options: Partial<ClientOptions> = {}): Client {
  return new Client(target, { name: 'patient', version: '1.0.0', ...options });
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
