import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import * as mini from 'zod/mini';
import { validatorOf } from './validate.ts';
import { mayBeAsync } from './zod-async.ts';
import type { ZodSchema } from './zod-schema.ts';

const asyncTrue = async (): Promise<boolean> => true;
const zod = (schema: unknown): ZodSchema => schema as ZodSchema;

const ASYNC: Record<string, () => unknown> = {
  'a refinement': () => z.string().refine(asyncTrue),
  'a superRefine': () => z.string().superRefine(() => {}),
  'a transform': () => z.string().transform(asyncTrue),
  'a preprocess': () => z.preprocess(asyncTrue, z.any()),
  'a codec': () => z.codec(z.any(), z.any(), { decode: asyncTrue, encode: asyncTrue }),
  'a custom schema': () => z.custom(() => true),
  'a promise': () => z.promise(z.string()),
  'what is lazy': () => z.lazy(() => z.string()),
  'a refinement of zod/mini': () => mini.string().check(mini.refine(asyncTrue)),
};

const { catch: withCatch } = z;

const INSIDE: Record<string, (schema: z.ZodType) => z.ZodType> = {
  'an object': (schema) => z.object({ plain: z.string(), deep: z.object({ a: schema }) }),
  'an array': (schema) => z.array(schema),
  'a tuple': (schema) => z.tuple([z.string(), schema]),
  'the rest of a tuple': (schema) => z.tuple([z.string()], schema),
  'a record': (schema) => z.record(z.string(), schema),
  'a map': (schema) => z.map(z.string(), schema),
  'a set': (schema) => z.set(schema),
  'a union': (schema) => z.union([z.string(), schema]),
  'an intersection': (schema) => z.intersection(z.any(), schema),
  'a pipe': (schema) => z.any().pipe(schema),
  'an optional': (schema) => z.optional(schema),
  'a default': (schema) => z._default(schema, 'x'),
  'a catch': (schema) => withCatch(schema, 'x'),
  'a readonly nullable': (schema) => z.readonly(z.nullable(schema)),
  'a catchall': (schema) => z.object({}).catchall(schema),
};

describe.each(Object.keys(ASYNC))('a zod schema with %s', (kind) => {
  it('may have to be awaited', () => {
    expect(mayBeAsync(zod(ASYNC[kind]!()))).toBe(true);
  });

  it.each(Object.keys(INSIDE))('in %s may have to be awaited', (container) => {
    expect(mayBeAsync(zod(INSIDE[container]!(ASYNC[kind]!() as z.ZodType)))).toBe(true);
  });
});

describe('a zod schema without a function of its author', () => {
  const schema = z.object({
    name: z.string().min(2).max(9).regex(/a/).trim().default('x'),
    age: z.coerce.number().int().positive().optional(),
    kind: z.enum(['a', 'b']).nullable().catch('a'),
    url: z.url('No URL'),
    tags: z.array(z.templateLiteral(['a', z.number()])).readonly(),
    get child() {
      return z.union([z.null(), schema]).optional();
    },
  });

  it('never has to be awaited', () => {
    expect(mayBeAsync(zod(schema))).toBe(false);
    expect(validatorOf(schema)({ kind: 'a', url: 'a:b', tags: [] })).toMatchObject({
      value: { name: 'x' },
    });
  });

  it('is not asked for its defaults', () => {
    const compute = vi.fn(() => 'x');
    expect(mayBeAsync(zod(z.string().default(compute)))).toBe(false);
    expect(compute).not.toHaveBeenCalled();
  });
});

describe('a check with a schema of any library', () => {
  const answering = (result: unknown) =>
    validatorOf({ '~standard': { version: 1, vendor: 'own', validate: () => result } } as never);
  const issues = [{ message: 'no' }];

  it('waits for promises that are not of this realm', async () => {
    const later = (result: unknown) => ({ then: (done: (value: unknown) => void) => done(result) });
    expect(await answering(later({ issues }))(1)).toEqual({ issues });
    expect(await answering(later({ value: 2 }))(1)).toEqual({ value: 2 });
    const lied = answering(Object.assign(Promise.resolve({ issues }), { issues: undefined }));
    expect(await lied(1)).toEqual({ issues });
  });

  it.each([
    undefined,
    null,
    true,
    'ok',
    {},
    [],
    { issues: null },
    { issues: 'no' },
    { issues: [] },
  ])('is invalid when the schema answers %j', async (junk) => {
    expect(answering(junk)(1)).toMatchObject({ issues: [{ message: 'is not valid' }] });
    expect(await answering(Promise.resolve(junk))(1)).toMatchObject({
      issues: [{ message: 'is not valid' }],
    });
  });
});

describe('a check with a zod schema', () => {
  it('runs an asynchronous refinement once, and what it rejects with is seen once', async () => {
    const run = vi.fn(async () => Promise.reject(new Error('boo')));
    const validate = validatorOf(z.object({ a: z.string().refine(run) }));
    await expect(validate({ a: 'x' })).rejects.toThrow('boo');
    expect(run).toHaveBeenCalledOnce();
  });

  it('has the same verdict as the schema itself', async () => {
    const schema = z.object({ a: z.string().refine(async (text) => text === 'x', 'not x') });
    const validate = validatorOf(schema);
    for (const value of [{ a: 'x' }, { a: 'y' }, { a: 1 }, {}]) {
      expect(await validate(value)).toEqual(await schema['~standard'].validate(value));
    }
  });
});
