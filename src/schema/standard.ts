import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import type { JsonSchema, UnknownRecord } from '../base/json.ts';

/** A schema of any library that follows Standard Schema: zod, valibot, arktype, … */
export type StandardSchema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output>;

/** A record of Standard Schemas, one for each property, as the official SDK accepts it. */
export type RawShape = Record<string, StandardSchema>;

/** Any schema that an author may give: a Standard Schema, a JSON Schema, or a raw shape. */
export type AuthorSchema = StandardSchema | JsonSchema | RawShape;

/** The type of a value that schema `S` has validated. */
export type Infer<S> =
  S extends StandardSchemaV1<infer _In, infer Out>
    ? Out
    : S extends RawShape
      ? { [K in keyof S]: StandardSchemaV1.InferOutput<S[K]> }
      : UnknownRecord;

/** Whether `value` is a Standard Schema. Those of arktype are functions. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  return '~standard' in value;
}

/**
 * Whether `value` is a record of Standard Schemas. An empty object is a JSON Schema, not a shape.
 */
export function isRawShape(value: object): value is RawShape {
  const members = Object.values(value);
  return members.length > 0 && members.every(isStandardSchema);
}

/** The schema's own converter to JSON Schema, if it has one. */
export function jsonConverter(schema: StandardSchema): StandardJSONSchemaV1.Converter | undefined {
  const standard = schema['~standard'] as { jsonSchema?: StandardJSONSchemaV1.Converter };
  return standard.jsonSchema;
}
