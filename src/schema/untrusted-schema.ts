/**
 * Validates a value against a schema that the peer sent. The schema is interpreted, never compiled,
 * and its cost is bounded: schemas that could take too long are refused, slow patterns are skipped.
 * The peer validates again, so a skipped check is not a security hole.
 */
import type { JsonSchema } from '../base/json.ts';
import type { Checked } from './checked.ts';
import { expandedPatterns, expandedSize } from './expanded-size.ts';
import { explain } from './explain.ts';
import { assertUsableSchema, invalidSchema } from './limits.ts';
import { hasShortTexts, isSafe, stepsOfPattern } from './safe-pattern.ts';

/** Largest product of the schema's expanded size and the number of parts of the value. */
const MAX_COST = 20_000_000;

/** Largest product of the number of patterns and the steps that one can take. */
const MAX_PATTERN_STEPS = 100_000_000;

/** @throws RondoError `invalid_schema` for schemas that cannot be used; see limits.ts. */
export async function checkUntrusted(schema: JsonSchema, value: unknown): Promise<Checked> {
  assertUsableSchema(schema);
  if (expandedSize(schema) * partsOf(value) > MAX_COST) {
    throw invalidSchema('checking a value against it could take too long');
  }
  const { Check, Errors } = await import('typebox/schema');
  const keep = arePatternsCheap(schema, value) ? isSafe : () => false;
  const safe = withPatterns(schema, keep) as JsonSchema;
  try {
    if (Check(safe, value)) return { ok: true, value };
    return { ok: false, problems: explain(value, () => Errors(safe, value)[1]) };
  } catch (error) {
    throw invalidSchema('the validator cannot use it', error);
  }
}

function arePatternsCheap(schema: JsonSchema, value: unknown): boolean {
  const steps = expandedPatterns(schema) * stepsOfPattern(value);
  return hasShortTexts(value) && steps <= MAX_PATTERN_STEPS;
}

function partsOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  let parts = 1;
  for (const child of Object.values(value)) parts += partsOf(child);
  return parts;
}

/**
 * The schema without the patterns that `keep` rejects.
 *
 * @throws RondoError `invalid_schema` for `patternProperties`, which cannot be skipped: the
 *   patterns decide which other parts of the schema apply.
 */
function withPatterns(node: unknown, keep: (pattern: string) => boolean): unknown {
  if (Array.isArray(node)) return node.map((item) => withPatterns(item, keep));
  if (typeof node !== 'object' || node === null) return node;
  if ('patternProperties' in node) throw invalidSchema('properties by pattern are not checked');
  const kept = Object.entries(node).filter(
    ([keyword, child]) => keyword !== 'pattern' || typeof child !== 'string' || keep(child),
  );
  return Object.fromEntries(kept.map(([keyword, child]) => [keyword, withPatterns(child, keep)]));
}
