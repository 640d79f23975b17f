/**
 * Checks values against schemas that came from the other side: interpreted, never compiled, and only
 * as far as whoever wrote the schema cannot make it take for ever. Patterns are left to their author.
 */
import type { JsonSchema } from '../protocol/results.ts';
import type { Checked } from './checked.ts';
import { expandedSize } from './expanded-size.ts';
import { explain } from './explain.ts';
import { assertUsableSchema, invalidSchema } from './limits.ts';

/** Parts of a schema, its references followed. */
const MAX_SIZE = 2_000;

/** @throws RondoError `invalid_schema` for schemas that cannot be used; see limits.ts. */
export async function checkForeign(schema: JsonSchema, value: unknown): Promise<Checked> {
  assertUsableSchema(schema);
  if (expandedSize(schema) > MAX_SIZE) throw invalidSchema('checking it could take for ever');
  const { Check, Errors } = await import('typebox/schema');
  const safe = withoutPatterns(schema) as JsonSchema;
  try {
    if (Check(safe, value)) return { ok: true, value };
    return { ok: false, problems: explain(value, () => Errors(safe, value)[1]) };
  } catch (error) {
    throw invalidSchema('nothing can be checked against it', error);
  }
}

/** @throws RondoError `invalid_schema` where what a pattern matches decides about everything else */
function withoutPatterns(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutPatterns);
  if (typeof node !== 'object' || node === null) return node;
  if ('patternProperties' in node) throw invalidSchema('properties by pattern are not checked');
  const kept = Object.entries(node).filter(
    ([keyword, child]) => keyword !== 'pattern' || typeof child !== 'string',
  );
  return Object.fromEntries(kept.map(([keyword, child]) => [keyword, withoutPatterns(child)]));
}
