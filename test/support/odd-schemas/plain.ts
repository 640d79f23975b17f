/** JSON Schemas that authors write. */
import { type Json, type Row, p, some } from './row.ts';

let deep: Json = { type: 'object' };
for (let i = 0; i < 100; i++) deep = { type: 'object', properties: { a: deep } };

const node = { type: 'object', properties: { next: { $ref: '#/$defs/node' } }, required: ['v'] };
const tree = { p: { v: 1, next: { v: 2 } } };
const badTree = { p: { v: 1, next: {} } };

export const PLAIN: Row[] = [
  ['nothing but its type', { type: 'object' }, [{}, { a: 1 }], []],
  ['a type in a list', { type: ['object'], required: ['a'] }, [{ a: 1 }], [{}]],
  ['a boolean schema', p(true), some(1, null), []],
  ['a boolean schema that fits nothing', p(false), [{}], some(1)],
  ['a reference to the root', p({ $ref: '#' }), [{ p: { p: {} } }], [{ p: { p: 1 } }]],
  [
    'a definition',
    p({ $ref: '#/$defs/a' }, { $defs: { a: { type: 'string' } } }),
    some('x'),
    some(1),
  ],
  [
    'a definition of draft-07',
    p({ $ref: '#/definitions/a' }, { definitions: { a: { type: 'string' } } }),
    some('x'),
    some(1),
  ],
  ['a recursive definition', p({ $ref: '#/$defs/node' }, { $defs: { node } }), [tree], [badTree]],
  [
    'a reference to a property',
    { type: 'object', properties: { a: { type: 'string' }, p: { $ref: '#/properties/a' } } },
    some('x'),
    some(1),
  ],
  [
    'a reference to an unknown keyword',
    p(
      { $ref: '#/components/schemas/A' },
      { components: { schemas: { A: { $ref: '#/components/schemas/B' }, B: { type: 'string' } } } },
    ),
    some('x'),
    some(1),
  ],
  [
    'an escaped pointer',
    p({ $ref: '#/$defs/a~1b~0c%20d' }, { $defs: { 'a/b~c d': { type: 'string' } } }),
    some('x'),
    some(1),
  ],
  [
    'a reference beside keywords',
    p({ $ref: '#/$defs/a', minLength: 2 }, { $defs: { a: { type: 'string' } } }),
    some('xy'),
    some('x', 1),
  ],
  [
    'an anchor',
    p({ $ref: '#a' }, { $defs: { x: { $anchor: 'a', type: 'string' } } }),
    some('x'),
    some(1),
  ],
  [
    'a dynamic anchor',
    p({ type: 'array', items: { $dynamicRef: '#a' } }, { $dynamicAnchor: 'a', required: ['p'] }),
    some([{ p: [] }]),
    some([{}]),
  ],
  [
    'a dynamic anchor at the root',
    { type: 'object', $dynamicAnchor: 'n', properties: { p: { $dynamicRef: '#n' } } },
    [{ p: { p: {} } }],
    [{ p: { p: 1 } }],
  ],
  [
    'an $id',
    {
      $id: 'https://a.example/root',
      ...p({ $ref: '#/$defs/a' }, { $defs: { a: { type: 'string' } } }),
    },
    some('x'),
    some(1),
  ],
  [
    'an $id of its own for a definition',
    p(
      { $ref: 'https://a.example/b' },
      { $defs: { b: { $id: 'https://a.example/b', type: 'string' } } },
    ),
    some('x'),
    some(1),
  ],
  [
    'a reference below an $id of its own',
    p(
      {
        $id: 'https://a.example/c',
        type: 'object',
        properties: { q: { $ref: '#/$defs/a' } },
        $defs: { a: { type: 'string' } },
      },
      { $defs: { a: { type: 'number' } } },
    ),
    [{ p: { q: 'x' } }],
    [{ p: { q: 1 } }],
  ],
  [
    'a relative $id',
    {
      $id: 'https://a.example/d/root',
      ...p({ $ref: 'leaf' }, { $defs: { l: { $id: 'leaf', type: 'string' } } }),
    },
    some('x'),
    some(1),
  ],
  [
    'an $id without a scheme',
    p({ $ref: 'leaf.json' }, { $defs: { l: { $id: 'leaf.json', type: 'string' } } }),
    some('x'),
    some(1),
  ],
  [
    'an $id that is a URN',
    p({ $ref: 'urn:a:leaf' }, { $defs: { l: { $id: 'urn:a:leaf', type: 'string' } } }),
    some('x'),
    some(1),
  ],
  [
    'the pointer of another part with the same names',
    p(
      {
        type: 'object',
        $defs: { a: { type: 'number' } },
        properties: { q: { $ref: '#/$defs/a' } },
      },
      { $defs: { a: { type: 'string' } } },
    ),
    [{ p: { q: 'x' } }],
    [{ p: { q: 1 } }],
  ],
  [
    'allOf at the root',
    { allOf: [{ type: 'object', required: ['a'] }, { required: ['b'] }] },
    [{ a: 1, b: 1 }],
    [{ a: 1 }],
  ],
  [
    'anyOf at the root',
    {
      anyOf: [
        { type: 'object', required: ['a'] },
        { type: 'object', required: ['b'] },
      ],
    },
    [{ b: 1 }],
    [{}],
  ],
  [
    'oneOf at the root',
    {
      oneOf: [
        { type: 'object', required: ['a'] },
        { type: 'object', required: ['b'] },
      ],
    },
    [{ b: 1 }],
    [{ a: 1, b: 1 }],
  ],
  [
    'a reference at the root',
    { $ref: '#/definitions/A', definitions: { A: { type: 'object', required: ['a'] } } },
    [{ a: 1 }],
    [{}],
  ],
  [
    'unions of references at the root',
    {
      anyOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/b' }],
      $defs: {
        a: { type: 'object', required: ['a'] },
        b: { allOf: [{ type: 'object' }, { required: ['b'] }] },
      },
    },
    [{ a: 1 }, { b: 1 }],
    [{}],
  ],
  [
    'conditions',
    {
      type: 'object',
      if: { required: ['a'] },
      then: { required: ['b'] },
      else: { required: ['c'] },
    },
    [{ a: 1, b: 1 }, { c: 1 }],
    [{ a: 1 }, {}],
  ],
  [
    'a recursive union',
    p({ anyOf: [{ type: 'string' }, { type: 'array', items: { $ref: '#/properties/p' } }] }),
    some('x', ['x', ['y']]),
    some(1, [1]),
  ],
  [
    'a dialect',
    p({ type: 'string' }, { $schema: 'http://json-schema.org/draft-07/schema#' }),
    some('x'),
    some(1),
  ],
  [
    'items in a list',
    p(
      { type: 'array', items: [{ type: 'string' }] },
      { $schema: 'http://json-schema.org/draft-07/schema#' },
    ),
    some(['x', 1]),
    some([1]),
  ],
  [
    'prefixItems',
    p({ type: 'array', prefixItems: [{ type: 'string' }], items: false }),
    some(['x']),
    some([1], ['x', 1]),
  ],
  [
    'contains',
    p({ contains: { type: 'string' }, minContains: 2 }),
    some(['x', 'y']),
    some(['x', 1]),
  ],
  [
    'unevaluatedProperties',
    {
      allOf: [{ type: 'object', properties: { a: true } }],
      properties: { b: true },
      unevaluatedProperties: false,
    },
    [{ a: 1, b: 1 }],
    [{ c: 1 }],
  ],
  [
    'unevaluatedProperties behind a reference',
    {
      type: 'object',
      $ref: '#/$defs/a',
      unevaluatedProperties: false,
      $defs: { a: { properties: { a: true } } },
    },
    [{ a: 1 }],
    [{ b: 1 }],
  ],
  [
    'dependentRequired',
    { type: 'object', dependentRequired: { a: ['b'] } },
    [{ b: 1 }],
    [{ a: 1 }],
  ],
  [
    'dependentSchemas',
    { type: 'object', dependentSchemas: { a: { required: ['b'] } } },
    [{ b: 1 }],
    [{ a: 1 }],
  ],
  ['propertyNames', { type: 'object', propertyNames: { pattern: '^a' } }, [{ ab: 1 }], [{ b: 1 }]],
  [
    'a pattern with needless escapes',
    p({ type: 'string', pattern: '^https\\:\\/\\/' }),
    some('https://x'),
    some('http://x'),
  ],
  ['a pattern with a single bracket', p({ pattern: '^}a]$' }), some('}a]'), some('a')],
  [
    'a pattern with a hyphen beside an escape',
    p({ pattern: '^[\\w-.]+$' }),
    some('a-b.c'),
    some('a b'),
  ],
  ['a pattern with Unicode', p({ pattern: '^\\p{Lu}$' }), some('Ä'), some('ä')],
  ['a pattern of one character', p({ pattern: '^.$' }), some('x'), some('xy')],
  [
    'patternProperties',
    {
      type: 'object',
      patternProperties: { '^a': { type: 'string' } },
      additionalProperties: false,
    },
    [{ ab: 'x' }],
    [{ ab: 1 }, { b: 'x' }],
  ],
  [
    'patternProperties with needless escapes',
    {
      type: 'object',
      patternProperties: { '^x\\-[\\w-.]': { type: 'string' } },
      additionalProperties: false,
    },
    [{ 'x-.': 'x' }],
    [{ 'x-.': 1 }, { y: 'x' }],
  ],
  ['a format that nobody knows', p({ type: 'string', format: 'moon-phase' }), some('x'), some(1)],
  [
    'keywords that nobody knows',
    p({ type: 'string', nullable: true, 'x-ui': { $ref: '#/nowhere' } }),
    some('x'),
    some(1),
  ],
  [
    'a $ref in examples',
    p({ type: 'object', examples: [{ $ref: 'https://a.example/x.json' }] }),
    some({}),
    some(1),
  ],
  [
    'a $ref in a default, an enum and a constant',
    {
      type: 'object',
      properties: {
        a: { default: { $ref: '#/x' } },
        b: { enum: [{ $ref: '#/x' }] },
        p: { const: { $ref: '#/x' } },
      },
    },
    some({ $ref: '#/x' }),
    some(1),
  ],
  [
    'properties with the names of keywords',
    {
      type: 'object',
      properties: {
        $ref: { type: 'string' },
        pattern: { type: 'string' },
        enum: { type: 'string' },
        properties: { type: 'string' },
      },
    },
    [{ $ref: 'x', pattern: '(' }],
    [{ $ref: 1 }, { properties: 1 }],
  ],
  [
    'a property called $defs',
    { type: 'object', properties: { $defs: { type: 'string' }, definitions: { type: 'string' } } },
    [{ $defs: 'x' }],
    [{ $defs: 1 }, { definitions: 1 }],
  ],
  [
    'a property with slashes',
    {
      type: 'object',
      properties: { 'a/b': { $ref: '#/properties/c~1d' }, 'c/d': { type: 'string' } },
    },
    [{ 'a/b': 'x' }],
    [{ 'a/b': 1 }],
  ],
  ['an undefined keyword', p({ type: 'string', pattern: undefined }), some('x'), some(1)],
  ['a deep schema', deep, [{ a: { a: {} } }], [{ a: { a: 1 } }]],
  [
    'more parts than can be compiled',
    { type: 'object', anyOf: Array.from({ length: 3_000 }, () => ({ required: ['a'] })) },
    [{ a: 1 }],
    [{}],
  ],
  [
    'inherited names',
    { type: 'object', properties: { toString: { type: 'string' }, valueOf: { type: 'number' } } },
    [{}, { toString: 'x' }],
    [{ toString: 1 }],
  ],
  [
    'inherited names that are required',
    { type: 'object', required: ['toString', 'constructor'] },
    [{ toString: 1, constructor: 1 }],
    [{}, { toString: 1 }],
  ],
];
