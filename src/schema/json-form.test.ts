import { describe, expect, it } from 'vitest';
import { jsonForm } from './json-form.ts';

class Plan {
  readonly step = 1;
  readonly none = undefined;
}

const deep: unknown[] = [];
let inner = deep;
for (let i = 0; i < 300; i++) inner.push((inner = []));

describe('the JSON form of a value', () => {
  it.each([null, true, 0, -1.5, '', 'x', [], {}, [1, ['x', null]], { a: { b: [{}] } }])(
    'is the value itself where JSON changes nothing: %j',
    (value) => expect(jsonForm(value)).toBe(value),
  );

  it('is the value itself for an object without a prototype', () => {
    const value = Object.assign(Object.create(null) as object, { a: 1 });
    expect(jsonForm(value)).toBe(value);
  });

  it.each<[string, unknown, unknown]>([
    ['an undefined member', { a: undefined, b: 1 }, { b: 1 }],
    ['an undefined member deep inside', [{ a: { b: undefined } }], [{ a: {} }]],
    ['an undefined item', [undefined], [null]],
    ['a hole', Object.assign([], { 1: 'x' }), [null, 'x']],
    ['NaN', { a: NaN }, { a: null }],
    ['Infinity', [Infinity], [null]],
    ['a date', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
    ['toJSON', { toJSON: () => ({ a: 1 }) }, { a: 1 }],
    ['a class instance', new Plan(), { step: 1 }],
    ['a map', { m: new Map([['a', 1]]) }, { m: {} }],
    ['a function', { f: () => 1, a: 1 }, { a: 1 }],
    ['a symbol', { s: Symbol('s') }, {}],
    ['a boxed text', { s: Object('x') as unknown }, { s: 'x' }],
    ['what is nested deep', deep, deep],
  ])('of %s is what its reader gets', (_what, value, form) => {
    expect(jsonForm(value)).toEqual(form);
    expect(jsonForm(value)).toStrictEqual(JSON.parse(JSON.stringify(value)));
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a bigint', { a: 1n }],
    ['a cycle', cycle()],
  ])('of %s does not exist', (_what, value) => {
    expect(() => jsonForm(value)).toThrow(TypeError);
  });
});

function cycle(): unknown {
  const value: Record<string, unknown> = {};
  value['self'] = value;
  return value;
}
