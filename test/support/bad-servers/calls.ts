/** The client against bad servers, and what comes of it. */
import { inject } from 'vitest';
import {
  type CallOptions,
  Client,
  type ClientOptions,
  type Target,
} from '../../../src/client/index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Given by the project `wire-by-fetch`: what its clients use instead of `node:http`. */
    readonly http?: 'fetch';
  }
}

/** Whether the clients of this test run use `fetch`. */
export function callsByFetch(): boolean {
  return inject('http') === 'fetch';
}

/** A client that speaks this revision alone: what else a server may be is not looked for. */
export function client(target: Target, options: Partial<ClientOptions> = {}): Client {
  const fetch = callsByFetch() && { fetch: globalThis.fetch };
  const http = { ...fetch, ...options.http };
  return new Client(target, {
    name: 'patient',
    version: '1.0.0',
    legacy: 'never',
    ...options,
    http,
  });
}

/** For calls that are never answered: they are given up, whatever the machine is busy with. */
export const SOON: CallOptions = { timeout: 100, maxTimeout: 300 };

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
