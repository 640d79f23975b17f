/** The fields of a form, as they are shown. All texts come from the server, and are cleaned. */
import type { FormSchema, FormValue } from '../../protocol/types/elicitation.ts';
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { checkUntrusted } from '../../schema/json/untrusted-schema.ts';
import { clean, cleanLine } from '../terminal/clean.ts';
import { type Choice, choicesOf } from './choices.ts';
import { expectation } from './expectation.ts';
import { type FieldKind, kindOf } from './field-kind.ts';
import { messageOf } from '../../base/thrown.ts';

export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  readonly label: string;
  readonly description: string;
  readonly isRequired: boolean;
  /** What an answer has to be like, in words: `3 to 20 characters`; empty if anything goes. */
  readonly expected: string;
  /** For choices. */
  readonly choices: readonly Choice[];
  readonly preset: FormValue | undefined;
  /** What is wrong with a value; `undefined` if nothing is. */
  problem(value: FormValue): Promise<string | undefined>;
}

/** The fields of a form; `undefined` if it has one of a kind that no form may have (EL-4). */
export function fieldsOf({ properties, required }: FormSchema): Field[] | undefined {
  if (!isRecord(properties)) return undefined;
  const names: unknown[] = Array.isArray(required) ? required : [];
  const fields = Object.entries(properties as UnknownRecord).map(([name, schema]) =>
    isRecord(schema) ? toField(name, schema, names.includes(name)) : undefined,
  );
  return fields.every((field) => field !== undefined) ? fields : undefined;
}

function toField(name: string, schema: UnknownRecord, isRequired: boolean): Field | undefined {
  const kind = kindOf(schema);
  if (kind === undefined) return undefined;
  const { title, description, default: preset } = schema;
  const expected = expectation(kind, schema);
  return {
    name,
    kind,
    label: cleanLine(typeof title === 'string' && title !== '' ? title : name),
    description: typeof description === 'string' ? clean(description) : '',
    isRequired,
    expected,
    choices: choicesOf(kind === 'choices' ? schema['items'] : schema),
    preset: preset as FormValue | undefined,
    problem: (value) => problemWith(schema, expected, value),
  };
}

/** Checks a value with the same schema that will check the whole form. */
async function problemWith(
  schema: UnknownRecord,
  expected: string,
  value: FormValue,
): Promise<string | undefined> {
  try {
    const form = { type: 'object', properties: { value: schema } };
    const checked = await checkUntrusted(form, { value });
    if (checked.ok) return undefined;
    if (expected !== '') return `Expected: ${expected}.`;
    return clean(checked.problems.join('; ').replaceAll('value: ', ''));
  } catch (error) {
    return cleanLine(`No value can be checked. ${messageOf(error)}`);
  }
}
