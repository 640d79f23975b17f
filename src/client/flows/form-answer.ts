import { RondoError } from '../../base/errors.ts';
import { type JsonSchema, isRecord } from '../../base/json/json.ts';
import type { FormSchema, FormValue } from '../../protocol/types/elicitation.ts';
import type { Checked } from '../../schema/json/checked.ts';
import { checkUntrusted } from '../../schema/json/untrusted-schema.ts';
import { filledIn } from './answer-shape.ts';
import { quote } from '../../base/quote.ts';

/**
 * The content of an accepted form, ready to be sent: with the defaults that fit their fields, and
 * validated by the form's schema (EL-7). What cannot be checked is left to the server: a person has
 * already answered.
 *
 * @throws RondoError `invalid_answer` naming the fields
 */
export async function completeForm(
  key: string,
  schema: FormSchema,
  content: object,
): Promise<Record<string, FormValue>> {
  const plain = withoutNulls(schema) as FormSchema;
  const complete = { ...(await defaultsOf(plain)), ...filledIn(content) };
  const checked = (await verdict(plain, complete)) ?? (await verdictByField(plain, complete));
  if (checked.ok) return complete;
  const message = `The answer to ${quote(key)} does not fit its form: ${checked.problems.join('; ')}.`;
  throw new RondoError('invalid_answer', message);
}

/** Whether a value fits a schema; `undefined` for a schema that cannot be used. */
async function verdict(schema: object, value: unknown): Promise<Checked | undefined> {
  return checkUntrusted(schema as JsonSchema, value).catch(() => undefined);
}

/** The same for a form that cannot be checked as a whole: field by field, as far as possible. */
async function verdictByField(
  { properties = {}, required = [] }: FormSchema,
  content: Record<string, FormValue>,
): Promise<Checked> {
  const problems: string[] = [];
  for (const [name, field] of Object.entries(properties)) {
    const one = { type: 'object', properties: { [name]: field } };
    const isFilledIn = Object.hasOwn(content, name);
    const checked = isFilledIn ? await verdict(one, { [name]: content[name] }) : undefined;
    if (checked?.ok === false) problems.push(...checked.problems);
  }
  const missing = (Array.isArray(required) ? required : []).filter(
    (name) => !Object.hasOwn(content, name),
  );
  problems.push(...missing.map((name) => `${name}: is required`));
  return problems.length === 0 ? { ok: true, value: content } : { ok: false, problems };
}

/** The default values of a form's fields that fit them. */
async function defaultsOf({ properties = {} }: FormSchema): Promise<Record<string, FormValue>> {
  const defaults: [string, FormValue][] = [];
  for (const [name, field] of Object.entries(properties)) {
    if (field.default === undefined) continue;
    const value = { [name]: field.default };
    const checked = await verdict({ type: 'object', properties: { [name]: field } }, value);
    if (checked?.ok) defaults.push([name, field.default]);
  }
  return Object.fromEntries(defaults);
}

/** Keywords that are `null` are absent: so some libraries write what they leave out. */
function withoutNulls(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutNulls);
  if (!isRecord(node)) return node;
  const present = Object.entries(node).filter(([, child]) => child !== null);
  return Object.fromEntries(present.map(([keyword, child]) => [keyword, withoutNulls(child)]));
}
