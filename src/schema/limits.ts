import { type JsonSchema, isRecord } from '../base/json.ts';
import { RondoError } from '../base/errors.ts';

const MAX_DEPTH = 64;
const MAX_NODES = 10_000;

const DIALECTS = new Set([
  'https://json-schema.org/draft/2020-12/schema',
  'http://json-schema.org/draft-07/schema',
]);

/**
 * Refuses JSON Schemas that are not safe or possible to check: unsupported dialects (SE-2),
 * references that would have to be fetched, and sizes that could stall the validator (SE-1).
 *
 * @throws RondoError `invalid_schema`
 */
export function assertUsableSchema(schema: JsonSchema): void {
  const dialect = schema['$schema'];
  if (dialect !== undefined && !DIALECTS.has(String(dialect).replace(/#$/, ''))) {
    throw invalidSchema(`dialect ${JSON.stringify(dialect)} is not supported; use 2020-12`);
  }
  let nodes = 0;
  const visit = (node: unknown, depth: number): void => {
    if (typeof node !== 'object' || node === null) return;
    if (depth > MAX_DEPTH) throw invalidSchema(`it is nested deeper than ${MAX_DEPTH}`);
    if (++nodes > MAX_NODES) throw invalidSchema(`it has more than ${MAX_NODES} parts`);
    if (isRecord(node)) assertLocalReference(node);
    for (const child of Object.values(node)) visit(child, depth + 1);
  };
  visit(schema, 0);
}

function assertLocalReference(node: Record<string, unknown>): void {
  for (const keyword of ['$ref', '$dynamicRef']) {
    const target = node[keyword];
    if (typeof target !== 'string' || target.startsWith('#')) continue;
    if (/^[a-z][a-z0-9+.-]*:/i.test(target) || target.startsWith('//')) {
      throw invalidSchema(`${keyword} ${JSON.stringify(target)} would have to be fetched`);
    }
  }
}

export function invalidSchema(message: string, cause?: unknown): RondoError<'invalid_schema'> {
  return new RondoError('invalid_schema', `The schema cannot be used: ${message}.`, { cause });
}
