import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AuthorizationError } from '../auth/client/failures/authorization-error.ts';
import { StateRefusedError, TimeoutError } from '../client/calls/errors.ts';
import { RondoError, invalidOptions } from '../base/errors.ts';
import { InvalidResponseError } from '../protocol/response.ts';
import { RpcError, internalError, missingCapability } from '../protocol/rpc-error.ts';
import { explain } from './explain.ts';
import { Failure, Interruption, Unfinished, UsageError } from './failure.ts';

function systemError(): unknown {
  try {
    return readFileSync(join(import.meta.dirname, 'none'));
  } catch (error) {
    return error;
  }
}

describe('an error', () => {
  it.each([
    [new UsageError('Give it.'), 2, 'Give it.'],
    [new Failure('It did not work.'), 1, 'It did not work.'],
    [new Interruption('SIGINT'), 130, 'Interrupted.'],
    [new Interruption('SIGTERM'), 143, 'Interrupted.'],
    [new Unfinished(new Interruption('SIGINT'), 'Go on.'), 130, 'Interrupted.\nGo on.'],
    [invalidOptions('No key.'), 2, 'No key.'],
    [new RondoError('invalid_answer', 'It does not fit.'), 2, 'It does not fit.'],
    [
      new RpcError(-32602, 'No\u001b[2J such\ntool'),
      3,
      'The server answers with error -32602: No such tool',
    ],
    [
      new RpcError(1, 'x'.repeat(100_000)),
      3,
      `The server answers with error 1: ${'x'.repeat(1_000)}…`,
    ],
    [new InvalidResponseError('it\u0007 lies'), 3, 'The server broke the protocol: it lies.'],
    [new TimeoutError('tools/call', 5), 3, /within 5 ms.\n.*--timeout/],
    [new StateRefusedError({}, undefined), 3, /--env RONDO_STATE_KEYS/],
    [new RondoError('transport_failed', 'It answered with HTTP 401 Unauthorized.'), 3, /--header/],
    [new RondoError('transport_failed', 'It answered with HTTP 404 Not Found.'), 3, /whole URL/],
    [new RondoError('transport_failed', 'It could not be reached: ECONNREFUSED.'), 3, /running/],
    [new RondoError('transport_failed', "'nix' is in no folder of PATH (ENOENT)."), 3, /http:\/\//],
    [new RondoError('transport_failed', 'The server ended with code 1.'), 3, /--verbose/],
    [internalError(), 3, /Internal error\n.* log /],
    [internalError({ retryable: true }), 3, /Internal error\n.* tried again/],
    [missingCapability({ roots: {} }), 3, /--root/],
    [missingCapability({ sampling: {} }), 3, /has none/],
    [missingCapability({ extensions: {} }), 3, /needs: extensions$/],
    [
      new RpcError(-32021, 'no', { requiredCapabilities: { extensions: {} } }),
      3,
      /no: extensions$/,
    ],
    [
      new RondoError('store_failed', 'PostgreSQL could not do it (ECONNREFUSED: connect).'),
      3,
      /RONDO_DATABASE_URL/,
    ],
    [
      new RondoError('store_failed', 'PostgreSQL could not do it (28P01: no).'),
      3,
      /RONDO_DATABASE_URL/,
    ],
    [new RondoError('directory_in_use', 'It is in use.'), 3, 'It is in use.\nClose it first.'],
    [systemError(), 3, /^\S+none cannot be used: it is not there \(ENOENT, open\)\.$/],
    [
      new AuthorizationError('the metadata of the resource', 'the server publishes none'),
      3,
      /publishes none\.\nIt does not say where to log in\. Perhaps it wants no login: try rondo list\.$/,
    ],
    [new TypeError('a bug'), 3, /This should not happen. TypeError: a bug/],
    ['thrown', 3, /thrown/],
  ])('%s ends with %i', (error, exitCode, message) => {
    const explained = explain(error);
    expect(explained.exitCode).toBe(exitCode);
    expect(`${explained.message}\n${explained.advice}`.trim()).toMatch(message);
  });
});
