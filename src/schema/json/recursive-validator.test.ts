/** Schemas that refer to themselves are checked with their verdicts, and at a cost that is linear. */
import fc from 'fast-check';
import { Check } from 'typebox/schema';
import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../base/json/json.ts';
import { resolveSchema } from '../author-schema.ts';
import { compiledForm } from './compiled-form.ts';
import { References } from './references.ts';

const operation = (name: string, more: object = {}): JsonSchema => ({
  type: 'object',
  properties: { args: { type: 'array', items: { $ref: '#/$defs/e' } }, op: { const: name } },
  required: ['args', 'op'],
  ...more,
});

/** Every branch looks at what is inside before it looks at what it is for. */
const SCHEMAS: Record<string, JsonSchema> = {
  'a union': {
    $ref: '#/$defs/e',
    $defs: { e: { anyOf: [operation('add'), operation('mul'), { type: 'number' }] } },
  },
  'an exclusive union': {
    $ref: '#/$defs/e',
    $defs: { e: { oneOf: [operation('add'), operation('mul'), { type: 'number' }] } },
  },
  conditions: {
    $ref: '#/$defs/e',
    $defs: {
      e: { if: operation('add'), else: { anyOf: [operation('mul'), { type: 'number' }] } },
    },
  },
  'a union that evaluates': {
    $ref: '#/$defs/e',
    $defs: {
      e: {
        anyOf: [operation('add'), { allOf: [{ $ref: '#/$defs/m' }] }, { type: 'number' }],
        unevaluatedProperties: false,
      },
      m: operation('mul'),
    },
  },
  'a root that refers to itself': {
    anyOf: [
      { type: 'array', items: { $ref: '#' }, minItems: 2 },
      { type: 'array', items: { $ref: '#' }, maxItems: 1 },
      { properties: { args: { $ref: '#' } }, required: ['args', 'op'] },
      { properties: { args: { $ref: '#' } }, type: 'object', maxProperties: 1 },
      { type: 'number' },
    ],
  },
};

const expression = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<unknown>(1, 'x', null, []),
    fc.record({
      op: fc.constantFrom('add', 'mul', 'sub'),
      args: fc.array(tie('any'), { maxLength: 2 }),
    }),
    fc.record({ args: fc.array(tie('any'), { maxLength: 2 }) }),
    fc.record({ op: fc.constant('mul'), args: fc.constant([]), more: fc.constant(1) }),
    fc.array(tie('any'), { maxLength: 3 }),
  ),
})).any;

/** An expression of some depth, with the number of times that its members have been read. */
function counted(depth: number, leaf: unknown): { value: unknown; reads: () => number } {
  let reads = 0;
  let value: unknown = leaf;
  for (let i = 0; i < depth; i++) {
    const inner = [value];
    value = {
      get args() {
        reads++;
        return inner;
      },
      op: 'mul',
    };
  }
  return { value, reads: () => reads };
}

describe.each(Object.keys(SCHEMAS))('%s of what refers to itself', (name) => {
  const schema = SCHEMAS[name]!;
  const { check } = resolveSchema(schema);

  it('has the verdicts of the validator', async () => {
    const form = compiledForm(schema, new References(schema));
    await fc.assert(
      fc.asyncProperty(expression, async (value) => {
        const { ok } = await check(value);
        expect(ok).toBe(Check(form, value));
      }),
    );
  });

  it.each([1, 'x'])('is checked, and explained, at a cost that is linear (%j)', async (leaf) => {
    const costOf = async (depth: number): Promise<number> => {
      const { value, reads } = counted(depth, leaf);
      await check(value);
      return reads();
    };
    const small = await costOf(10);
    expect(small).toBeGreaterThan(0);
    expect(await costOf(40)).toBeLessThanOrEqual(small * 5);
  });
});

describe('what does not fit a schema that refers to itself', () => {
  it('is named where it is', async () => {
    const node = {
      type: 'object',
      properties: { 'a/b %41': { $ref: '#' }, v: { type: 'string' } },
    };
    const { check } = resolveSchema({ ...node, required: ['v'] });
    expect(await check({ v: 'x', 'a/b %41': { v: 'y', 'a/b %41': { v: 1 } } })).toEqual({
      ok: false,
      problems: ['a/b %41.a/b %41.v: must be string'],
    });
  });

  it('is named ten times at most', async () => {
    const { check } = resolveSchema({
      type: 'array',
      items: { anyOf: [{ $ref: '#' }, { type: 'number' }] },
    });
    const checked = await check(Array.from({ length: 100 }, () => ['x', ['y']]));
    expect(checked).toMatchObject({ ok: false, problems: { length: 10 } });
  });
});
