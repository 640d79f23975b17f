import { describe, expect, it } from 'vitest';
import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import * as z from 'zod';
import type { JsonSchema } from '../../base/json/json.ts';
import { resolveSchema } from '../../schema/author-schema.ts';
import type { AuthorSchema } from '../../schema/standard.ts';
import { toFormSchema } from './form-schema.ts';

const form = (properties: unknown, more: object = {}): unknown =>
  toFormSchema({ type: 'object', properties, ...more } as JsonSchema);

/** A form's only field, as it goes over the wire. */
const fieldOf = (field: unknown): unknown =>
  (form({ field }) as { properties: { field: unknown } }).properties.field;

function thrownBy(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

const about = { title: 'Title', description: 'Description' };

describe('EL-4 EL-5 a form takes as it is', () => {
  const fields: [string, object][] = [
    ['a text', { type: 'string', ...about, minLength: 1, maxLength: 9, default: 'x' }],
    ['a number', { type: 'number', ...about, minimum: 0, maximum: 1, default: 0.5 }],
    ['an integer', { type: 'integer', ...about, minimum: 0, maximum: 1, default: 1 }],
    ['a boolean', { type: 'boolean', ...about, default: true }],
    ['choices', { type: 'string', ...about, enum: ['a', 'b'], default: 'a' }],
    ['choices with names', { type: 'string', enum: ['a'], enumNames: ['A'] }],
    ['titled choices', { type: 'string', ...about, oneOf: [{ const: 'a', title: 'A' }] }],
    [
      'a list of choices',
      { type: 'array', ...about, items: { type: 'string', enum: ['a'] }, minItems: 1, maxItems: 2 },
    ],
    [
      'a list of titled choices',
      { type: 'array', items: { anyOf: [{ const: 'a', title: 'A' }] }, default: ['a'] },
    ],
    ['a text of the format email', { type: 'string', format: 'email' }],
    ['a text of the format uri', { type: 'string', format: 'uri' }],
    ['a text of the format date', { type: 'string', format: 'date' }],
    ['a text of the format date-time', { type: 'string', format: 'date-time' }],
  ];
  it.each(fields)('%s', (_name, field) => {
    expect(fieldOf(field)).toEqual(field);
  });

  it('the names of required fields, if there are any', () => {
    const properties = { a: { type: 'string' } };
    const bare = { type: 'object', properties };
    expect(form(properties, { required: ['a'] })).toEqual({ ...bare, required: ['a'] });
    expect(form(properties, { required: [] })).toEqual(bare);
    expect(form(properties, { required: 'a' })).toEqual(bare);
  });

  it('no field at all', () => {
    expect(form({})).toEqual({ type: 'object', properties: {} });
  });
});

describe('EL-4 a form leaves out what changes no answer', () => {
  const fields: [string, object, object][] = [
    ['a dialect', { $schema: 'https://json-schema.org/draft/2020-12/schema' }, {}],
    ['additionalProperties', { additionalProperties: false }, {}],
    ['a pattern beside a format', { format: 'email', pattern: '^.+@.+$' }, { format: 'email' }],
    ['examples', { examples: ['a'] }, {}],
    ['a mark of what only the server changes', { readOnly: true }, {}],
    ['that it is no secret', { writeOnly: false }, {}],
    ['that it is out of date', { deprecated: true, $comment: 'x' }, {}],
    ["an author's own keywords", { 'x-widget': { $ref: '#/x' }, id: 'a', foo: 1 }, {}],
  ];
  it.each(fields)('%s', (_name, keywords, kept) => {
    expect(fieldOf({ type: 'string', ...keywords })).toEqual({ type: 'string', ...kept });
  });

  it('the bounds of safe integers, and no others', () => {
    const { MIN_SAFE_INTEGER: minimum, MAX_SAFE_INTEGER: maximum } = Number;
    expect(fieldOf({ type: 'integer', minimum, maximum })).toEqual({ type: 'integer' });
    const narrower = { type: 'integer', minimum: minimum + 1, maximum: maximum - 1 };
    expect(fieldOf(narrower)).toEqual(narrower);
  });

  it("a schema's own name and description", () => {
    const more = {
      ...about,
      $schema: 'x',
      $id: 'x',
      id: 'x',
      additionalProperties: false,
      examples: [{}],
      readOnly: true,
      deprecated: true,
      'x-widget': 1,
      $defs: {},
    };
    expect(form({}, more)).toEqual({ type: 'object', properties: {} });
  });

  it('nothing of the schema it was given', () => {
    const field = { type: 'string', format: 'email', pattern: '^.+@.+$', $schema: 'x' };
    const copy = structuredClone(field);
    fieldOf(field);
    expect(field).toEqual(copy);
  });
});

describe('EL-5 a form respells', () => {
  const titled = [
    { const: 'a', title: 'A' },
    { const: 'b', title: 'b' },
  ];
  const constants = [
    { const: 'a', title: 'A' },
    { const: 'b', type: 'string' },
  ];
  const fields: [string, object, object][] = [
    ['a constant as the only choice', { const: 'a' }, { type: 'string', enum: ['a'] }],
    ['a union of constants', { anyOf: constants }, { type: 'string', oneOf: titled }],
    ['an exclusive union of constants', { oneOf: constants }, { type: 'string', oneOf: titled }],
    ['choices without a type', { enum: ['a'] }, { type: 'string', enum: ['a'] }],
    [
      'a list of choices without a type',
      { type: 'array', items: { enum: ['a'] } },
      { type: 'array', items: { type: 'string', enum: ['a'] } },
    ],
    [
      'a list of a union of constants',
      { type: 'array', items: { anyOf: constants } },
      { type: 'array', items: { anyOf: titled } },
    ],
    [
      'a list of an exclusive union of constants',
      { type: 'array', items: { oneOf: constants } },
      { type: 'array', items: { anyOf: titled } },
    ],
  ];
  it.each(fields)('%s', (_name, field, spelt) => {
    expect(fieldOf({ ...field, ...about })).toEqual({ ...spelt, ...about });
  });
});

describe('EL-4 a form has what its schema refers to', () => {
  const $defs = { a: { type: 'string', ...about, minLength: 1 }, b: { $ref: '#/$defs/a' } };

  it.each<[string, object, object]>([
    ['a definition', { $ref: '#/$defs/a' }, { type: 'string', ...about, minLength: 1 }],
    ['a definition of a definition', { $ref: '#/$defs/b' }, { ...$defs.a }],
    [
      'a definition with another title',
      { $ref: '#/$defs/a', title: 'T' },
      { ...$defs.a, title: 'T' },
    ],
  ])('%s', (_name, field, kept) => {
    expect(form({ field }, { $defs })).toEqual({ type: 'object', properties: { field: kept } });
  });

  it('as a whole', () => {
    const $ref = '#/definitions/form';
    const whole = { type: 'object', properties: { a: { type: 'boolean' } }, required: ['a'] };
    expect(toFormSchema({ $ref, definitions: { form: whole } })).toEqual(whole);
  });

  it('and is refused for what refers to itself or to nothing', () => {
    const { field } = { field: { $ref: '#/properties/field' } };
    expect(() => form({ field })).toThrow("property 'field' is not a string");
    expect(() => form({ field: { $ref: '#/$defs/c' } })).toThrow(
      "property 'field' is not a string",
    );
  });
});

describe('EL-4 EL-5 a form is made of what libraries write', () => {
  const Named = z.enum(['a', 'b']).meta({ id: 'Named', title: 'T' });
  const Text = z
    .string()
    .meta({ examples: ['a'], deprecated: true })
    .readonly();
  const named = { type: 'string', enum: ['a', 'b'], title: 'T' };
  it.each<[string, AuthorSchema, object]>([
    ['a readonly text of zod', z.object({ field: Text }), { type: 'string' }],
    ['a readonly form of zod', z.object({ field: z.string() }).readonly(), { type: 'string' }],
    ['a named form of zod', z.object({ field: z.string() }).meta({ id: 'F' }), { type: 'string' }],
    ['named choices of zod', z.object({ field: Named }), named],
    ['named choices in a shape', { field: Named }, named],
    [
      'a list of named choices',
      z.object({ field: z.array(Named).readonly() }),
      { type: 'array', items: { type: 'string', enum: ['a', 'b'] } },
    ],
    [
      'choices of valibot',
      toStandardJsonSchema(v.object({ field: v.picklist(['a', 'b']) })),
      { type: 'string', enum: ['a', 'b'] },
    ],
    [
      'a list of choices of valibot',
      toStandardJsonSchema(v.object({ field: v.array(v.picklist(['a'])) })),
      { type: 'array', items: { type: 'string', enum: ['a'] } },
    ],
    ['choices of arktype', type({ field: "'a'|'b'" }), { type: 'string', enum: ['a', 'b'] }],
  ])('%s', (_name, schema, field) => {
    expect(toFormSchema(resolveSchema(schema).input).properties).toEqual({ field });
  });
});

describe('EL-4 EL-5 a form refuses, naming the property,', () => {
  const string = { type: 'string' };
  const fields: [string, unknown, string][] = [
    ['what is no schema', true, 'is not a schema'],
    ['null', null, 'is not a schema'],
    ['a field without a type', { title: 'x' }, 'is not a string'],
    ['a type of null', { type: 'null' }, 'is not a string'],
    ['an object in the object', { type: 'object', properties: {} }, 'is not a string'],
    ['a type that objects have as a member', { type: 'toString' }, 'is not a string'],
    ['several types', { type: ['string'] }, 'is not a string'],
    ['a keyword of another type', { ...string, minimum: 1 }, "uses 'minimum'"],
    ['a pattern', { ...string, pattern: '^a' }, "uses 'pattern'"],
    ['a length of a number', { type: 'number', maxLength: 1 }, "uses 'maxLength'"],
    ['a step of an integer', { type: 'integer', multipleOf: 2 }, "uses 'multipleOf'"],
    ['choices of a boolean', { type: 'boolean', enum: [true] }, "uses 'enum'"],
    ['choices that are not texts', { ...string, enum: [1] }, "an 'enum' of something else"],
    ['choices of which one is no text', { enum: ['a', 1], type: 'string' }, "an 'enum' of"],
    ['choices without a type that are no texts', { enum: ['a', 1] }, 'is not a string'],
    ['choices that are not a list', { ...string, enum: 'a' }, "an 'enum' of something else"],
    ['a format that forms do not have', { ...string, format: 'ipv4' }, "has format 'ipv4'"],
    ['a secret by its format', { ...string, format: 'password' }, 'is a secret'],
    ['a secret by its mark', { ...string, writeOnly: true }, 'is a secret'],
    ['a constant that is not a text', { type: 'number', const: 1 }, "uses 'const'"],
    ['a union with something else', { ...string, oneOf: [{ const: 'a' }, {}] }, "a 'oneOf'"],
    [
      'a union of which one has no title',
      { ...string, oneOf: [{ const: 'a', title: 'A' }, { title: 'B' }] },
      "a 'oneOf'",
    ],
    ['a union of nothing titled', { ...string, oneOf: 'a' }, "a 'oneOf'"],
    ['an empty union', { ...string, anyOf: [] }, "uses 'anyOf'"],
    ['a union of numbers', { anyOf: [{ const: 1 }] }, 'is not a string'],
    ['a list of anything', { type: 'array' }, 'is a list'],
    ['a list of texts', { type: 'array', items: string }, 'is a list'],
    ['a list of a boolean', { type: 'array', items: true }, 'is a list'],
    ['a list of numbers', { type: 'array', items: { type: 'number', enum: [1] } }, 'is a list'],
    ['a list of numbers as texts', { type: 'array', items: { ...string, enum: [1] } }, 'is a list'],
    [
      'a list of choices with conditions',
      { type: 'array', items: { ...string, enum: ['a'], minLength: 1 } },
      'is a list',
    ],
    [
      'a list of choices spelt twice',
      { type: 'array', items: { enum: ['a'], anyOf: [{ const: 'a', title: 'A' }, {}] } },
      'is a list',
    ],
    [
      'a list of choices of which one is no constant',
      { type: 'array', items: { anyOf: [{ const: 'a', title: 'A' }, string] } },
      'is a list',
    ],
    ['a list of a union of schemas', { type: 'array', items: { anyOf: [string] } }, 'is a list'],
    ['distinct items', { type: 'array', items: {}, uniqueItems: true }, "uses 'uniqueItems'"],
  ];
  it.each(fields)('%s', (_name, field, message) => {
    const error = thrownBy(() => fieldOf(field));
    expect(error).toMatchObject({ code: 'invalid_elicitation' });
    expect(error.message).toContain("property 'field' ");
    expect(error.message).toContain(message);
  });

  it.each([{ type: 'string' }, { type: ['object'] }, {}])('a schema of no object: %j', (schema) => {
    const whole = { ...schema, properties: {} } as JsonSchema;
    expect(() => toFormSchema(whole)).toThrow('the schema is not an object with properties');
  });

  it('a property named __proto__', () => {
    const properties = JSON.parse('{"__proto__":{"type":"string"}}') as object;
    expect(() => form(properties)).toThrow("property '__proto__' has a reserved name");
  });
});

describe('EL-4 a form refuses a schema', () => {
  const roots: [string, object, string][] = [
    ['that is not an object', { type: 'array' }, 'is not an object with properties'],
    ['without properties', { type: 'object' }, 'is not an object with properties'],
    ['with conditions', { type: 'object', properties: {}, allOf: [] }, "uses 'allOf'"],
  ];
  it.each(roots)('%s', (_name, schema, message) => {
    const error = thrownBy(() => toFormSchema(schema as JsonSchema));
    expect(error).toMatchObject({ code: 'invalid_elicitation' });
    expect(error.message).toContain(`the schema ${message}`);
  });
});
