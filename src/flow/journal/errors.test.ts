import { describe, expect, it } from 'vitest';
import {
  DivergenceError,
  InputDeclinedError,
  InvalidAnswerError,
  MissingCapabilityError,
  RoundTimeoutError,
  StepError,
  kindChanged,
} from './errors.ts';

const errors = [
  [new StepError('s', { name: 'Error', message: 'x' }), 'StepError', 'step_failed'],
  [new InputDeclinedError('decline'), 'InputDeclinedError', 'input_declined'],
  [new InvalidAnswerError('k', 'x'), 'InvalidAnswerError', 'invalid_answer'],
  [new MissingCapabilityError('k', { roots: {} }), 'MissingCapabilityError', 'missing_capability'],
  [new DivergenceError('k', 'order', 'x'), 'DivergenceError', 'diverged'],
  [new RoundTimeoutError(5, []), 'RoundTimeoutError', 'round_timeout'],
] as const;

it.each(errors)('%s is known by its name, its code and its class', (error, name, code) => {
  expect(error).toMatchObject({ name, code });
  const others = errors.filter(([other]) => other instanceof error.constructor);
  expect(others).toHaveLength(1);
});

describe('F6 a StepError', () => {
  it('has what the step threw as its cause, data decoded', () => {
    const recorded = { name: 'Fault', message: 'x', code: 'E', data: { '~d': 5 } };
    const error = new StepError('work', recorded);
    expect(error).toMatchObject({ message: 'x', step: 'work' });
    expect(error.cause).toEqual({ ...recorded, data: new Date(5) });
  });

  it('has no data where the step threw none', () => {
    const recorded = { name: 'Fault', message: 'x' };
    expect(new StepError('work', recorded).cause).toStrictEqual(recorded);
  });
});

describe('F4 a RoundTimeoutError names what the round was waiting for', () => {
  it('the steps that ran', () => {
    const error = new RoundTimeoutError(60_000, ['a', 'b']);
    expect(error.running).toEqual(['a', 'b']);
    expect(error.message).toContain("longer than 60000 ms, waiting for steps 'a', 'b'.");
  });

  it('or the handler itself', () => {
    expect(new RoundTimeoutError(5, []).message).toContain('waiting for the handler.');
  });
});

describe('F8 a DivergenceError says what to do', () => {
  it('about code that does not repeat', () => {
    const { message } = new DivergenceError('go', 'order', 'it was not called');
    expect(message).toContain("Flow diverged at 'go' (order): it was not called.");
    expect(message).toContain('clocks, randomness and I/O');
  });

  it('about an outcome that cannot be read, which no code can mend', () => {
    const { message } = new DivergenceError('go', 'outcome', 'x');
    expect(message).toContain('another version of this library');
    expect(message).not.toContain('clocks');
  });
});

it('F8 a changed kind is divergence that says what the call is now', () => {
  const error = kindChanged('go', 'step');
  expect(error).toMatchObject({ key: 'go', changed: 'kind' });
  expect(error.message).toContain('is a step now');
});
