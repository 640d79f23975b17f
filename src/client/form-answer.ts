import type { FormSchema, FormValue } from '../protocol/elicitation.ts';
import { RondoError } from '../protocol/errors.ts';
import { checkForeign } from '../schema/foreign-schema.ts';

/**
 * The content of an accepted form, ready to be sent: defaults filled in, and checked against the
 * schema it answers (checklist EL-7).
 *
 * @throws RondoError `invalid_answer` naming the fields
 */
export async function completeForm(
  key: string,
  schema: FormSchema,
  content: Record<string, FormValue>,
): Promise<Record<string, FormValue>> {
  const complete = { ...defaultsOf(schema), ...content };
  const checked = await checkForeign(schema as never, complete);
  if (checked.ok) return complete;
  const message = `The answer to '${key}' does not fit: ${checked.problems.join('; ')}.`;
  throw new RondoError('invalid_answer', message);
}

/** What a form begins with. */
function defaultsOf(schema: FormSchema): Record<string, FormValue> {
  const defaults: Record<string, FormValue> = {};
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (field.default !== undefined) defaults[name] = field.default;
  }
  return defaults;
}
