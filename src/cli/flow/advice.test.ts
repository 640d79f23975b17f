import { describe, expect, it } from 'vitest';
import { StateRefusedError } from '../../client/calls/errors.ts';
import { InvalidResponseError } from '../../protocol/response.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import { RondoError } from '../../base/errors.ts';
import { Interruption, OutputError } from '../failure.ts';
import { type Left, adviceFor } from './advice.ts';

const LEFT: Left = {
  path: 'my flow.json',
  hasBegun: true,
  hasResult: false,
  answers: { go: { action: 'accept', content: { reason: 'why' } }, where: { roots: [] } },
  options: {},
};
const stopped = new Interruption('SIGINT');
const full = new OutputError(new Error('ENOSPC'));
const closed = new OutputError(Object.assign(new Error('closed'), { code: 'EPIPE' }));

describe('what to do about a flow that has not come to its end', () => {
  const options = { header: ['A: secret'], answers: 'a.json', allowInsecureUrls: true };
  it.each<[string, unknown, Partial<Left>, string]>([
    ['is a command that can be copied', stopped, {}, "Continue with: rondo resume 'my flow.json'"],
    [
      'is a command with the options that are not saved',
      stopped,
      { options },
      "resume 'my flow.json' --header … --answers a.json --allow-insecure-urls",
    ],
    [
      'is to print a result that was not',
      full,
      { hasResult: true },
      'The result is saved. Print it',
    ],
    [
      'is to print the rest of a result',
      closed,
      { hasResult: true },
      'The result is saved. Print it',
    ],
    [
      'is in the file, if the state is refused',
      new StateRefusedError({}, 0),
      {},
      'with your answers',
    ],
    [
      'is not to go on behind a result that is none',
      new InvalidResponseError('it', { cause: {} }),
      {},
      'as it was before that result',
    ],
    [
      'are the answers, without a file',
      stopped,
      { path: undefined },
      '--answers: {"go":{"action":',
    ],
  ])('%s', (_name, cause, left, advice) => {
    expect(adviceFor(cause, { ...LEFT, ...left })).toContain(advice);
  });

  it('is the command that comes back to a task, unless that has ended', () => {
    const task = { ...LEFT, path: undefined, follow: 'rondo task answer URL id' };
    expect(adviceFor(stopped, { ...task, options })).toContain(
      'Come back to it with: rondo task answer URL id --header … --answers a.json',
    );
    expect(adviceFor(new RpcError(-32603, 'failed'), task)).toBe('');
    expect(adviceFor(new RondoError('cancelled', 'cancelled'), task)).toBe('');
    const away = new RpcError(-32603, 'away', { retryable: true });
    expect(adviceFor(away, task)).toContain('Come back to it with');
    expect(adviceFor(stopped, { ...task, path: 'f.json' })).toContain('rondo resume f.json');
    expect(adviceFor(away, { ...task, path: 'f.json' })).toContain('rondo resume f.json');
  });

  it('is nothing to do for a saved task that has failed or was cancelled', () => {
    const task = { ...LEFT, path: 'f.json', follow: 'rondo task answer URL id' };
    for (const end of [new RpcError(-32603, 'failed'), new RondoError('cancelled', 'cancelled')]) {
      const advice = adviceFor(end, task);
      expect(advice).toBe(
        'The task has ended, and nothing is left to do. Its flow stays in f.json.',
      );
    }
    expect(adviceFor(new RpcError(-32603, 'failed'), { ...LEFT })).toContain('rondo resume');
  });

  it('is nothing before anything has begun, and does not repeat what came from a file', () => {
    const nothing = { ...LEFT, path: undefined };
    expect(adviceFor(stopped, { ...nothing, hasBegun: false })).toBe('');
    expect(adviceFor(closed, { ...nothing, hasResult: true })).toBe('');
    const fromFile = adviceFor(stopped, { ...nothing, options: { answers: 'a.json' } });
    expect(fromFile).toBe('Nothing is kept of it; with --save <file>, it would be.');
  });
});
