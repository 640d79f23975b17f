import { describe, expect, it } from 'vitest';
import { LINEAR, growth } from '../../base/test-support/growth.ts';
import type { JsonObject, JsonSchema } from '../../base/json/json.ts';
import type { Tool } from '../../protocol/types/tool.ts';
import { UsageError } from '../failure.ts';
import { parsePairs } from './pairs.ts';
import { parseObject, toolArguments } from './tool-arguments.ts';

const PROPERTIES: JsonSchema = {
  text: { type: 'string' },
  count: { type: 'integer' },
  share: { type: 'number' },
  on: { type: 'boolean' },
  list: { type: 'array' },
  map: { type: 'object' },
  maybe: { type: ['integer', 'null'] },
  either: { anyOf: [{ type: 'string' }, { type: 'number' }] },
  choice: { enum: [1, 2] },
  only: { const: true },
  shared: { $ref: '#/$defs/a~1b' },
  narrow: { type: ['number', 'string'], allOf: [{ type: 'integer' }] },
  escaped: { $ref: '#/$defs/a%20b/0' },
  loop: { $ref: '#/properties/loop' },
  far: { $ref: 'https://example.com/schema' },
  free: {},
};

function read(args: readonly string[], json?: string, more: JsonSchema = {}): JsonObject {
  const inputSchema = {
    type: 'object' as const,
    properties: PROPERTIES,
    $defs: { 'a/b': { type: 'boolean' }, 'a b': [{ type: 'boolean' }] },
    ...more,
  };
  const tool: Tool = { name: 'tool', inputSchema };
  return toolArguments(tool, parsePairs(args), json === undefined ? {} : parseObject(json));
}

describe('a value on the command line', () => {
  it.each([
    ['text=3', '3'],
    ['text=', ''],
    ['text=a=b', 'a=b'],
    ['count=-3', -3],
    ['share=1e3', 1000],
    ['share=.5', 0.5],
    ['on=true', true],
    ['list=["a",1]', ['a', 1]],
    ['map={"a":{"b":1}}', { a: { b: 1 } }],
    ['maybe=null', null],
    ['maybe=4', 4],
    ['either=4', 4],
    ['either=four', 'four'],
    ['choice=2', 2],
    ['only=true', true],
    ['shared=false', false],
    ['loop=x', 'x'],
    ['far=x', 'x'],
    ['free=3', '3'],
    ['count=1e3', 1000],
    ['count=4.0', 4],
    ['narrow=7', 7],
    ['escaped=true', true],
    ['either=12345678901234567890', '12345678901234567890'],
    ['text=12345678901234567890', '12345678901234567890'],
    ['free=1e400', '1e400'],
  ])('%s is read by its type', (text, value) => {
    expect(Object.values(read([text]))).toEqual([value]);
  });

  it.each([
    ['count=3.5', 'a whole number'],
    ['count=', 'a whole number'],
    ['share=0x10', 'a number'],
    ['on=yes', 'true or false'],
    ['list=a', 'a JSON array'],
    ['list=[', 'a JSON array'],
    ['map=[]', 'a JSON object'],
    ['maybe=x', 'a whole number or null'],
    ['narrow=x', 'a whole number'],
  ])('%s is refused: it has to be %s', (text, wanted) => {
    expect(() => read([text])).toThrow(UsageError);
    expect(() => read([text])).toThrow(`--arg ${text}: it has to be ${wanted}`);
  });

  it.each([
    ['count=12345678901234567890', 'would be sent as 12345678901234567000'],
    ['share=1e400', 'is too large'],
    ['count=1e400', 'is too large'],
    ['list=[1,12345678901234567890]', 'would be sent as 12345678901234567000'],
    ['map={"a":{"b":1e400}}', 'is too large'],
  ])('%s is refused, since it %s', (text, problem) => {
    expect(() => read([text])).toThrow(problem);
    expect(() => read([], `{"x":${text.split('=')[1]}}`)).toThrow(`--args: `);
  });

  it.each<[string, JsonSchema]>([
    ['under allOf', { allOf: [{ properties: { n: { type: 'integer' } } }] }],
    [
      'by reference',
      { $ref: '#/$defs/all', $defs: { all: { properties: { n: { type: 'integer' } } } } },
    ],
    [
      'by a reference in allOf',
      {
        allOf: [{ $ref: '#/$defs/a' }, { properties: { other: {} } }],
        $defs: { a: { allOf: [{ $ref: '#' }, { properties: { n: { type: 'integer' } } }] } },
      },
    ],
    [
      'in one branch',
      {
        oneOf: [
          { properties: { kind: { const: 'a' } } },
          { properties: { n: { type: 'integer' } } },
        ],
      },
    ],
    ['in a condition', { if: {}, then: { properties: { n: { type: 'integer' } } } }],
    ['of all other members', { additionalProperties: { type: 'integer' } }],
  ])('has the type that the schema gives %s', (_where, schema) => {
    expect(read(['n=4'], undefined, { properties: undefined, ...schema })).toEqual({ n: 4 });
  });

  it('has the types of hostile schemas soon', () => {
    const many = Array.from({ length: 200 }, () => ({ $ref: '#/$defs/many' }));
    const hostile = {
      properties: { n: { anyOf: many } },
      allOf: many,
      $defs: { many: { anyOf: many } },
    };
    expect(read(['n=4'], undefined, hostile)).toEqual({ n: '4' });
  });

  it('is refused under a name the tool does not have, unless it takes any', () => {
    expect(() => read(['tex=1'])).toThrow("'tool' has no argument 'tex'; it has text, count");
    expect(() => read(['__proto__=1'])).toThrow('has no argument');
    expect(read(['tex=1'], undefined, { additionalProperties: true })).toEqual({ tex: '1' });
    expect(read(['tex=1'], undefined, { properties: undefined })).toEqual({ tex: '1' });
    const closed = { properties: {}, additionalProperties: false };
    expect(() => read(['tex=1'], undefined, closed)).toThrow('it takes none');
  });
});

it('a number on the command line is read in linear time', () => {
  const run = (digits: string): void =>
    expect(() => read([`share=${digits}x`])).toThrow(UsageError);
  expect(growth(run, (length) => '1'.repeat(length))).toBeLessThan(LINEAR);
});

describe('arguments', () => {
  it('can be given as JSON, and single ones over it', () => {
    expect(read(['count=2'], '{"count":1,"new":[1]}')).toEqual({ count: 2, new: [1] });
    expect(read([], '{}')).toEqual({});
    for (const json of ['', '[]', 'null', '{'])
      expect(() => read([], json)).toThrow('--args has to be');
  });

  it('are pairs, each given once', () => {
    expect(() => parsePairs(['a'])).toThrow('name=value');
    expect(() => parsePairs(['=a'])).toThrow('name=value');
    expect(() => parsePairs(['a=1', 'a=2'])).toThrow('twice');
  });
});
