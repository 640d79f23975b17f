import { describe, expect, it } from 'vitest';
import { jsonCopy, jsonProblem } from './json-copy.ts';

const cycle: Record<string, unknown> = { list: [] };
(cycle['list'] as unknown[]).push({ cycle });
const shared = { a: 1 };

describe('a copy by JSON', () => {
  it.each<[unknown, string]>([
    [{ n: Number.NaN }, 'n is NaN, which JSON writes as null'],
    [{ a: [{ b: Number.POSITIVE_INFINITY }] }, 'a[0].b is Infinity, which JSON writes as null'],
    [{ a: null, n: Number.NEGATIVE_INFINITY }, 'n is -Infinity, which JSON writes as null'],
    [Number.NaN, 'it is NaN, which JSON writes as null'],
    [{ n: { toJSON: () => Number.NaN } }, 'n is NaN, which JSON writes as null'],
    [{ a: { n: 5n } }, 'a.n is a BigInt, which JSON does not have'],
    [cycle, 'list[0].cycle is part of a cycle, which JSON cannot write'],
    [{ a: [1, undefined] }, 'a[1] is undefined, which JSON writes as null in a list'],
    // oxlint-disable-next-line no-sparse-arrays -- a hole is what is tried
    [{ a: [1, , 2] }, 'a[1] is undefined, which JSON writes as null in a list'],
    [{ a: [() => 1] }, 'a[0] is a function, which JSON writes as null in a list'],
    [{ a: new Date(Number.NaN) }, 'a is an invalid Date, which JSON writes as null'],
    [{ a: new Map([[1, 2]]) }, 'a is an instance of Map, which JSON writes as {}'],
    [{ a: new Set([1]) }, 'a is an instance of Set, which JSON writes as {}'],
    [{ text: Promise.resolve('x') }, 'text is an instance of Promise, which JSON writes as {}'],
    [{ a: /x/ }, 'a is an instance of RegExp, which JSON writes as {}'],
    [{ a: new Error('x') }, 'a is an instance of Error, which JSON writes as {}'],
    [{ a: Object(Number.NaN) as object }, 'a is an instance of Number, which JSON writes as null'],
  ])('names what is lost of %o', (value, problem) => {
    expect(jsonProblem(value)).toBe(problem);
    expect(() => jsonCopy(value)).toThrow(new TypeError(problem));
  });

  it.each<[unknown]>([
    [{ a: undefined, b: null, c: {}, d: [null, []], e: 'null {}' }],
    [{ when: new Date(0), n: Object(5) as object, own: { toJSON: () => null } }],
    [{ one: shared, other: shared, list: [shared, shared], none: null }],
    [new (class Empty {})()],
    [Object.assign(Object.create(null), { none: null })],
    [undefined],
    ['null'],
  ])('loses nothing but absent members of %o', (value) => {
    const text = JSON.stringify(value) as string | undefined;
    expect(jsonProblem(value)).toBeUndefined();
    expect(jsonCopy(value)).toEqual(text && JSON.parse(text));
  });

  it('says why a value cannot be written that throws itself', () => {
    const value = {
      toJSON() {
        throw new Error('not now');
      },
    };
    expect(() => jsonCopy({ value })).toThrow('not now');
  });

  it('looks at no member of a value that has lost nothing', () => {
    let reads = 0;
    const value = {
      get n() {
        reads++;
        return 1;
      },
    };
    jsonCopy(value);
    expect(reads).toBe(1);
  });
});
