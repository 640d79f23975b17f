import { describe, expect, it } from 'vitest';
import { argumentsDigest } from './arguments-digest.ts';
import { canonicalJson } from './canonical.ts';

describe('S2 canonical JSON (RFC 8785)', () => {
  it('is the same however the value was written', () => {
    const one = JSON.parse('{"b":1.0,"a":[1e2,"\\u00e9"],"\\u20ac":-0}') as unknown;
    const two = JSON.parse('{ "€": 0, "a": [100, "é"], "b": 1 }') as unknown;
    expect(canonicalJson(one)).toBe('{"a":[100,"é"],"b":1,"€":0}');
    expect(canonicalJson(two)).toBe(canonicalJson(one));
  });

  it('does not normalise Unicode', () => {
    expect(canonicalJson('\u00e9')).not.toBe(canonicalJson('e\u0301'));
  });

  it('has no form for lone surrogates, foreign numbers and bottomless values', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 200; i++) deep = [deep];
    for (const value of ['\ud800', { '\udc00': 1 }, [NaN], Infinity, undefined, deep]) {
      expect(canonicalJson(value)).toBeUndefined();
    }
    expect(canonicalJson('\ud83d\ude00')).toBe('"😀"');
  });

  it('has no form for what JSON does not have, however deep', () => {
    for (const value of [undefined, () => 1, Symbol('s'), 1n]) {
      expect(canonicalJson(value)).toBeUndefined();
      expect(canonicalJson([value])).toBeUndefined();
      expect(canonicalJson({ a: value })).toBeUndefined();
    }
  });

  it.each([
    ['arrays', (inner: unknown) => [inner]],
    ['objects', (inner: unknown) => ({ a: inner })],
  ])('has a form for 128 %s in each other and none for one more', (_kind, wrap) => {
    let deep: unknown = 1;
    for (let i = 0; i < 128; i++) deep = wrap(deep);
    expect(canonicalJson(deep)).toBe(JSON.stringify(deep));
    expect(canonicalJson(wrap(deep))).toBeUndefined();
  });

  it('does not hide what a value throws when it is read', () => {
    const broken = {
      get a(): never {
        throw new Error('broken getter');
      },
    };
    expect(() => canonicalJson(broken)).toThrow('broken getter');
  });

  it('tells arguments apart, and none from nothing', () => {
    expect(argumentsDigest(undefined)).toBe(argumentsDigest({}));
    expect(argumentsDigest({ a: 1 })).not.toBe(argumentsDigest({ a: '1' }));
    expect(argumentsDigest({ a: '\ud800' })).toBeUndefined();
  });
});
