import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { UnknownRecord } from '../../base/json/json.ts';
import { toOldResult } from './old-result.ts';

const NEWEST = '2025-11-25';

function listed(outputSchema: object, version = NEWEST): UnknownRecord {
  const inputSchema = { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' };
  const list = {
    resultType: 'complete',
    ttlMs: 0,
    cacheScope: 'public',
    tools: [{ name: 't', inputSchema, outputSchema }],
  };
  const text = toOldResult('tools/list', list, version, () => true);
  return (JSON.parse(text) as { tools: [UnknownRecord] }).tools[0];
}

const tree = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'array',
  items: {
    anyOf: [{ type: 'string' }, { $ref: '#' }, { $ref: '#/$defs/leaf' }, { $ref: 'own#/$defs/a' }],
  },
  $defs: {
    leaf: { type: 'number' },
    own: { $id: 'own', $defs: { a: { type: 'boolean' } }, anyOf: [{ $ref: '#/$defs/a' }] },
  },
};

describe('a result for an old client', () => {
  it('L2 has the output schema of something else than objects in one of objects, its references moved along', () => {
    const schema = listed(tree)['outputSchema'] as object;
    const validate = new Ajv2020({ strict: false }).compile(schema);
    expect(validate({ result: ['a', ['b', 3, [true]]] })).toBe(true);
    expect(validate({ result: ['a', [{}]] })).toBe(false);
    expect(validate(['a'])).toBe(false);
  });

  it('L2 leaves output schemas of objects as they are', () => {
    const schema = { type: 'object', properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: {} } };
    expect(listed(schema)['outputSchema']).toEqual(schema);
  });

  it('L2 names no dialect to clients whose validators do not know it', () => {
    expect(JSON.stringify(listed(tree, '2025-06-18'))).not.toContain('$schema');
    expect(JSON.stringify(listed(tree))).toContain('$schema');
  });

  it('L2 wraps structured content as the schema says, and whatever is no object', () => {
    const of = (structuredContent: unknown, isWrapped: boolean): unknown =>
      JSON.parse(
        toOldResult('tools/call', { content: [], structuredContent }, NEWEST, () => isWrapped),
      );
    expect(of({ a: 1 }, true)).toEqual({ content: [], structuredContent: { result: { a: 1 } } });
    expect(of({ a: 1 }, false)).toEqual({ content: [], structuredContent: { a: 1 } });
    expect(of(null, false)).toEqual({ content: [], structuredContent: { result: null } });
    expect(of([1], false)).toEqual({ content: [], structuredContent: { result: [1] } });
  });

  it("L2 keeps authors' own _meta, and their members of the same names further in", () => {
    const content = [{ type: 'text', text: 'x', _meta: { ttlMs: 1 } }];
    const result = {
      resultType: 'complete',
      content,
      _meta: { 'io.modelcontextprotocol/serverInfo': {}, 'a.b/c': 1 },
    };
    expect(JSON.parse(toOldResult('tools/call', result, NEWEST, () => false))).toEqual({
      content,
      _meta: { 'a.b/c': 1 },
    });
  });
});
