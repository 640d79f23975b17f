import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import type { JsonSchema, UnknownRecord } from '../base/json/json.ts';

/** A schema of any library that follows Standard Schema: zod, valibot, arktype, … */
export type StandardSchema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output>;

/**
 * A record of zod schemas, one for each property, as the official SDK accepts it; `{}` is an object
 * without properties. Members of other libraries are refused: use their own object schemas.
 */
export type RawShape = Record<string, StandardSchema>;

/**
 * A JSON Schema of any type that has some of its keywords: `FormSchema`, the `JSONSchema7` of
 * `@types/json-schema`, an interface of your own.
 */
export interface JsonSchemaLike {
  readonly $schema?: unknown;
  readonly $id?: unknown;
  readonly $ref?: unknown;
  readonly $defs?: unknown;
  readonly definitions?: unknown;
  readonly title?: unknown;
  readonly description?: unknown;
  readonly type?: unknown;
  readonly properties?: unknown;
  readonly required?: unknown;
  readonly items?: unknown;
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly allOf?: unknown;
  readonly anyOf?: unknown;
  readonly oneOf?: unknown;
}

/** Any schema that an author may give: a Standard Schema, a JSON Schema, or a raw shape. */
export type AuthorSchema = StandardSchema | JsonSchema | JsonSchemaLike | RawShape;

/** The type of a value that schema `S` has validated. */
export type Infer<S> =
  S extends StandardSchemaV1<infer _In, infer Out>
    ? Out
    : S extends RawShape
      ? { [K in keyof S]: StandardSchemaV1.InferOutput<S[K]> }
      : UnknownRecord;

/** The type of arguments that a schema of type object, or none, has validated. */
export type InferArguments<S> = unknown extends Infer<S> ? UnknownRecord : Infer<S>;

/** The type of a value that is sent as JSON and checked by schema `S`. */
export type InferSent<S> = S extends StandardSchema | RawShape
  ? Infer<S>
  : object | string | number | boolean | null;

/** Whether `value` is a Standard Schema. Those of arktype are functions. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  return '~standard' in value;
}

/** Whether `value` is a record of Standard Schemas, which may be empty. */
export function isRawShape(value: object): value is RawShape {
  return Object.values(value).every(isStandardSchema);
}

/** The schema's own converter to JSON Schema, if it has one. */
export function jsonConverter(schema: StandardSchema): StandardJSONSchemaV1.Converter | undefined {
  const standard = schema['~standard'] as { jsonSchema?: StandardJSONSchemaV1.Converter };
  return standard.jsonSchema;
}
