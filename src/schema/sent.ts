import type { Schema } from './author-schema.ts';
import { type Checked, unfitSince } from './json/checked.ts';
import { jsonForm } from './json-form.ts';
import { jsonSchemaCheck } from './json/json-schema.ts';

/**
 * Checks a value that is sent as JSON: as it will arrive, which may be without members, or with texts
 * in the stead of dates (TO-7).
 */
export function checkSent(schema: Schema, value: unknown): Checked | Promise<Checked> {
  try {
    const sent = jsonForm(value);
    const checked = schema.check(sent);
    return checked instanceof Promise
      ? checked.then((settled) => recheck(schema, sent, settled)).catch(unfitSince)
      : recheck(schema, sent, checked);
  } catch (error) {
    return unfitSince(error);
  }
}

/** What the schema has made of the value may be changed by JSON once more. */
function recheck(schema: Schema, sent: unknown, checked: Checked): Checked | Promise<Checked> {
  if (!checked.ok || checked.value === sent) return checked;
  const form = jsonForm(checked.value);
  return form === checked.value ? checked : jsonSchemaCheck(schema.output)(form);
}
