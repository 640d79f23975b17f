import { describe, expect, it } from 'vitest';
import { HOSTILE_ERRORS } from './test-support/hostile-errors.ts';
import { brand } from './brand.ts';
import { RondoError } from './errors.ts';
import { describeError, isError, messageOf, nameAndMessage, textOf } from './thrown.ts';

class Branded extends Error {}
brand(Branded, 'Branded');

describe('thrown.ts', () => {
  it.each(HOSTILE_ERRORS)('describes %s', (_name, make) => {
    const thrown = make();
    expect(typeof isError(thrown)).toBe('boolean');
    for (const describeIt of [textOf, messageOf, nameAndMessage, describeError]) {
      expect(typeof describeIt(thrown)).toBe('string');
    }
  });

  it.each(HOSTILE_ERRORS)('%s is not an instance of our own errors', (_name, make) => {
    const thrown = make();
    expect(thrown instanceof RondoError).toBe(false);
    expect(thrown instanceof Branded).toBe(false);
  });

  it('describes an error by its stack, our own errors by their code', () => {
    expect(describeError(new Error('x'))).toContain('thrown.test.ts');
    expect(describeError(new RondoError('timeout', 'x'))).toBe('timeout: x');
    expect(describeError('x')).toBe('x');
    expect(describeError(Object.assign(new Error('x'), { stack: undefined }))).toBe('x');
  });

  it('gives the message of an error, or the text of anything else', () => {
    expect(messageOf(new TypeError('x'))).toBe('x');
    expect(messageOf(7)).toBe('7');
    expect(messageOf({})).toBe('[object Object]');
  });

  it.each<[string, unknown, string, string]>([
    ['a message', { message: 'x', token: 's' }, 'x', 'an object that is no Error: x'],
    ['a code', { message: 'x', code: 7 }, 'x', 'an object that is no Error: x (code 7)'],
    ['neither', { a: 's', b: 's' }, 'an object with a, b', ''],
    ['no prototype', Object.assign(Object.create(null), { a: 's' }), 'an object with a', ''],
    ['a text of its own', { toString: () => 'own' }, 'own', 'own'],
  ])(
    'describes an object that is no error, with %s, by no other value',
    (_with, thrown, ...says) => {
      const [message, described] = says;
      expect(messageOf(thrown)).toBe(message);
      expect(describeError(thrown)).toBe(described || `an object that is no Error: ${message}`);
    },
  );
});
