/** The structured content of tool results, held against a schema. */
import { InvalidResponseError } from '../../protocol/response.ts';
import type { Checked } from '../../schema/json/checked.ts';
import type { StandardSchema } from '../../schema/standard.ts';

/**
 * A function that validates and converts structured content by a schema of the caller's; it throws
 * InvalidResponseError for what does not fit.
 *
 * @throws RondoError `invalid_schema`
 */
export async function contentConverter(
  schema: StandardSchema,
): Promise<(content: unknown) => Promise<unknown>> {
  // Loaded on demand: few callers give a schema, and this loads much of what a server needs.
  const { resolveSchema } = await import('../../schema/author-schema.ts');
  const resolved = resolveSchema(schema);
  return async (content) => fitting(await resolved.check(content));
}

/** @throws InvalidResponseError for content that does not fit */
export function fitting(checked: Checked): unknown {
  if (checked.ok) return checked.value;
  const problems = checked.problems.join('; ');
  throw new InvalidResponseError(`it sent structured content that does not fit: ${problems}`);
}
