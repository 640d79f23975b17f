import type { JsonSchema } from '../base/json/json.ts';
import { RondoError } from '../base/errors.ts';
import { attempt, messageOf } from '../base/thrown.ts';
import { invalidSchema } from './json/invalid-schema.ts';
import { type StandardSchema, isStandardSchema, jsonConverter } from './standard.ts';
import { formOptions } from './library-forms.ts';
import { isZodSchema } from './zod-schema.ts';

/**
 * The JSON Schema of a Standard Schema's input or output, made by the schema's own library.
 *
 * @param path of the property that the schema is for, for messages
 * @throws RondoError `invalid_schema` if the library cannot do it, naming the property where it knows
 */
export function convertToJson(
  schema: StandardSchema,
  side: Side,
  path: readonly string[] = [],
): JsonSchema {
  if (jsonConverter(schema) === undefined) throw invalidSchema(noJsonForm(schema), path);
  try {
    return formOf(schema, side);
  } catch (error) {
    if (error instanceof RondoError) throw error;
    const why = `it has no JSON form (${messageOf(error).replace(/\.$/, '')}); ${ADVICE[side]}`;
    throw invalidSchema(why, [...path, ...pathWithoutForm(schema, side)], error);
  }
}

type Side = 'input' | 'output';

const ADVICE: Record<Side, string> = {
  input: 'take what JSON has, such as text, and convert it from there',
  output: 'say what is sent as JSON, such as text',
};

function formOf(schema: StandardSchema, side: Side): JsonSchema {
  const libraryOptions = formOptions(schema['~standard'].vendor);
  return jsonConverter(schema)![side]({ target: 'draft-2020-12', libraryOptions });
}

/**
 * The path to the first property, of a schema without a JSON form, that has none itself. Libraries do
 * not say so; the properties of arktype and zod can be tried one by one.
 */
function pathWithoutForm(schema: StandardSchema, side: Side): string[] {
  const path: string[] = [];
  const seen = new Set<StandardSchema>();
  let failing: StandardSchema | undefined = schema;
  while (failing !== undefined && !seen.has(failing)) {
    seen.add(failing);
    const [name, member]: [string, StandardSchema] | [] =
      membersOf(failing).find(([, inner]) => !hasForm(inner, side)) ?? [];
    if (name) path.push(name);
    failing = member;
  }
  return path;
}

function hasForm(schema: StandardSchema, side: Side): boolean {
  return attempt(() => formOf(schema, side)) !== undefined;
}

/** The schemas that a schema is made of. Only those of properties have a name. */
function membersOf(schema: StandardSchema): [name: string, schema: StandardSchema][] {
  const members = isZodSchema(schema) ? partsOf(schema._zod.def) : propsOf(schema);
  return members.filter((member): member is [string, StandardSchema] =>
    isStandardSchema(member[1]),
  );
}

/** @param def of a zod schema */
function partsOf(def: object): [string, unknown][] {
  const { shape, ...others } = def as { shape?: object };
  const unnamed = Object.values(others)
    .flat(1)
    .map((inner): [string, unknown] => ['', inner]);
  return [...Object.entries(shape ?? {}), ...unnamed];
}

/** Of a type of arktype that is an object. */
function propsOf(type: object): [string, unknown][] {
  const props = attempt(() => (type as { readonly props?: unknown }).props);
  if (!Array.isArray(props)) return [];
  return props.map(({ key, value }: Record<string, unknown>) => [String(key), value]);
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
