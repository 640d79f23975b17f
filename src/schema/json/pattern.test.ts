import { describe, expect, it } from 'vitest';
import { isPattern, usablePattern, withUnicode } from './pattern.ts';

const LENIENT: [pattern: string, fits: string[], doesNotFit: string[]][] = [
  ['^https\\:\\/\\/', ['https://'], ['https:\\/']],
  ['^a\\-b$', ['a-b'], ['a\\-b']],
  ['^\\_\\@\\ \\"\\\'$', ['_@ "\''], ['_']],
  ['^[\\w-.]+$', ['a-b.c', '_'], ['a b']],
  ['^[.-\\w]+$', ['a-b.'], ['/']],
  ['^[\\w-]+\\-$', ['a--'], ['a']],
  ['^[\\:\\-\\]\\[{}]+$', [':-][{}'], ['\\']],
  ['^{a}]$', ['{a}]'], ['a']],
  ['^a{,2}$', ['a{,2}'], ['aa']],
  ['^[a]{1,2}\\:$', ['aa:'], ['aaa:']],
  ['^\\w-\\d\\:$', ['a-1:'], ['a1:']],
  ['^x{2}\\-$', ['xx-'], ['x{2}-']],
];

describe.each(LENIENT)('the pattern %s, which the flag u refuses,', (pattern, fits, doesNotFit) => {
  it('is used without it', () => {
    expect(() => new RegExp(pattern, 'u')).toThrow(SyntaxError);
    expect(usablePattern(pattern)).toEqual(new RegExp(pattern));
  });

  it('is rewritten for it, and means the same', () => {
    const rewritten = new RegExp(withUnicode(pattern)!, 'u');
    for (const text of fits) expect(rewritten.test(text)).toBe(true);
    for (const text of [...fits, ...doesNotFit]) {
      expect(rewritten.test(text)).toBe(new RegExp(pattern).test(text));
    }
  });
});

describe('a pattern', () => {
  it.each(['^\\p{Lu}+$', '^[a-z\\-]$', '\\/', 'a{2}', ''])('%j stays as it is', (pattern) => {
    expect(usablePattern(pattern)).toBe(pattern);
    expect(withUnicode(pattern)).toBe(pattern);
  });

  it.each(['(', '[', '*', 'a**', '(?<a', '\\'])('%j is none', (pattern) => {
    expect(isPattern(pattern)).toBe(false);
    expect(usablePattern(pattern)).toBeUndefined();
    expect(withUnicode(pattern)).toBeUndefined();
  });

  it.each([undefined, null, 1, /x/])('is not what is not a text: %s', (pattern) => {
    expect(isPattern(pattern)).toBe(false);
  });
});
