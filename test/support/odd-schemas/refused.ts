/** Schemas that cannot be used. */
import { toStandardJsonSchema as json } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import * as z from 'zod';
import { type Json, p } from './row.ts';

/** A schema that is refused, and what the message says. */
export type Refused = [name: string, schema: unknown, says: string];

const cyclic: Json = { type: 'object', properties: {} };
(cyclic['properties'] as Json)['p'] = { type: 'object', properties: { back: cyclic } };

function formAlone(vendor: string): object {
  const form = (): Json => ({ type: 'object' });
  return { '~standard': { version: 1, vendor, jsonSchema: { input: form, output: form } } };
}

export const REFUSED: Refused[] = [
  ['a pattern that is none', p({ pattern: '(' }), "'p': pattern must be a regular expression"],
  ['a pattern in a list', p({ type: 'array', items: { pattern: '[' } }), "'p.items': pattern"],
  [
    'a pattern in a definition',
    { type: 'object', $defs: { a: { pattern: '*' } } },
    "'$defs.a': pattern",
  ],
  [
    'a pattern of properties that is none',
    p({ patternProperties: { '(': true } }),
    `'p': patternProperties has "("`,
  ],
  ['a pattern that is not a text', p({ pattern: /x/ }), "'p': pattern"],
  ['a type that is none', p({ type: 'text' }), "'p': type must be one of"],
  ['a type of draft-03', p({ type: 'any' }), "'p': type"],
  [
    'required of draft-03',
    p({ type: 'string', required: true }),
    "'p': required must be a list of names",
  ],
  [
    'exclusiveMinimum of draft-04',
    p({ type: 'number', minimum: 0, exclusiveMinimum: true }),
    "'p': exclusiveMinimum must be a number",
  ],
  ['a bound that is a text', p({ minimum: '1' }), "'p': minimum must be a number"],
  ['a bound that is not a number', p({ maximum: NaN }), "'p': maximum"],
  ['a length below 0', p({ minLength: -1 }), "'p': minLength must be a whole number"],
  ['a multiple of 0', p({ multipleOf: 0 }), "'p': multipleOf must be a number above 0"],
  ['an enum that is not a list', p({ enum: 'a' }), "'p': enum must be a list"],
  [
    'properties in a list',
    { type: 'object', properties: [] },
    'properties must be an object of schemas',
  ],
  ['a property that is a text', p('string'), 'properties must be an object of schemas'],
  ['a property that is null', p(null), 'properties must be an object of schemas'],
  ['an empty allOf', p({ allOf: [] }), "'p': allOf must be a list of schemas"],
  [
    'a reference to nowhere',
    p({ $ref: '#/$defs/none' }),
    `'p': reference "#/$defs/none" is not in the schema`,
  ],
  ['an anchor of nowhere', p({ $ref: '#none' }), `'p': reference "#none" is not in the schema`],
  ['a reference to no schema', p({ $ref: '#/required' }, { required: ['p'] }), "'p': reference"],
  [
    'a reference that only fits further down',
    p({ properties: { q: { $ref: '#/$defs/a' } }, $defs: { a: {} } }),
    "'p.q': reference",
  ],
  [
    'a reference to the network',
    p({ $ref: 'https://a.example/a.json' }),
    '\'p\': reference "https://a.example/a.json" would have to be fetched',
  ],
  ['a reference to a file', p({ $ref: 'a.json' }), "'p': reference"],
  ['a dynamic reference to nowhere', p({ $dynamicRef: '#none' }), "'p': reference"],
  ['a reference to itself', p({ $ref: '#/properties/p' }), 'it refers to itself'],
  [
    'references around in a circle',
    p(
      { $ref: '#/$defs/a' },
      { $defs: { a: { $ref: '#/$defs/b' }, b: { allOf: [{ $ref: '#/$defs/a' }] } } },
    ),
    'it refers to itself',
  ],
  [
    'a root that refers to itself',
    { type: 'object', allOf: [{ $ref: '#' }] },
    'it refers to itself',
  ],
  ['an object in itself', cyclic, 'it is not JSON'],
  ['a bigint', p({ default: 5n }), "'p.default': it is not JSON"],
  [
    'a dialect that is not supported',
    p({}, { $schema: 'http://json-schema.org/draft-04/schema#' }),
    'is not supported; use 2020-12',
  ],
  ['another type than object', { type: 'string' }, 'must be of type object'],
  ['no type', { properties: { a: true } }, 'must be of type object'],
  [
    'a union with something else',
    { anyOf: [{ type: 'object' }, { type: 'string' }] },
    'must be of type object',
  ],
  [
    'a union of zod with something else',
    z.union([z.object({}), z.string()]),
    'must be of type object',
  ],
  [
    'a date of zod',
    z.object({ when: z.date() }),
    "'when': it has no JSON form (Date cannot be represented in JSON Schema); take what JSON has",
  ],
  ['a file of zod', z.object({ of: z.file() }), "'of': it has no JSON form (File"],
  ['a date of arktype', type({ when: 'Date' }), "'when': it has no JSON form (Date"],
  [
    'a date of arktype that may be absent',
    type({ a: { 'when?': 'Date' } }),
    "'a.when': it has no JSON form (Date",
  ],
  ['a map of arktype', type({ of: 'Map' }), "'of': it has no JSON form (Map"],
  ['a bigint of arktype', type({ n: 'bigint' }), "'n': it has no JSON form (bigint"],
  [
    'a choice of arktype with a date',
    type({ when: 'string | Date' }),
    "'when': it has no JSON form (Date",
  ],
  [
    'a date of zod deep inside',
    z.object({ a: z.array(z.object({ when: z.date() }).optional()) }),
    "'a.when': it has no JSON form",
  ],
  [
    'a date in a shape',
    { when: z.date() },
    "inputSchema of tool 't': The schema cannot be used: 'when': it has no JSON form (Date",
  ],
  [
    'a date deep inside of a shape',
    { a: z.object({ when: z.date() }) },
    "'a.when': it has no JSON form",
  ],
  [
    'a reference of its own in zod',
    z.object({ a: z.string().meta({ $ref: '#/nowhere' }) }),
    "'a': reference",
  ],
  [
    'a date of valibot',
    json(v.object({ when: v.date() })),
    'The "date" schema cannot be converted to JSON Schema); take what JSON has',
  ],
  [
    'a schema of Effect as it is',
    Object.assign(() => {}, { ast: {}, fields: {} }),
    'a schema of Effect needs Schema.toStandardJSONSchemaV1(Schema.toStandardSchemaV1(schema))',
  ],
  [
    'the JSON form of Effect alone',
    formAlone('effect'),
    'write Schema.toStandardJSONSchemaV1(Schema.toStandardSchemaV1(schema))',
  ],
  ['the JSON form of another library alone', formAlone('own'), 'give the JSON Schema itself'],
  ['a standard that says nothing', { '~standard': null }, 'nothing that checks values'],
  ['valibot without its JSON form', v.object({ a: v.string() }), 'toStandardJsonSchema'],
];
