import type { JsonSchema } from '../base/json/json.ts';
import { attempt, messageOf } from '../base/thrown.ts';
import { invalidSchema } from './json/invalid-schema.ts';
import { type StandardSchema, isStandardSchema, jsonConverter } from './standard.ts';
import { type ZodSchema, isZodSchema } from './zod-schema.ts';

/**
 * The JSON Schema of a Standard Schema's input or output, made by the schema's own library.
 *
 * @param path of the property that the schema is for, for messages
 * @throws RondoError `invalid_schema` if the library cannot do it, naming the property where it knows
 */
export function convertToJson(
  schema: StandardSchema,
  side: 'input' | 'output',
  path: readonly string[] = [],
): JsonSchema {
  const converter = jsonConverter(schema);
  if (converter === undefined) throw invalidSchema(noJsonForm(schema), path);
  try {
    return converter[side]({ target: 'draft-2020-12' });
  } catch (error) {
    const where = [...path, ...(isZodSchema(schema) ? pathWithoutForm(schema, side) : [])];
    throw invalidSchema(`it has no JSON form (${messageOf(error)})`, where, error);
  }
}

/** The path to the first property, of a schema without a JSON form, that has none itself. */
function pathWithoutForm(schema: ZodSchema, side: 'input' | 'output'): string[] {
  const path: string[] = [];
  const seen = new Set<ZodSchema>();
  let failing: ZodSchema | undefined = schema;
  while (failing !== undefined && !seen.has(failing)) {
    seen.add(failing);
    const [name, member]: [string, ZodSchema] | [] =
      membersOf(failing).find(([, inner]) => !hasForm(inner, side)) ?? [];
    if (name) path.push(name);
    failing = member;
  }
  return path;
}

function hasForm(schema: ZodSchema, side: 'input' | 'output'): boolean {
  return attempt(() => jsonConverter(schema)![side]({ target: 'draft-2020-12' })) !== undefined;
}

/** The schemas that a zod schema is made of. Only those of properties have a name. */
function membersOf({ _zod: { def } }: ZodSchema): [name: string, schema: ZodSchema][] {
  const { shape, ...others } = def as { shape?: object };
  const unnamed = Object.values(others)
    .flat(1)
    .map((inner): [string, unknown] => ['', inner]);
  return [...Object.entries(shape ?? {}), ...unnamed].filter(
    (member): member is [string, ZodSchema] =>
      isStandardSchema(member[1]) && isZodSchema(member[1]),
  );
}

function noJsonForm(schema: StandardSchema): string {
  const { vendor } = schema['~standard'];
  if (vendor === 'zod') return noZodForm(schema);
  const advice =
    vendor === 'valibot'
      ? 'wrap them with toStandardJsonSchema of @valibot/to-json-schema'
      : 'give a JSON Schema instead';
  return `${vendor} schemas have no JSON form by themselves; ${advice}`;
}

function noZodForm(schema: StandardSchema): string {
  const version = zodVersion(schema);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < 4 || (major === 4 && minor < 2);
  return isOld
    ? `it needs zod 4.2 or newer, and is of zod ${version}`
    : 'zod/mini schemas have no JSON form by themselves; import from zod instead';
}

/** Schemas of zod 3 do not say which version they are of. */
function zodVersion(schema: StandardSchema): string {
  const { _zod } = schema as { _zod?: { version?: Record<string, unknown> } };
  if (_zod === undefined) return '3';
  const { major, minor, patch } = _zod.version ?? {};
  return `${String(major)}.${String(minor)}.${String(patch)}`;
}
