/** Checks values against schemas that came from the other side: interpreted, never compiled. */
import type { JsonSchema } from '../protocol/results.ts';
import type { Checked } from './checked.ts';
import { explain } from './explain.ts';
import { assertUsableSchema, invalidSchema } from './limits.ts';

/** @throws RondoError `invalid_schema` for schemas that cannot be used; see limits.ts. */
export async function checkForeign(schema: JsonSchema, value: unknown): Promise<Checked> {
  assertUsableSchema(schema);
  const { Check, Errors } = await import('typebox/schema');
  try {
    if (Check(schema, value)) return { ok: true, value };
    return { ok: false, problems: explain(value, () => Errors(schema, value)[1]) };
  } catch (error) {
    throw invalidSchema('nothing can be checked against it', error);
  }
}
