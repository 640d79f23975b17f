import { isRecord } from '../../base/json/json.ts';
import { cleanLine } from '../terminal/clean.ts';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** The choices a field's schema offers, in all the ways to write them (EL-5); empty if it has none. */
export function choicesOf(schema: unknown): Choice[] {
  if (!isRecord(schema)) return [];
  const titled = [schema['oneOf'], schema['anyOf']].find(Array.isArray);
  if (titled !== undefined)
    return titled.filter(isRecord).map((each) => choice(each['const'], each['title']));
  const { enum: values, enumNames } = schema;
  if (!Array.isArray(values)) return [];
  const names: unknown[] = Array.isArray(enumNames) ? enumNames : [];
  return values.map((value, index) => choice(value, names[index]));
}

function choice(value: unknown, title: unknown): Choice {
  const label = typeof title === 'string' && title !== '' ? title : String(value);
  return { value: String(value), label: cleanLine(label) };
}
