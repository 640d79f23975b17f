import { expect, it } from 'vitest';
import { LINEAR, growth } from '../base/test-support/growth.ts';
import { paramHeaders } from './param-headers.ts';

it('HC-7 annotations are read in a time that grows with their number', () => {
  const schemaOf = (text: string): Record<string, unknown> => {
    const property = (i: number) => [`p${i}`, { type: 'string', 'x-mcp-header': `h${i}` }] as const;
    const properties = Object.fromEntries(Array.from(text, (_, i) => property(i)));
    return { type: 'object', properties };
  };
  const read = (text: string): unknown => paramHeaders(schemaOf(text));
  expect(paramHeaders(schemaOf('xx'))).toHaveLength(2);
  expect(growth(read, (length) => 'x'.repeat(length), 2_000)).toBeLessThan(LINEAR);
});
