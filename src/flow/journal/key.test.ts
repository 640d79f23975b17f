import { describe, expect, it } from 'vitest';
import { keyProblem } from './key.ts';

describe('F2 a key', () => {
  it.each(['k', 'a b/c', '__proto', 'toString', 'ключ', '🔑', 'k'.repeat(128)])(
    'may be %j',
    (key) => {
      expect(keyProblem(key)).toBeUndefined();
    },
  );

  const refused: [unknown, string][] = [
    ['', "'' is empty"],
    ['k'.repeat(129), `'${'k'.repeat(40)}…' is longer than 128 characters`],
    ['a~b', "'a~b' contains '~'"],
    ['~', "'~' contains '~'"],
    ['__proto__', "'__proto__' is a reserved name"],
    ['k\ud800', 'is not well-formed Unicode'],
    ['\udc00', 'is not well-formed Unicode'],
    [undefined, "'undefined' is not a string"],
    [7, "'7' is not a string"],
    [['k'], "'k' is not a string"],
    [Symbol('k'), "'Symbol(k)' is not a string"],
  ];
  it.each(refused)('may not be %o', (key, message) => {
    const problem = keyProblem(key);
    expect(problem).toMatchObject({ code: 'invalid_key' });
    expect(problem!.message).toContain(message);
  });
});
