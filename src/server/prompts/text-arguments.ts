/** The arguments of prompts are strings on the wire: one that takes none can never be given. */
import { isRecord } from '../../base/json/json.ts';
import { resolved } from '../../schema/json/object-form.ts';
import type { References } from '../../schema/json/references.ts';
import { isStandardSchema } from '../../schema/standard.ts';
import { isCoerced, isZodSchema } from '../../schema/zod-schema.ts';

/** How deep branches are looked into. What lies deeper counts as text. */
const MAX_DEPTH = 8;

/**
 * @param schema in its JSON form
 * @param member as its author wrote it, if that is known: it may convert text itself
 */
export function takesText(schema: unknown, member: unknown, references: References): boolean {
  if (isStandardSchema(member) && isZodSchema(member) && isCoerced(member)) return true;
  return allowsText(schema, references, 0);
}

function allowsText(schema: unknown, references: References, depth: number): boolean {
  if (!isRecord(schema) || depth > MAX_DEPTH) return schema !== false;
  const whole = resolved(schema, references);
  const { type, enum: values, allOf } = whole;
  const allows = (part: unknown): boolean => allowsText(part, references, depth + 1);
  if (type !== undefined && ![type].flat().includes('string')) return false;
  if ('const' in whole && typeof whole['const'] !== 'string') return false;
  if (Array.isArray(values) && !values.some((value) => typeof value === 'string')) return false;
  if (Array.isArray(allOf) && !allOf.every(allows)) return false;
  const unions = [whole['anyOf'], whole['oneOf']].filter(Array.isArray);
  return unions.every((branches) => branches.some(allows));
}
