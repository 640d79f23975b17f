/** A raw shape is what `z.object` makes of it, and no code of its author's is run to find that out. */
import * as v from 'valibot';
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import * as mini from 'zod/mini';
import * as z3 from 'zod/v3';
import { resolveSchema } from './author-schema.ts';
import { atFragment } from './json/pointer.ts';
import { objectOf } from './raw-shape.ts';
import type { StandardSchema } from './standard.ts';

const reject = async (): Promise<never> => Promise.reject(new Error('boo'));
const throwBoo = (): never => {
  throw new Error('boo');
};

const decodeNumber = { decode: Number, encode: String };

const KINDS: Record<string, () => z.ZodType> = {
  any: () => z.any(),
  array: () => z.array(z.string()),
  'async refinement': () => z.string().refine(async (text) => text !== 'no'),
  'async transform': () => z.string().transform(async (text) => `${text}!`),
  bigint: () => z.bigint(),
  boolean: () => z.boolean(),
  brand: () => z.string().brand('name'),
  codec: () => z.codec(z.string(), z.number(), decodeNumber),
  'codec of what is optional': () =>
    z.codec(z.string().optional(), z.number(), { decode: () => 1, encode: () => '1' }),
  'coerced boolean': () => z.coerce.boolean(),
  'coerced date': () => z.coerce.date(),
  'coerced number': () => z.coerce.number(),
  'coerced string': () => z.coerce.string(),
  custom: () => z.custom((value) => value === 'x'),
  date: () => z.date(),
  'discriminated union': () =>
    z.discriminatedUnion('k', [z.object({ k: z.literal('a') }), z.object({ k: z.literal('b') })]),
  enum: () => z.enum(['x', 'y']),
  intersection: () => z.intersection(z.object({ a: z.string() }), z.object({ k: z.string() })),
  lazy: () => z.lazy(() => z.string()),
  'lazy optional': () => z.lazy(() => z.string().optional()),
  literal: () => z.literal('x'),
  map: () => z.map(z.string(), z.string()),
  never: () => z.never(),
  null: () => z.null(),
  number: () => z.number().min(1),
  object: () => z.object({ a: z.string().optional() }),
  overwrite: () => z.string().trim().toUpperCase(),
  pipe: () => z.string().pipe(z.string().min(1)),
  'pipe from a default': () => z.string().default('d').pipe(z.string()),
  'pipe from a transform': () => z.string().transform(Number).pipe(z.number()),
  'pipe from what is optional': () => z.string().optional().pipe(z.any()),
  preprocess: () => z.preprocess((value) => value, z.string()),
  'preprocess that fills in': () => z.preprocess((value) => value ?? 'filled', z.string()),
  'preprocess to a default': () => z.preprocess((value) => value, z.string().default('d')),
  'preprocess to what is optional': () => z.preprocess((value) => value, z.string().optional()),
  promise: () => z.promise(z.string()),
  record: () => z.record(z.string(), z.string()),
  refinement: () => z.string().refine((text) => text.length > 1),
  set: () => z.set(z.string()),
  'strict object': () => z.strictObject({ a: z.string() }),
  string: () => z.string(),
  stringbool: () => z.stringbool(),
  symbol: () => z.symbol(),
  'template literal': () => z.templateLiteral(['a', z.number()]),
  transform: () => z.transform((value) => value),
  'transform of a string': () => z.string().transform((text) => text.length),
  'transform of what is optional': () =>
    z
      .string()
      .optional()
      .transform((text) => text ?? 'gone'),
  tuple: () => z.tuple([z.string(), z.number().optional()]),
  undefined: () => z.undefined(),
  union: () => z.union([z.string(), z.number()]),
  'union with a default': () => z.union([z.string().default('d'), z.number()]),
  'union with what is optional': () => z.union([z.string().optional(), z.number()]),
  unknown: () => z.unknown(),
  void: () => z.void(),
};

const WRAPPED: Record<string, (schema: z.ZodType) => z.ZodType> = {
  'as it is': (schema) => schema,
  optional: (schema) => schema.optional(),
  'exactly optional': (schema) => schema.exactOptional(),
  nullable: (schema) => schema.nullable(),
  nullish: (schema) => schema.nullish(),
  nonoptional: (schema) => schema.nonoptional(),
  default: (schema) => schema.default('d'),
  'default, then optional': (schema) => schema.default('d').optional(),
  prefault: (schema) => schema.prefault('x'),
  catch: (schema) => schema.catch('c'),
  'optional, then catch': (schema) => schema.optional().catch('c'),
  readonly: (schema) => schema.readonly(),
  'optional, then readonly': (schema) => schema.optional().readonly(),
  'lazy, then optional': (schema) => z.lazy(() => schema).optional(),
  'optional, then preprocessed': (schema) => z.preprocess((value) => value, schema.optional()),
};

const VALUES: unknown[] = [
  {},
  { m: 'x', extra: 1 },
  { m: 'a1' },
  { m: '' },
  { m: 5 },
  { m: null },
  { m: undefined },
  { m: ['x'] },
  { m: { a: 'b', k: 'a' } },
  { m: 'true' },
  null,
  [],
  'x',
];

function jsonForm(schema: StandardSchema, side: 'input' | 'output'): unknown {
  try {
    const { $schema: _, ...form } = resolveSchema(schema)[side];
    return form;
  } catch {
    return 'none';
  }
}

async function verdict(schema: StandardSchema, value: unknown): Promise<unknown> {
  try {
    const result = await schema['~standard'].validate(value);
    return result.issues === undefined ? { value: result.value } : 'refused';
  } catch {
    return 'thrown';
  }
}

describe.each(Object.keys(KINDS))('a raw shape with a member of kind %s', (kind) => {
  it.each(Object.keys(WRAPPED))('(%s) is what z.object makes of it', async (wrapping) => {
    const member = (): z.ZodType => WRAPPED[wrapping]!(KINDS[kind]!());
    const ours = objectOf({ m: member(), other: z.string().optional() });
    const theirs = z.object({ m: member(), other: z.string().optional() });
    for (const side of ['input', 'output'] as const) {
      expect(jsonForm(ours, side)).toEqual(jsonForm(theirs, side));
    }
    for (const value of VALUES) {
      expect(await verdict(ours, value)).toEqual(await verdict(theirs, value));
    }
  });
});

const Folder = z.object({
  name: z.string(),
  get folders() {
    return z.array(Folder).optional();
  },
});
const NamedFolder = z
  .object({
    name: z.string(),
    get folders() {
      return z.record(z.string(), NamedFolder);
    },
  })
  .meta({ id: 'NamedFolder', title: 'A folder' });
const Text = z.string().min(1).meta({ id: 'Text' });

const REFERRING: Record<string, () => Record<string, z.ZodType>> = {
  'a recursive member': () => ({ root: Folder }),
  'a named member, twice': () => ({ a: Text, b: Text }),
  'a named recursive member': () => ({ root: NamedFolder }),
  'a lazy member': () => ({ root: z.lazy(() => Folder) }),
  'a list of a recursive member': () => ({ roots: z.array(Folder) }),
  'a union of recursive members': () => ({ root: z.union([Folder, NamedFolder]) }),
  'a named member in an object': () => ({ a: z.object({ b: Text }), c: Text.optional() }),
  'a name with slashes and blanks': () => ({ 'a/b c~%': Folder }),
};

/** What a schema says when its references are followed, to a depth of 12. */
function followed(root: object, node: unknown = root, depth = 12): unknown {
  if (typeof node !== 'object' || node === null) return node;
  if (depth === 0) return '…';
  if (Array.isArray(node)) return node.map((item) => followed(root, item, depth - 1));
  const { $ref, $defs: _, $schema: __, ...own } = node as Record<string, unknown>;
  const target = typeof $ref === 'string' ? atFragment(root, $ref.slice(1)) : {};
  expect(target).toBeTypeOf('object');
  const all = Object.entries({ ...(target as object), ...own });
  const kept = all.filter(([name]) => !['$defs', '$schema'].includes(name));
  if (kept.some(([name]) => name === '$ref'))
    return followed(root, Object.fromEntries(kept), depth);
  return Object.fromEntries(kept.map(([name, child]) => [name, followed(root, child, depth - 1)]));
}

describe.each(Object.keys(REFERRING))('a raw shape with %s', (kind) => {
  it.each(['input', 'output'] as const)(
    'has the %s of z.object, reference by reference',
    (side) => {
      const ours = resolveSchema(REFERRING[kind]!())[side];
      const theirs = resolveSchema(z.object(REFERRING[kind]!()))[side];
      expect(followed(ours)).toEqual(followed(theirs));
    },
  );
});

describe('a raw shape', () => {
  it('is never run to learn its form, nor for a key that may not be absent', async () => {
    const run = vi.fn((value: unknown) => (value as string).split(','));
    const shape = {
      ids: z.string().transform(run),
      tags: z.preprocess(run, z.array(z.string())).optional(),
      kinds: z.preprocess(run, z.array(z.string())).nonoptional(),
      name: z.string().refine(run),
    };
    const schema = resolveSchema(shape);
    expect(schema.input['required']).toEqual(['ids', 'kinds', 'name']);
    expect(await schema.check({})).toEqual({
      ok: false,
      problems: ['ids: required', 'kinds: required', 'name: required'],
    });
    expect(run).not.toHaveBeenCalled();
  });

  it('leaves no rejection behind when one member fails after another has begun', async () => {
    const schema = objectOf({ a: z.any().refine(reject), b: z.any().refine(reject) });
    await expect(schema['~standard'].validate({ a: 1, b: 1 })).rejects.toThrow('boo');
    const throwing = Object.defineProperty({ a: 1 }, 'b', { get: throwBoo, enumerable: true });
    await expect(schema['~standard'].validate(throwing)).rejects.toThrow('boo');
  });

  it('names the required keys that are absent', () => {
    const schema = resolveSchema({ a: z.coerce.string(), b: z.any(), c: z.string().optional() });
    expect(schema.check({})).toEqual({ ok: false, problems: ['a: required', 'b: required'] });
  });

  it('may be empty', () => {
    expect(resolveSchema({}).input).toEqual({ type: 'object', properties: {} });
    expect(resolveSchema({}).check({ a: 1 })).toEqual({ ok: true, value: {} });
    expect(resolveSchema({}).check([])).toMatchObject({ ok: false });
  });

  it('of another library is refused, with what to do instead', () => {
    const shape = { name: v.string(), age: z.number() };
    const message = "'name' is a schema of valibot; wrap the shape in your library's object schema";
    expect(() => resolveSchema(shape)).toThrow(expect.objectContaining({ code: 'invalid_schema' }));
    expect(() => resolveSchema(shape)).toThrow(message);
  });
});

describe('what has no members and is no schema is refused: it would check nothing', () => {
  it.each([
    ['a promise', Promise.resolve(z.object({})), 'it is a promise: await it first'],
    ['a Map', new Map(), 'it is an instance of a class that is no schema'],
    ['a date', new Date(), 'it is an instance of a class that is no schema'],
  ])('%s', (_name, schema, message) => {
    expect(() => resolveSchema(schema as never)).toThrow(message);
  });
});

describe('a schema of a zod without JSON forms is refused with the version that is needed', () => {
  const zod41 = {
    _zod: { version: { major: 4, minor: 1, patch: 13 }, def: { type: 'string' } },
    '~standard': { version: 1, vendor: 'zod', validate: () => ({ value: 1 }) },
  };
  const needed = 'The schema cannot be used: it needs zod 4.2 or newer, and is of zod';
  const MINI =
    'The schema cannot be used: zod/mini schemas have no JSON form by themselves; import from zod instead';
  const member = needed.replace('used: it', "used: 'a': it");
  it.each([
    ['zod 3', z3.object({ a: z3.string() }), `${needed} 3.`],
    ['zod 3 in a raw shape', { a: z3.string() }, `${member} 3.`],
    ['zod 4.1', zod41, `${needed} 4.1.13.`],
    ['zod 4.1 in a raw shape', { a: zod41 }, `${member} 4.1.13.`],
    ['zod/mini', mini.object({ a: mini.string() }), `${MINI}.`],
  ])('%s', (_name, schema, message) => {
    expect(() => resolveSchema(schema as never).input).toThrow(
      expect.objectContaining({ code: 'invalid_schema', message }),
    );
  });
});

describe('a raw shape of which a member is not a schema', () => {
  it.each([
    [{ n: z.string(), later: undefined }, 'later'],
    [{ later: undefined }, 'later'],
    [{ n: z.string(), type: 'object' }, 'type'],
    [{ n: z.string(), later: null }, 'later'],
    [{ n: z.string(), deep: { a: z.string() } }, 'deep'],
  ])('is never taken for a JSON Schema: %#', (shape, name) => {
    expect(() => resolveSchema(shape as never)).toThrow(
      expect.objectContaining({
        code: 'invalid_schema',
        message: expect.stringContaining(`'${name}' of the raw shape is not a schema`) as string,
      }),
    );
  });

  it('is not what a JSON Schema with an undefined keyword is', () => {
    const schema = { type: 'object', description: undefined };
    expect(resolveSchema(schema).input).toBe(schema);
  });
});
