import { describe, expect, it } from 'vitest';
import { exactJson } from './exact-json.ts';

describe('JSON that is read again as it was', () => {
  it.each([
    '{"n":1e400}',
    '[-1e400,null,"null",[1e999]]',
    '{"__proto__":{"a":1e400},"toJSON":null,"b":[null]}',
    '{"toJSON":1e400}',
    '1e400',
    '"\\ud800 null"',
  ])('S2 keeps %s', (text) => {
    const value: unknown = JSON.parse(text);
    expect(JSON.parse(exactJson(value))).toStrictEqual(value);
  });

  it('is otherwise what JSON.stringify writes', () => {
    const date = new Date(0);
    const value = { none: null, a: undefined, b: [undefined, Number.NaN, () => 1], date };
    expect(exactJson(value)).toBe(JSON.stringify(value));
  });
});
