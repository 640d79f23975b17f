import { describe, expect, it } from 'vitest';
import type { FormSchema } from '../../protocol/types/elicitation.ts';
import { completeForm } from './form-answer.ts';

const form = (properties: object, more: object = {}): FormSchema =>
  ({ type: 'object', properties, ...more }) as FormSchema;

const complete = (schema: FormSchema, content: object): Promise<unknown> =>
  completeForm('q', schema, content).catch(({ code, message }: Error & { code: string }) => ({
    code,
    message,
  }));

describe('the defaults of a form', () => {
  it.each<[string, object, unknown]>([
    ['null', { type: 'string', default: null }, {}],
    ['of another type', { type: 'integer', default: 'x' }, {}],
    ['too small', { type: 'integer', minimum: 5, default: 1 }, {}],
    ['no choice', { type: 'string', enum: ['a', 'b'], default: 'c' }, {}],
    [
      'a list with what is no choice',
      { type: 'array', items: { enum: ['a'] }, default: ['b'] },
      {},
    ],
    ['that fit', { type: 'string', enum: ['a', 'b'], default: 'b' }, { f: 'b' }],
    ['that are false or empty', { type: 'boolean', default: false }, { f: false }],
  ])('EL-7 %s are filled in only if they fit', async (_what, field, filled) => {
    expect(await complete(form({ f: field }), {})).toEqual(filled);
  });

  it('EL-7 are filled in for what is undefined or null, and stand behind what is given', async () => {
    const schema = form({
      a: { type: 'string', default: 'x' },
      b: { type: 'string', default: 'y' },
    });
    expect(await complete(schema, { a: undefined, b: null })).toEqual({ a: 'x', b: 'y' });
    expect(await complete(schema, { a: '', b: 'z' })).toEqual({ a: '', b: 'z' });
  });
});

describe('a form that cannot be checked as a whole', () => {
  const patterns = [
    ['that no engine takes', '['],
    ['that only engines without the flag u take', '^https\\:\\/\\/'],
    ['that could take for ever', '(a+)+$'],
  ];
  it.each(patterns)('is sent without the check of a pattern %s', async (_what, pattern) => {
    const schema = form({ url: { type: 'string', pattern }, n: { type: 'integer' } });
    expect(await complete(schema, { url: 'https://a', n: 1 })).toEqual({ url: 'https://a', n: 1 });
    expect(await complete(schema, { url: 'https://a', n: 'x' })).toMatchObject({
      code: 'invalid_answer',
      message: expect.stringContaining('n: ') as string,
    });
  });

  it('has its other fields and what is required checked', async () => {
    const schema = form(
      { a: { type: 'string' }, b: { type: 'integer' } },
      { required: ['a'], patternProperties: { '^x': {} } },
    );
    expect(await complete(schema, { a: 'x', b: 1 })).toEqual({ a: 'x', b: 1 });
    const refused = await complete(schema, { b: 'x' });
    expect(refused).toMatchObject({ code: 'invalid_answer' });
    expect(JSON.stringify(refused)).toMatch(/b: .*a: is required/);
  });
});

it('a field named as what every object has is looked up in the answer alone', async () => {
  for (const name of ['toString', 'valueOf', 'constructor', 'hasOwnProperty']) {
    const field = { [name]: { type: 'string' } };
    expect(await complete(form(field), {})).toEqual({});
    expect(await complete(form(field), { [name]: 'x' })).toEqual({ [name]: 'x' });
    expect(await complete(form(field, { required: [name] }), {})).toMatchObject({
      code: 'invalid_answer',
    });
  }
});

it('keywords of a form that are null are absent', async () => {
  const nothing = { title: null, minLength: null, enum: null, pattern: null, default: null };
  const schema = form({ a: { type: 'string', ...nothing } }, { required: null });
  expect(await complete(schema, { a: 'x' })).toEqual({ a: 'x' });
});
