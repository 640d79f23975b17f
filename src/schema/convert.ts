import type { JsonSchema } from '../base/json.ts';
import { messageOf } from '../base/thrown.ts';
import { invalidSchema } from './limits.ts';
import { type StandardSchema, jsonConverter } from './standard.ts';

/**
 * The JSON Schema of a Standard Schema's input or output, made by the schema's own library.
 *
 * @throws RondoError `invalid_schema` if the library cannot do it; the message says what to do.
 */
export function convertToJson(schema: StandardSchema, side: 'input' | 'output'): JsonSchema {
  const converter = jsonConverter(schema);
  if (converter === undefined) throw invalidSchema(noJsonForm(schema));
  try {
    return converter[side]({ target: 'draft-2020-12' });
  } catch (error) {
    throw invalidSchema(`it has no JSON form (${messageOf(error)})`, error);
  }
}

function noJsonForm(schema: StandardSchema): string {
  const { vendor } = schema['~standard'];
  if (vendor === 'zod') return `it needs zod 4.2 or newer, and is of zod ${zodVersion(schema)}`;
  const advice =
    vendor === 'valibot'
      ? 'wrap them with toStandardJsonSchema of @valibot/to-json-schema'
      : 'give a JSON Schema instead';
  return `${vendor} schemas have no JSON form by themselves; ${advice}`;
}

/** Schemas of zod 3 do not say which version they are of. */
function zodVersion(schema: StandardSchema): string {
  const { _zod } = schema as { _zod?: { version?: Record<string, unknown> } };
  if (_zod === undefined) return '3';
  const { major, minor, patch } = _zod.version ?? {};
  return `${String(major)}.${String(minor)}.${String(patch)}`;
}
