import type { FormSchema, FormValue } from '../../protocol/elicitation.ts';
import { RondoError } from '../../base/errors.ts';
import { InvalidResponseError } from '../../protocol/response.ts';
import type { Checked } from '../../schema/checked.ts';
import { checkUntrusted } from '../../schema/untrusted-schema.ts';
import { messageOf } from '../../base/thrown.ts';

/**
 * The content of an accepted form, ready to be sent: with defaults filled in, and validated by the
 * form's schema (EL-7).
 *
 * @throws RondoError `invalid_answer` naming the fields
 * @throws InvalidResponseError for a form whose schema cannot be used
 */
export async function completeForm(
  key: string,
  schema: FormSchema,
  content: Record<string, FormValue>,
): Promise<Record<string, FormValue>> {
  const complete = { ...defaultsOf(schema), ...content };
  const checked = await check(key, schema, complete);
  if (checked.ok) return complete;
  const message = `The answer to '${key}' does not fit its form: ${checked.problems.join('; ')}.`;
  throw new RondoError('invalid_answer', message);
}

async function check(key: string, schema: FormSchema, content: unknown): Promise<Checked> {
  try {
    return await checkUntrusted(schema as never, content);
  } catch (error) {
    const why = messageOf(error);
    throw new InvalidResponseError(`it asked '${key}' with a form that cannot be used: ${why}`);
  }
}

/** The default values of a form's fields. */
function defaultsOf(schema: FormSchema): Record<string, FormValue> {
  const defaults: Record<string, FormValue> = {};
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (field.default !== undefined) defaults[name] = field.default;
  }
  return defaults;
}
