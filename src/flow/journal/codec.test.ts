import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HANGS, draws } from '../../base/test-support/fuzz.ts';
import type { JsonValue } from '../../base/json.ts';
import { decode, encode } from './codec.ts';

const roundTrip = (value: unknown): unknown => decode(JSON.parse(JSON.stringify(encode(value))));

const rich = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    fc.json().map((text): unknown => JSON.parse(text)),
    fc.constantFrom(undefined, NaN, Infinity, -Infinity, -0),
    fc.bigInt(),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array(),
    fc.float64Array(),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value')),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('~', '~d', '~o', 'toString')),
      tie('value'),
      {
        noNullPrototype: true,
      },
    ),
    fc.array(fc.tuple(tie('value'), tie('value'))).map((pairs) => new Map(pairs)),
    fc.array(tie('value')).map((items) => new Set(items)),
  ),
})).value;

describe('F6 the codec', () => {
  it(
    'gives back whatever it was given',
    () => {
      const property = fc.property(rich, (value) => {
        expect(roundTrip(value)).toStrictEqual(value);
      });
      fc.assert(property, draws(2_000));
    },
    HANGS,
  );

  it('leaves plain JSON as it is', () => {
    const plain = { a: [1, 'two', null, true, { b: {} }], c: 1.5 };
    expect(encode(plain)).toEqual(plain);
  });

  it('keeps a member named __proto__ a member', () => {
    const hostile = JSON.parse('{"__proto__":{"admin":true},"a":1}') as object;
    const copy = roundTrip(hostile) as object;
    expect(Object.keys(copy)).toEqual(['__proto__', 'a']);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect((copy as { admin?: boolean }).admin).toBeUndefined();
  });

  it('detaches what it decodes', () => {
    const shared = encode({ list: [1] });
    const first = decode(shared) as { list: number[] };
    first.list.push(2);
    expect(decode(shared)).toEqual({ list: [1] });
  });

  const unreadable: [string, string][] = [
    ['a bigint that is not a number', '{"~n":"abc"}'],
    ['a bigint in another notation', '{"~n":"0x10"}'],
    ['a bigint as a number', '{"~n":1}'],
    ['a tag that is not known', '{"~x":[]}'],
    ['a tag named like a method of objects', '{"~toString":[]}'],
    ['a tag beside another member', '{"~d":0,"a":1}'],
    ['a tag behind another member', '{"a":1,"~d":0}'],
    ['a constant that is not known', '{"~":"null"}'],
    ['a constant that is a number', '{"~":"7"}'],
    ['a date as a text', '{"~d":"2026-01-01"}'],
    ['a date beyond all dates', '{"~d":1e20}'],
    ['a map that is an object', '{"~m":{}}'],
    ['a map of single values', '{"~m":[[1]]}'],
    ['a map of texts', '{"~m":["ab"]}'],
    ['a set that is a text', '{"~s":"ab"}'],
    ['bytes without a type', '{"~b":"AAAA"}'],
    ['bytes of an unknown type', '{"~b":["toString","AAAA"]}'],
    ['bytes that are not base64', '{"~b":["Uint8Array","*"]}'],
    ['bytes that do not make whole numbers', '{"~b":["Float64Array","AAAA"]}'],
    ['members that are an object', '{"~o":{}}'],
    ['members whose names are not texts', '{"~o":[[1,2]]}'],
    ['a wrong tag inside of a right one', '{"~s":[{"~m":[["k",{"~n":""}]]}]}'],
    ['what is nested too deeply to be read', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ];
  it.each(unreadable)('F8 refuses to decode %s', (_name, json) => {
    const written = JSON.parse(json) as JsonValue;
    expect(() => decode(written)).toThrow(Error);
  });

  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  const refused: [string, unknown, string][] = [
    ['a function', { a: [() => 1] }, "'a[0]' is a function"],
    ['a symbol', Symbol('s'), 'the value is a symbol'],
    ['a symbol key', { [Symbol('s')]: 1 }, 'the value has a symbol key'],
    [
      'a class instance',
      { at: { url: new URL('https://example.com') } },
      "'at.url' is an instance of URL",
    ],
    ['an error', new Error('x'), 'the value is an instance of Error'],
    ['a map with a function', new Map([['k', () => 1]]), "'.get(k)' is a function"],
    ['a cycle', cyclic, 'is nested deeper than 100'],
    ['a DataView', new DataView(new ArrayBuffer(1)), 'the value is an instance of DataView'],
  ];
  for (const [name, value, message] of refused) {
    it(`refuses ${name}, naming the path`, () => {
      expect(() => encode(value)).toThrow(expect.objectContaining({ code: 'unrecordable_value' }));
      expect(() => encode(value)).toThrow(message);
    });
  }
});
