import { describe, expect, it } from 'vitest';
import { RondoError } from '../../base/errors.ts';
import {
  DivergenceError,
  InputDeclinedError,
  InvalidAnswerError,
  MissingCapabilityError,
  RoundTimeoutError,
  StepError,
} from '../../flow/journal/errors.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import { discloseEngineFailure, discloseThrown, wireErrorFor } from './disclosed-error.ts';

/** What comes of an error, and what is logged of it. */
function resultOf<T>(work: (logger: typeof console) => T): { result: T; log: string[] } {
  const log: string[] = [];
  const note = (line: string): void => void log.push(line);
  const logger = { ...console, debug: note, info: note, warn: note, error: note };
  return { result: work(logger), log };
}

const thrown = (error: unknown) => resultOf((logger) => discloseThrown(error, 'tool x', logger));
const failed = (error: unknown) =>
  resultOf((logger) => discloseEngineFailure(error, 'tool x', logger));

const UNEXPECTED = { message: 'The call failed unexpectedly.' };
const CANNOT_CONTINUE = { message: 'This call cannot be continued. It may be started again.' };

describe('what a handler throws', () => {
  class OwnError extends Error {}
  const own: [string, Error][] = [
    ['an Error', new Error('no such order')],
    ['a class of the author', new OwnError('no such order')],
    ['a refusal', new InputDeclinedError('decline')],
    ['an answer that was wrong three times', new InvalidAnswerError('who', 'too short')],
    ['a step that failed', new StepError('pay', { name: 'Error', message: 'card declined' })],
  ];
  it.each(own)('leaves with its message if it is %s', (_name, error) => {
    expect(thrown(error)).toEqual({ result: { message: error.message }, log: [] });
  });

  const bugs: [string, unknown][] = [
    ...[TypeError, ReferenceError, RangeError, SyntaxError, EvalError, URIError].map(
      (bug): [string, unknown] => [`a ${bug.name}`, new bug('secret')],
    ),
    ['a TypeError of a step', new StepError('pay', { name: 'TypeError', message: 'secret' })],
    ['a text', 'secret'],
    ['nothing', undefined],
    [
      'an error whose message throws',
      Object.defineProperty(new Error('x'), 'message', {
        get() {
          throw new Error('secret');
        },
      }),
    ],
  ];
  it.each(bugs)('is logged and not disclosed if it is %s', (_name, error) => {
    const { result, log } = thrown(error);
    expect(result).toEqual(UNEXPECTED);
    expect(log).toHaveLength(1);
    expect(log[0]).toMatch(/^tool x failed: /);
  });

  it('MS-9 is a missing capability if it is one', () => {
    const { result, log } = thrown(new MissingCapabilityError('r', { roots: {} }));
    expect(result).toMatchObject({ code: -32_021, data: { requiredCapabilities: { roots: {} } } });
    expect(log).toEqual([]);
  });

  it('is an internal error, and logged, if it is a mistake in the use of this library', () => {
    const { result, log } = thrown(new RondoError('duplicate_key', 'used twice'));
    expect(result).toMatchObject({ code: -32_603 });
    expect((result as RpcError).message).not.toContain('twice');
    expect(log).toEqual(['tool x failed: duplicate_key: used twice']);
  });

  const allowed = [1, -1, -31_999, -32_020, -32_021, -32_022, -32_100, -32_602, -32_603, -32_700];
  it.each(allowed)('EN-11 may be an RpcError with the code %i', (code) => {
    const error = new RpcError(code, 'mine', { more: 1 });
    const { result, log } = thrown(error);
    expect(result).toBe(error);
    expect(log).toEqual([]);
  });

  it.each([-32_000, -32_001, -32_002, -32_042, -32_099])(
    'EN-11 may not be an RpcError with the code %i, which the protocol keeps for itself',
    (code) => {
      const { result, log } = thrown(new RpcError(code, 'mine', { more: 1 }));
      expect(result).toMatchObject({ code: -32_603, data: undefined });
      expect((result as RpcError).message).not.toContain('mine');
      expect(log).toEqual([expect.stringContaining(`RpcError ${code}, which is reserved`)]);
    },
  );
});

describe('F4 F8 what ended a round', () => {
  it('is disclosed as a call that cannot go on, if it has diverged', () => {
    const { result, log } = failed(new DivergenceError('go', 'order', 'x'));
    expect(result).toEqual(CANNOT_CONTINUE);
    expect(log).toEqual([expect.stringContaining("diverged: Flow diverged at 'go'")]);
  });

  it('is an error that may be tried again, if its time was up', () => {
    const { result, log } = failed(new RoundTimeoutError(5, ['pay']));
    expect(result).toMatchObject({ code: -32_603, data: { retryable: true } });
    expect((result as RpcError).message).not.toContain('pay');
    expect(log).toHaveLength(1);
  });

  it('is not logged if it was the client that left', () => {
    const { result, log } = failed(new RondoError('cancelled', 'gone'));
    expect(result).toMatchObject({ code: -32_603 });
    expect(log).toEqual([]);
  });

  it('is an internal error, and logged, if it is anything else', () => {
    for (const error of [new RondoError('journal_full', 'secret'), new Error('secret'), 'secret']) {
      const { result, log } = failed(error);
      expect(result).toMatchObject({ code: -32_603, data: undefined });
      expect((result as RpcError).message).not.toContain('secret');
      expect(log).toEqual([expect.stringMatching(/^tool x failed: .*secret/)]);
    }
  });

  it('is itself, if it is an error for the wire', () => {
    const error = new RpcError(-32_602, 'bad');
    expect(failed(error)).toEqual({ result: error, log: [] });
  });
});

describe('for prompts and resources, whose results cannot say that they failed', () => {
  const wire = (type: 'threw' | 'failed', error: unknown) =>
    resultOf((logger) => wireErrorFor({ type, error }, 'prompt x', logger));

  it.each([new InputDeclinedError('cancel'), new InvalidAnswerError('who', 'too short')])(
    'what the user did is the message of an error: %s',
    (error) => {
      const { result, log } = wire('threw', error);
      expect(result).toMatchObject({ code: -32_603, message: error.message });
      expect(log).toEqual([]);
    },
  );

  it('a call that cannot go on says so', () => {
    const { result } = wire('failed', new DivergenceError('go', 'order', 'x'));
    expect(result).toMatchObject({ code: -32_603, message: CANNOT_CONTINUE.message });
  });

  it("an author's own error is logged and not disclosed", () => {
    const { result, log } = wire('threw', new Error('secret'));
    expect(result.message).not.toContain('secret');
    expect(log).toEqual([expect.stringContaining('prompt x failed: Error: secret')]);
  });

  it('a bug is logged once and not disclosed', () => {
    const { result, log } = wire('threw', new TypeError('secret'));
    expect(result.message).not.toContain('secret');
    expect(log).toHaveLength(1);
  });

  it('an RpcError leaves as it is', () => {
    const error = new RpcError(7, 'mine');
    expect(wire('threw', error)).toEqual({ result: error, log: [] });
  });
});
