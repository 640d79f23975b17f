import { describe, expect, it } from 'vitest';
import { LINEAR, growth } from '../base/test-support/growth.ts';
import { jsonNumberProblem, numberProblem } from './exact-number.ts';

describe('a number that was typed', () => {
  it.each([
    '0',
    '-0',
    '007',
    '3',
    '-3.50',
    '+3',
    '.5',
    '5.',
    '1e3',
    '9007199254740993e0',
    '9007199254740992',
    '100000000000000000000000',
    '1e23',
    '0.1',
    '0.10000000000000001',
    '5e-324',
    '1.7976931348623157e308',
    '0e999',
  ])('%s is sent as it is', (typed) => {
    expect(numberProblem(typed)).toBeUndefined();
  });

  it.each([
    ['12345678901234567890', 'would be sent as 12345678901234567000'],
    ['-9007199254740993', 'would be sent as -9007199254740992'],
    ['9007199254740993', 'would be sent as 9007199254740992'],
    ['12345678901234567890.0', 'would be sent as'],
    ['3.14159265358979323846', 'would be sent as 3.141592653589793'],
    ['1e400', 'too large'],
    ['-1e400', 'too large'],
    ['1e-400', 'would be sent as 0'],
  ])('%s is refused, since it %s', (typed, problem) => {
    expect(numberProblem(typed)).toContain(problem);
  });

  it('is found anywhere in JSON, and digits in a text are none', () => {
    expect(jsonNumberProblem('{"a":[1,{"b":-12345678901234567890}]}')).toContain(
      '-12345678901234567890',
    );
    expect(jsonNumberProblem('{"a":"12345678901234567890\\" 1e400","1e400":2}')).toBeUndefined();
  });

  it('is looked at in linear time', () => {
    for (const unit of ['0', '1', '1 ', '\\"']) {
      expect(growth(numberProblem, (length) => unit.repeat(length))).toBeLessThan(LINEAR);
      const valid = (length: number): string => `["${unit.repeat(length)}"${',10'.repeat(length)}]`;
      expect(growth(jsonNumberProblem, valid)).toBeLessThan(LINEAR);
    }
  });
});
