import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../base/json/json.ts';
import { decode, encode } from './codec.ts';

const roundTrip = (value: unknown): unknown => decode(JSON.parse(JSON.stringify(encode(value))));

/** `value`, as an object that says it is a `name`. */
const named = (value: object, name: string): object =>
  Object.defineProperty(value, Symbol.toStringTag, { value: name });

describe('F6 the codec', () => {
  const rich0 = { a: 1 };
  const rich: [string, unknown][] = [
    ['undefined', undefined],
    ['not a number', Number.NaN],
    ['both infinities', [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ['both zeros', [0, -0]],
    ['bigints', [0n, -(2n ** 70n), 2n ** 70n]],
    ['dates, also invalid ones', [new Date(0), new Date(-5), new Date(Number.NaN)]],
    [
      'a map with keys of every kind',
      new Map<unknown, unknown>([
        [{ a: 1 }, 1n],
        [null, new Set()],
      ]),
    ],
    ['a set with members of every kind', new Set<unknown>([undefined, 'a', new Map([['k', 1]])])],
    ['names that look like tags', { '~': 1, '~d': 2, a: { '~o': [] }, b: [{ '~n': '1' }] }],
    ['one name that looks like a tag', { '~d': 'not a date' }],
    ['bytes', Uint8Array.from([0, 255])],
    ['a part of a longer buffer', new Uint16Array([1, 2, 3, 4]).subarray(1, 3)],
    ['an array with holes, filled', Array.from({ length: 3 })],
    ['an array with members', Object.assign([1, 2], { total: 4, none: undefined })],
    ['an array of nothing but members', Object.assign([], { '~d': 1 })],
    ['an array with names that look like places', Object.assign([1], { '01': 1, '1.5': 2, x1: 3 })],
    ['an array with a number that names no item', Object.assign([1], { a: 2, 4294967295: 3 })],
    ['a match of a pattern', /(\d+)/.exec('in 2026')],
    ['the same object twice', Array.from({ length: 2 }, () => rich0)],
    ['text of every kind', ['', '\ud800', '\u0000', '😀', '~']],
  ];
  it.each(rich)('gives back %s', (_name, value) => {
    expect(roundTrip(value)).toStrictEqual(value);
  });

  const typedArrays = [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
  ];
  it.each(typedArrays)('gives back numbers in a %o', (TypedArray) => {
    expect(roundTrip(TypedArray.from([1, 2, 3]))).toStrictEqual(TypedArray.from([1, 2, 3]));
  });

  it.each([BigInt64Array, BigUint64Array])('gives back bigints in a %o', (TypedArray) => {
    expect(roundTrip(TypedArray.from([1n, 2n]))).toStrictEqual(TypedArray.from([1n, 2n]));
  });

  it('gives back a hole in an array with members as undefined', () => {
    const holed = Object.assign([0, 1, 2], { total: 3 });
    delete holed[0];
    expect(roundTrip(holed)).toStrictEqual(Object.assign([undefined, 1, 2], { total: 3 }));
  });

  it('gives back an object without a prototype as a plain one, a Buffer as bytes', () => {
    expect(roundTrip(Object.assign(Object.create(null), { a: 1 }))).toStrictEqual({ a: 1 });
    expect(roundTrip(Buffer.from([1, 2]))).toStrictEqual(Uint8Array.from([1, 2]));
  });

  it('gives back what another realm has made as what this one has', () => {
    const source = `({
      plain: { list: [1, [2]] }, date: new Date(5), map: new Map([[1, { a: 1 }]]),
      set: new Set([1]), bytes: new Uint8Array([1, 2]), bare: Object.create(null),
      match: /(\\d)/.exec('a1'),
    })`;
    const copy = roundTrip(runInNewContext(source)) as Record<string, unknown>;
    expect(copy).toStrictEqual({
      plain: { list: [1, [2]] },
      date: new Date(5),
      map: new Map([[1, { a: 1 }]]),
      set: new Set([1]),
      bytes: Uint8Array.from([1, 2]),
      bare: {},
      match: /(\d)/.exec('a1'),
    });
  });

  it('gives bytes a buffer of their own', () => {
    const bytes = roundTrip(Buffer.from([1, 2])) as Uint8Array;
    expect(bytes.buffer.byteLength).toBe(2);
  });

  it.each([
    ['arrays', (inner: unknown) => [inner]],
    ['objects', (inner: unknown) => ({ a: inner })],
    ['maps', (inner: unknown) => new Map([['a', inner]])],
    ['map keys', (inner: unknown) => new Map([[inner, 'a']])],
    ['sets', (inner: unknown) => new Set([inner])],
  ])('takes a hundred %s in each other, and refuses one more', (_kind, wrap) => {
    let deep: unknown = 1;
    for (let i = 0; i < 100; i++) deep = wrap(deep);
    expect(roundTrip(deep)).toStrictEqual(deep);
    expect(() => encode(wrap(deep))).toThrow('is nested deeper than 100');
  });

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
    const member = Object.getOwnPropertyDescriptor(copy, '__proto__');
    expect(member).toMatchObject({ writable: true, enumerable: true, configurable: true });
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
    ['bytes of a type in a list', '{"~b":[["Uint8Array"],"AAAA"]}'],
    ['bytes that are not a text', '{"~b":["Uint8Array",["AAAA"]]}'],
    ['bytes that are missing', '{"~b":["Uint8Array"]}'],
    ['bytes that are not base64', '{"~b":["Uint8Array","*"]}'],
    ['an array of nothing', '{"~a":[]}'],
    ['an array without members', '{"~a":[[1]]}'],
    ['an array and something else', '{"~a":[[1],[["a",2]],3]}'],
    ['an array whose member has no name', '{"~a":[[1],[[null,2]]]}'],
    ['an array whose member is an item', '{"~a":[[1],[["0",2]]]}'],
    ['an array whose member is its length', '{"~a":[[1],[["length",2]]]}'],
    ['members that are an object', '{"~o":{}}'],
    ['members whose names are not texts', '{"~o":[[1,2]]}'],
    ['a wrong tag inside of a right one', '{"~s":[{"~m":[["k",{"~n":""}]]}]}'],
  ];
  it.each(unreadable)('F8 refuses to decode %s', (_name, json) => {
    const written = JSON.parse(json) as JsonValue;
    expect(() => decode(written)).toThrow(/is not (?:one|a known tag|the only member)$/);
  });

  it.each([
    ['bytes that do not make whole numbers', '{"~b":["Float64Array","AAAA"]}'],
    ['what is nested too deeply to be read', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ])('F8 cannot decode %s', (_name, json) => {
    const written = JSON.parse(json) as JsonValue;
    expect(() => decode(written)).toThrow(RangeError);
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
    ['a cycle', cyclic, "'self' is part of a cycle"],
    ['a cycle through a list', { a: [cyclic] }, "'a[0].self' is part of a cycle"],
    ['a subclass of Map', new (class Prices extends Map {})(), 'is an instance of Prices'],
    ['a subclass of Array', new (class Rows extends Array {})(), 'is an instance of Rows'],
    ['a subclass of Date', new (class Day extends Date {})(), 'is an instance of Day'],
    ['a subclass of bytes', new (class Ids extends Uint32Array {})(1), 'is an instance of Ids'],
    ['what only has the name of a Map', new (class Map {})(), 'is an instance of Map'],
    ['what only inherits from Map', Object.create(Map.prototype), 'is an instance of Map'],
    ['what only inherits from Array', Object.create(Array.prototype), 'is an instance of Array'],
    ['a date with a member', Object.assign(new Date(0), { zone: 'Z' }), "'zone' is not part of"],
    ['a set with a member', { a: Object.assign(new Set(), { b: 1 }) }, "'a.b' is not part of"],
    ['bytes of another name', named(new Uint8Array(1), 'Pixels'), 'the value is a Pixels'],
    ['a map with a member', Object.assign(new Map(), { total: 1 }), "'total' is not part of"],
    ['a function beside the items', [Object.assign([1], { f: () => 1 })], "'[0].f' is a function"],
    [
      'a URL of another realm',
      runInNewContext('({ at: new (class Money {})() })'),
      "'at' is an instance of Money",
    ],
    ['a function in a set', new Set([() => 1]), "'.values()' is a function"],
    ['a function in a key', new Map([[{ f: () => 1 }, 1]]), "'.keys().f' is a function"],
    ['a function behind an object', new Map([[{}, () => 1]]), "'.get(…)' is a function"],
    ['a function in an object in a list', [{ b: { c: () => 1 } }], "'[0].b.c' is a function"],
    [
      'an instance of a class without a name',
      Object.create({ constructor: undefined }),
      'the value is an instance of class',
    ],
    ['a buffer', new ArrayBuffer(1), 'the value is an instance of ArrayBuffer'],
    ['a DataView', new DataView(new ArrayBuffer(1)), 'the value is an instance of DataView'],
  ];
  for (const [name, value, message] of refused) {
    it(`refuses ${name}, naming the path`, () => {
      expect(() => encode(value)).toThrow(expect.objectContaining({ code: 'unrecordable_value' }));
      expect(() => encode(value)).toThrow(message);
    });
  }
});
