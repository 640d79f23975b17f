import { expect, test, vi } from 'vitest';
import { lastResultOf } from './last-result.ts';

test('the result for the last text is remembered, others are worked out', () => {
  const length = vi.fn((text: string) => text.length);
  const remembered = lastResultOf(length);
  expect(['a', 'a', 'bb', 'a', ''].map(remembered)).toEqual([1, 1, 2, 1, 0]);
  expect(length.mock.calls).toEqual([['a'], ['bb'], ['a'], ['']]);
});

test('what throws is not remembered', () => {
  const remembered = lastResultOf((text) => {
    if (text === '') throw new Error('empty');
    return text;
  });
  expect(remembered('a')).toBe('a');
  expect(() => remembered('')).toThrow('empty');
  expect(() => remembered('')).toThrow('empty');
  expect(remembered('a')).toBe('a');
});
