import { expect, it } from 'vitest';
import { quoted } from './quoted.ts';

it('a peer cannot break the line it is quoted in, nor reach the terminal', () => {
  expect(quoted('a.example')).toBe('"a.example"');
  expect(quoted('a"b\\')).toBe('"a\\"b\\\\"');
  expect(quoted('a\r\nb\u001b[2J\u009b1m\u2028\u202eé')).toBe(
    '"a\\r\\nb\\u001b[2J\\u009b1m\\u2028\\u202e\\u00e9"',
  );
  expect(quoted('😀')).toBe('"\\ud83d\\ude00"');
});

it('a long text is cut where it is quoted', () => {
  expect(quoted('x'.repeat(200))).toHaveLength(202);
  expect(quoted('x'.repeat(1_000_000))).toBe(`"${'x'.repeat(200)}..."`);
});
