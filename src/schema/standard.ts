import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import type { JsonSchema, UnknownRecord } from '../base/json.ts';

/** A schema of any library that follows Standard Schema: zod, valibot, arktype, … */
export type StandardSchema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output>;

/** A record of Standard Schemas, one a property, as the official SDK accepts it. */
export type RawShape = Record<string, StandardSchema>;

/** What an author may give wherever a schema is wanted. */
export type AuthorSchema = StandardSchema | JsonSchema | RawShape;

/** What a value of schema `S` is once validated. */
export type Infer<S> =
  S extends StandardSchemaV1<infer _In, infer Out>
    ? Out
    : S extends RawShape
      ? { [K in keyof S]: StandardSchemaV1.InferOutput<S[K]> }
      : UnknownRecord;

/** Whether `value` follows Standard Schema. arktype's are functions. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  return '~standard' in value;
}

/** Whether `value` is a record of Standard Schemas. An empty object is a JSON Schema, not a shape. */
export function isRawShape(value: object): value is RawShape {
  const members = Object.values(value);
  return members.length > 0 && members.every(isStandardSchema);
}

/** The converter a schema brings along, if it brings one. */
export function jsonConverter(schema: StandardSchema): StandardJSONSchemaV1.Converter | undefined {
  const standard = schema['~standard'] as { jsonSchema?: StandardJSONSchemaV1.Converter };
  return standard.jsonSchema;
}
