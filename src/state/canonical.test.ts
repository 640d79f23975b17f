import { describe, expect, it } from 'vitest';
import { argumentsDigest } from './arguments-digest.ts';
import type { JsonValue } from '../base/json/json.ts';
import { canonicalJson } from './canonical.ts';

describe('S2 canonical JSON (RFC 8785)', () => {
  it('is the same however the value was written', () => {
    const one = JSON.parse('{"b":1.0,"a":[1e2,"\\u00e9"],"\\u20ac":-0}') as JsonValue;
    const two = JSON.parse('{ "€": 0, "a": [100, "é"], "b": 1 }') as JsonValue;
    expect(canonicalJson(one)).toBe('{"a":[100,"é"],"b":1,"€":0}');
    expect(canonicalJson(two)).toBe(canonicalJson(one));
  });

  it('does not normalise Unicode', () => {
    expect(canonicalJson('\u00e9')).not.toBe(canonicalJson('e\u0301'));
  });

  it('has a form for every value that JSON can say', () => {
    expect(canonicalJson(JSON.parse(String.raw`"\ud800"`) as string)).toBe(String.raw`"\ud800"`);
    expect(canonicalJson(JSON.parse('[1e400,-1e400]') as number[])).toBe('[Infinity,-Infinity]');
    expect(canonicalJson({ '\udc00': 1 })).toBe(String.raw`{"\udc00":1}`);
    expect(canonicalJson('\ud83d\ude00')).toBe('"😀"');
  });

  it('tells those apart from what looks like them', () => {
    const looks = [
      '\ud800',
      String.raw`\ud800`,
      '\ud801',
      '\ufffd',
      Infinity,
      -Infinity,
      'Infinity',
      null,
    ];
    expect(new Set(looks.map((value) => canonicalJson(value))).size).toBe(looks.length);
  });

  it('tells arguments apart, and none from nothing', () => {
    expect(argumentsDigest(undefined)).toBe(argumentsDigest({}));
    expect(argumentsDigest({ a: 1 })).not.toBe(argumentsDigest({ a: '1' }));
    expect(argumentsDigest({ a: '\ud800' })).not.toBe(argumentsDigest({ a: '\ud801' }));
  });
});
