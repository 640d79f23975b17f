import { describe, expect, it } from 'vitest';
import { LINEAR, growth } from '../../base/test-support/growth.ts';
import type { FormSchema } from '../../protocol/types/elicitation.ts';
import { type Field, fieldsOf } from './field.ts';
import { shownValue, typedProblem, typedValue } from './typed-value.ts';

function form(properties: unknown, required?: unknown): Field[] | undefined {
  return fieldsOf({ type: 'object', properties, required } as FormSchema);
}

function field(schema: unknown, isRequired = true): Field {
  return form({ it: schema }, isRequired ? ['it'] : [])![0]!;
}

describe('a field (EL-4, EL-5)', () => {
  it.each([
    [{ type: 'string' }, 'text', ''],
    [{ type: 'string', minLength: 2, maxLength: 5 }, 'text', '2 to 5 characters'],
    [{ type: 'string', minLength: 1 }, 'text', 'at least 1 character'],
    [{ type: 'string', minLength: 0, maxLength: 5 }, 'text', 'at most 5 characters'],
    [{ type: 'string', minLength: 4, maxLength: 4 }, 'text', 'exactly 4 characters'],
    [
      { type: 'string', format: 'email', maxLength: 9 },
      'text',
      'an e-mail address, at most 9 characters',
    ],
    [{ type: 'string', format: 'made-up' }, 'text', ''],
    [{ type: 'number' }, 'number', 'a number'],
    [{ type: 'integer', minimum: 0, maximum: 9 }, 'integer', 'a whole number, 0 to 9'],
    [{ type: 'integer', minimum: 0 }, 'integer', 'a whole number, at least 0'],
    [{ type: 'boolean' }, 'boolean', ''],
    [{ type: 'string', enum: ['a'] }, 'choice', ''],
    [{ type: 'string', oneOf: [{ const: 'a', title: 'A' }] }, 'choice', ''],
    [{ type: 'array', items: { enum: ['a'] }, minItems: 1 }, 'choices', 'at least 1 choice'],
    [{ type: 'array', items: { anyOf: [{ const: 'a', title: 'A' }] } }, 'choices', ''],
  ])('%j is %s: %s', (schema, kind, expected) => {
    expect(field(schema)).toMatchObject({ kind, expected });
  });

  it('has choices with titles, however they are written', () => {
    const choices = [
      { value: 'a', label: 'One' },
      { value: 'b', label: 'Two' },
    ];
    const pairs = choices.map(({ value, label }) => ({ const: value, title: label }));
    const enums = { enum: ['a', 'b'], enumNames: ['One', 'Two'] };
    for (const schema of [
      { type: 'string', oneOf: pairs },
      { type: 'string', ...enums },
      { type: 'array', items: { anyOf: pairs } },
    ]) {
      expect(field(schema).choices).toEqual(choices);
    }
    expect(field({ type: 'string', enum: ['a'] }).choices).toEqual([{ value: 'a', label: 'a' }]);
  });

  it('is called by its title, or its name', () => {
    expect(field({ type: 'string', title: 'The\u001b[2J title' }).label).toBe('The title');
    expect(form({ 'a\u202eb': { type: 'string' } })![0]!.label).toBe('ab');
  });

  it('is required only if the form says so', () => {
    expect(field({ type: 'string' }, true).isRequired).toBe(true);
    expect(field({ type: 'string' }, false).isRequired).toBe(false);
    expect(form({ it: { type: 'string' } }, 'it')![0]!.isRequired).toBe(false);
  });

  it.each([
    undefined,
    { it: true },
    { it: {} },
    { it: { type: 'object' } },
    { it: { type: 'array', items: { type: 'string' } } },
    { it: { type: ['string', 'null'] } },
  ])('%j is none a form may have', (properties) => {
    expect(form(properties)).toBeUndefined();
  });
});

describe('what is typed (EL-7)', () => {
  it.each([
    [{ type: 'string', minLength: 3 }, 'ab', 'Expected: at least 3 characters.'],
    [{ type: 'string' }, '', 'An answer is needed.'],
    [{ type: 'string', format: 'email' }, 'nobody', 'Expected: an e-mail address.'],
    [{ type: 'string', format: 'date' }, '1.2.2026', 'Expected: a date like 2026-07-28.'],
    [{ type: 'string', format: 'date-time' }, '2026-01-01', /a time like/],
    [{ type: 'string', format: 'uri' }, 'nowhere', 'Expected: a URL.'],
    [{ type: 'number', maximum: 1 }, '1.5', 'Expected: a number, at most 1.'],
    [{ type: 'number' }, 'one', 'Expected: a number.'],
    [{ type: 'number' }, '0x10', 'Expected: a number.'],
    [{ type: 'integer' }, '1.5', 'Expected: a whole number.'],
  ])('%j: %j is answered by %s', async (schema, typed, problem) => {
    expect(await typedProblem(field(schema), typed)).toMatch(problem);
  });

  it.each([
    [{ type: 'string', minLength: 3 }, 'abc'],
    [{ type: 'string', default: 'x' }, ''],
    [{ type: 'number' }, ' +.5e1 '],
    [{ type: 'integer' }, '2'],
  ])('%j takes %j', async (schema, typed) => {
    expect(await typedProblem(field(schema), typed)).toBeUndefined();
  });

  it('may be nothing where that is allowed', async () => {
    expect(await typedProblem(field({ type: 'string', minLength: 3 }, false), '')).toBeUndefined();
    expect(typedValue(field({ type: 'string' }, false), '')).toBeUndefined();
    expect(typedValue(field({ type: 'integer' }, false), '  ')).toBeUndefined();
  });

  it('has the type of its field', () => {
    expect(typedValue(field({ type: 'string' }), ' 3 ')).toBe(' 3 ');
    expect(typedValue(field({ type: 'integer' }), ' 3 ')).toBe(3);
  });

  it('is read in linear time, however many digits it has', () => {
    const number = field({ type: 'number' });
    const read = (digits: string): unknown => typedValue(number, `${digits}x`);
    expect(growth(read, (length) => '1'.repeat(length))).toBeLessThan(LINEAR);
  });

  it('is shown by the titles of choices', () => {
    const area = field({ type: 'string', enum: ['in', 'out'], enumNames: ['Indoors', 'Terrace'] });
    expect(shownValue(area, 'out')).toBe('Terrace');
    expect(shownValue(area, undefined)).toBe('(no answer)');
    expect(shownValue(field({ type: 'boolean' }), false)).toBe('No');
    expect(shownValue(field({ type: 'array', items: { enum: ['a', 'b'] } }), ['a', 'b'])).toBe(
      'a, b',
    );
    expect(shownValue(field({ type: 'array', items: { enum: ['a'] } }), [])).toBe('(none)');
  });
});
