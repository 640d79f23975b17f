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
  if (converter === undefined) {
    const { vendor } = schema['~standard'];
    throw invalidSchema(`${vendor} schemas have no JSON form by themselves; ${advice(vendor)}`);
  }
  try {
    return converter[side]({ target: 'draft-2020-12' });
  } catch (error) {
    throw invalidSchema(`it has no JSON form (${messageOf(error)})`, error);
  }
}

function advice(vendor: string): string {
  if (vendor === 'valibot') return 'wrap them with toStandardJsonSchema of @valibot/to-json-schema';
  return 'give a JSON Schema instead';
}
