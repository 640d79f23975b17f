import type { JsonSchema } from '../../base/json/json.ts';
import { invalidSchema } from './invalid-schema.ts';

const MAX_DEPTH = 64;
const MAX_NODES = 10_000;

const DIALECTS = new Set([
  'https://json-schema.org/draft/2020-12/schema',
  'http://json-schema.org/draft-07/schema',
]);

/**
 * Refuses a peer's JSON Schemas that are not safe or possible to check: unsupported dialects (SE-2),
 * and sizes that could stall the validator (SE-1).
 *
 * @throws RondoError `invalid_schema`
 */
export function assertUsableSchema(schema: JsonSchema): void {
  assertDialect(schema);
  const problem = oversize(schema);
  if (problem !== undefined) throw invalidSchema(problem);
}

/** What is too large in a schema for a peer that has not written it; `undefined` for nothing. */
export function oversize(schema: JsonSchema): string | undefined {
  let nodes = 0;
  const visit = (node: unknown, depth: number): string | undefined => {
    if (typeof node !== 'object' || node === null) return undefined;
    if (depth > MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH}`;
    if (++nodes > MAX_NODES) return `it has more than ${MAX_NODES} parts`;
    for (const child of Object.values(node)) {
      const problem = visit(child, depth + 1);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
  return visit(schema, 0);
}

/** @throws RondoError `invalid_schema` for a dialect that is not supported (SE-2) */
export function assertDialect({ $schema: dialect }: JsonSchema): void {
  if (dialect !== undefined && !DIALECTS.has(String(dialect).replace(/#$/, ''))) {
    throw invalidSchema(`dialect ${JSON.stringify(dialect)} is not supported; use 2020-12`);
  }
}
