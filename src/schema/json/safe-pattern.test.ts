import { describe, expect, it } from 'vitest';
import { LINEAR, growth } from '../../base/test-support/growth.ts';
import { hasShortTexts, isSafe } from './safe-pattern.ts';

describe('a pattern from the other side', () => {
  it.each([
    '^a',
    '^[A-Z]{2}[0-9]{4}$',
    '^\\d+-\\d+$',
    'a|b',
    '[*+]{3}',
    '\\(x\\)+',
    '(a|b)c',
    '^(?:red|green|blue)-(?:light|dark)$',
    '[|]|[|]',
  ])('%s is safe', (pattern) => expect(isSafe(pattern)).toBe(true));

  it.each([
    '^(a+)+$',
    '(a|a)*b',
    'a*a*a*b',
    '(a)\\1+',
    '(x{2}){3}',
    '(?:a?){9}',
    'a{1,9}a{1,9}a{1,9}',
    'a?a?a?',
    '(a|a)(a|a)(a|a)',
    '(?:a|a)(?:a|a)(?:a|a)',
    '((a|a)b|b)(a|a)',
    '(a|b)(c|d)|e',
    '(a|b)+?',
    '(a|b)c?d?',
  ])('%s is not', (pattern) => expect(isSafe(pattern)).toBe(false));

  it('takes little time, whatever it is compared with, if it is safe', () => {
    const text = `${'a'.repeat(255)}!`;
    for (const pattern of ['a*a*b', '^a+a+$', '[a!]+[a]+b']) {
      expect(isSafe(pattern)).toBe(true);
      expect(new RegExp(pattern, 'u').test(text)).toBe(false);
    }
  });
});

it('a pattern of more than 1,000 characters is not safe', () => {
  expect(isSafe('a'.repeat(1_000))).toBe(true);
  expect(isSafe('a'.repeat(1_001))).toBe(false);
});

it('a pattern from the other side is judged in linear time', () => {
  for (const unit of ['[', '(', '{', '{1', '\\\\', '|', '(|', '[^', 'a*']) {
    expect(growth(isSafe, (length) => unit.repeat(length))).toBeLessThan(LINEAR);
  }
});

it('long texts are found anywhere', () => {
  expect(hasShortTexts({ a: ['x', 1, null, { b: 'y'.repeat(256) }] })).toBe(true);
  expect(hasShortTexts({ a: ['x', { b: 'y'.repeat(257) }] })).toBe(false);
});
