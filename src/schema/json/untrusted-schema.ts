/**
 * Validates a value against a schema that the peer sent. The schema is interpreted, never compiled,
 * and its cost is bounded: schemas that could take too long are refused, slow patterns are skipped.
 * The peer validates again, so a skipped check is not a security hole.
 */
import { type JsonSchema, type UnknownRecord, isRecord } from '../../base/json/json.ts';
import type { Checked } from './checked.ts';
import { compiledForm } from './compiled-form.ts';
import { expandedPatterns, expandedSize } from './expanded-size.ts';
import { explain } from './explain.ts';
import { invalidSchema } from './invalid-schema.ts';
import { mentionsInherited, withoutInherited } from './inherited-names.ts';
import { assertUsableSchema } from './limits.ts';
import { References } from './references.ts';
import { hasShortTexts, isSafe, stepsOfPattern } from './safe-pattern.ts';
import { mapChildren } from './walk.ts';

/** Largest product of the schema's expanded size and the number of parts of the value. */
const MAX_COST = 20_000_000;

/** Largest product of the number of patterns and the steps that one can take. */
const MAX_PATTERN_STEPS = 100_000_000;

/** @throws RondoError `invalid_schema` for schemas that cannot be used; see limits.ts. */
export async function checkUntrusted(schema: JsonSchema, value: unknown): Promise<Checked> {
  if (!isRecord(schema)) throw invalidSchema('it is not an object');
  assertUsableSchema(schema);
  const whole = compiledForm(schema, new References(schema));
  if (expandedSize(whole) * partsOf(value) > MAX_COST) {
    throw invalidSchema('checking a value against it could take too long');
  }
  const { Check, Errors } = await import('typebox/schema');
  const keep = arePatternsCheap(whole, value) ? isSafe : () => false;
  const safe = withPatterns(whole, keep);
  try {
    const bare = mentionsInherited(safe) ? withoutInherited(value) : value;
    if (Check(safe, bare)) return { ok: true, value };
    return { ok: false, problems: explain(bare, () => Errors(safe, bare)[1]) };
  } catch (error) {
    throw invalidSchema('the validator cannot use it', [], error);
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
function withPatterns(schema: UnknownRecord, keep: (pattern: string) => boolean): UnknownRecord {
  if ('patternProperties' in schema) throw invalidSchema('properties by pattern are not checked');
  const { pattern, ...others } = mapChildren(schema, (child) => withPatterns(child, keep));
  const isKept = pattern !== undefined && keep(sourceOf(pattern));
  return isKept ? { ...others, pattern } : others;
}

function sourceOf(pattern: unknown): string {
  return pattern instanceof RegExp ? pattern.source : String(pattern);
}
