/** Checks values against schemas that came from the other side: interpreted, never compiled. */
import type { JsonSchema } from '../protocol/results.ts';
import { type Checked, MAX_PROBLEMS, problem } from './checked.ts';
import { assertUsableSchema } from './limits.ts';

/** @throws RondoError `invalid_schema` for schemas that cannot be used; see limits.ts. */
export async function checkForeign(schema: JsonSchema, value: unknown): Promise<Checked> {
  assertUsableSchema(schema);
  const { Errors } = await import('typebox/schema');
  const [ok, errors] = Errors(schema, value);
  if (ok) return { ok: true, value };
  const problems = errors
    .slice(0, MAX_PROBLEMS)
    .map((error) => problem(error.instancePath.slice(1).replaceAll('/', '.'), error.message));
  return { ok: false, problems };
}
