import type { StandardSchemaV1 } from '@standard-schema/spec';
import { type JsonSchema, isRecord } from '../base/json.ts';
import { convertToJson } from './convert.ts';
import type { RawShape, StandardSchema } from './standard.ts';

type Result = StandardSchemaV1.Result<unknown>;
type Member = readonly [key: string, schema: StandardSchema];

/** The object schema for a raw shape. Its members may be of different libraries. */
export function objectOf(shape: RawShape): StandardSchema {
  const members = Object.entries(shape);
  const standard = {
    version: 1,
    vendor: 'mcp-rondo',
    validate: (value: unknown) => validate(members, value),
    jsonSchema: {
      input: () => toJson(members, 'input'),
      output: () => toJson(members, 'output'),
    },
  };
  return { '~standard': standard } as StandardSchema;
}

function toJson(members: readonly Member[], side: 'input' | 'output'): JsonSchema {
  const properties: JsonSchema = {};
  const required: string[] = [];
  for (const [key, schema] of members) {
    const { $schema: _, ...property } = convertToJson(schema, side);
    properties[key] = property;
    if (!acceptsAbsence(schema)) required.push(key);
  }
  return { type: 'object', properties, ...(required.length > 0 && { required }) };
}

function acceptsAbsence(schema: StandardSchema): boolean {
  const result = schema['~standard'].validate(undefined);
  return !(result instanceof Promise) && result.issues === undefined;
}

function validate(members: readonly Member[], value: unknown): Result | Promise<Result> {
  if (!isRecord(value)) return { issues: [{ message: 'must be an object' }] };
  const results = members.map(([key, schema]) =>
    schema['~standard'].validate(Object.hasOwn(value, key) ? value[key] : undefined),
  );
  return results.some((result) => result instanceof Promise)
    ? Promise.all(results).then((settled) => gather(members, settled))
    : gather(members, results as Result[]);
}

function gather(members: readonly Member[], results: readonly Result[]): Result {
  const output: Record<string, unknown> = {};
  const issues: StandardSchemaV1.Issue[] = [];
  for (const [index, [key]] of members.entries()) {
    const result = results[index]!;
    if (result.issues === undefined) {
      if (result.value !== undefined) output[key] = result.value;
      continue;
    }
    for (const issue of result.issues)
      issues.push({ ...issue, path: [key, ...(issue.path ?? [])] });
  }
  return issues.length > 0 ? { issues } : { value: output };
}
