import { describe, expect, it } from 'vitest';
import { argumentAt, paramHeaders } from './param-headers.ts';

const HEADER = 'x-mcp-header';

const text = (name: unknown) => ({ type: 'string', [HEADER]: name });
const object = (properties: Record<string, unknown>, more = {}) => ({
  type: 'object',
  properties,
  ...more,
});

describe('HC-7 the annotations of a schema', () => {
  it('are found at any depth below properties, in their order', () => {
    const schema = object({
      city: text('City'),
      plain: { type: 'string' },
      deep: object({ zone: { type: 'integer', [HEADER]: 'zone-2' } }),
      vip: { type: 'boolean', [HEADER]: 'vip' },
    });
    expect(paramHeaders(schema)).toEqual([
      { header: 'mcp-param-city', label: 'Mcp-Param-City', path: ['city'], type: 'string' },
      {
        header: 'mcp-param-zone-2',
        label: 'Mcp-Param-zone-2',
        path: ['deep', 'zone'],
        type: 'integer',
      },
      { header: 'mcp-param-vip', label: 'Mcp-Param-vip', path: ['vip'], type: 'boolean' },
    ]);
  });

  it('are read once for each schema', () => {
    const schema = object({ city: text('City') });
    expect(paramHeaders(schema)).toBe(paramHeaders(schema));
  });

  it.each<[string, Record<string, unknown>]>([
    ['no properties', { type: 'object' }],
    ['properties that are none', { type: 'object', properties: null }],
    ['properties that are none', object({ a: true, b: null })],
    ['an annotation that is null', object({ a: text(null) })],
  ])('are none in a schema with %s', (_, schema) => expect(paramHeaders(schema)).toEqual([]));

  it.each(['enum', 'const', 'default', 'examples'])('are none in the value of %s', (keyword) => {
    const value = { [HEADER]: 'City' };
    expect(paramHeaders(object({ a: { type: 'object', [keyword]: value } }))).toEqual([]);
    expect(paramHeaders(object({ a: { type: 'object', [keyword]: [value] } }))).toEqual([]);
  });

  it.each(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'])(
    'are none by the name of a member of %s',
    (keyword) => {
      const named = { type: 'object', [keyword]: { [HEADER]: { type: 'string' } } };
      expect(paramHeaders(object({ a: named }))).toEqual([]);
    },
  );

  it.each([
    ['empty', text('')],
    ['no text', text(7)],
    ['with a blank', text('a b')],
    ['with a colon', text('a:')],
    ['with a line end', text('a\n')],
    ['not ASCII', text('é')],
  ])('have to be header names, and not %s', (_, property) => {
    expect(() => paramHeaders(object({ a: property }))).toThrow('it is not a header name');
  });

  it.each([
    ['a number', { type: 'number', [HEADER]: 'a' }],
    ['an object', object({}, { [HEADER]: 'a' })],
    ['several types', { type: ['string', 'integer'], [HEADER]: 'a' }],
    ['no type', { [HEADER]: 'a' }],
  ])('have to be on a string, an integer or a boolean, and not on %s', (_, property) => {
    expect(() => paramHeaders(object({ a: property }))).toThrow("'a' is not on a string");
  });

  it('cannot be on the arguments as a whole, whatever their type', () => {
    expect(() => paramHeaders(text('a'))).toThrow("'a' is not on a string");
  });

  it('are refused as a mistake of the author', () => {
    const code = 'invalid_schema';
    expect(() => paramHeaders(text('a'))).toThrow(expect.objectContaining({ code }));
  });

  it('are given once, in any case', () => {
    const schema = object({ a: text('City'), b: text('CITY') });
    expect(() => paramHeaders(schema)).toThrow("'mcp-param-city' is given twice");
  });

  it.each<[string, Record<string, unknown>]>([
    ['items', { type: 'array', items: text('a') }],
    ['a list of schemas', { anyOf: [{ type: 'null' }, text('a')] }],
    ['definitions', { type: 'object', $defs: { x: text('a') } }],
    ['patterns', { type: 'object', patternProperties: { x: text('a') } }],
    ['additional properties', { type: 'object', additionalProperties: text('a') }],
    ['a list below properties', { items: object({ x: text('a') }) }],
  ])('are refused in %s, where no one value is meant', (_, property) => {
    const schema = object({ a: property, b: text('b') });
    expect(() => paramHeaders(schema)).toThrow('not reachable through `properties` alone');
  });

  it('do not keep a server busy with a schema that has no end', () => {
    const endless: Record<string, unknown> = { type: 'array' };
    endless['items'] = endless;
    const deep: Record<string, unknown> = { type: 'object' };
    deep['$defs'] = { deep };
    expect(paramHeaders(object({ a: endless, b: deep }))).toEqual([]);
  });
});

describe('HS-11 the argument at a path', () => {
  const args = { a: { b: 0 }, n: null, e: '', f: false };

  it.each<[string[], unknown]>([
    [['a', 'b'], 0],
    [['e'], ''],
    [['f'], false],
    [['a'], { b: 0 }],
    [['n'], undefined],
    [['n', 'b'], undefined],
    [['e', 'length'], undefined],
    [['x'], undefined],
    [['x', 'y'], undefined],
    [['toString'], undefined],
    [['a', 'constructor'], undefined],
  ])('%j', (path, value) => expect(argumentAt(args, path)).toEqual(value));

  it('is not there where there are no arguments', () => {
    expect(argumentAt(undefined, ['a'])).toBeUndefined();
    expect(argumentAt(null, ['a'])).toBeUndefined();
  });
});
