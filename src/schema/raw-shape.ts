/** The object schema for a raw shape. It has the JSON form and the verdicts of `z.object(shape)`. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { type JsonSchema, type UnknownRecord, isRecord } from '../base/json/json.ts';
import { convertToJson } from './convert.ts';
import { invalidSchema } from './json/invalid-schema.ts';
import { pointerOf } from './json/pointer.ts';
import { rebased } from './json/rebase.ts';
import { type RawShape, type StandardSchema, jsonConverter } from './standard.ts';
import { type Result, type Validate, validatorOf } from './validate.ts';
import { type ZodSchema, isRequired, isZodSchema } from './zod-schema.ts';

/** One property. */
interface Member {
  readonly key: string;
  readonly schema: ZodSchema;
  readonly validate: Validate;
}

/** The result for one key; `undefined` if the key is absent and may be. */
type Outcome = Result | undefined;

const REQUIRED: Result = { issues: [{ message: 'required' }] };

/** @throws RondoError `invalid_schema` for members of other libraries than zod */
export function objectOf(shape: RawShape): StandardSchema {
  const members = Object.entries(shape).map(([key, schema]) => memberOf(key, schema));
  const standard = {
    version: 1,
    vendor: 'mcp-rondo',
    validate: (value: unknown) => validateAll(members, value),
    jsonSchema: {
      input: () => toJson(members, 'input'),
      output: () => toJson(members, 'output'),
    },
  };
  return { '~standard': standard } as StandardSchema;
}

/** Standard Schema does not say which keys may be absent. Only for zod is there a way to know. */
function memberOf(key: string, schema: StandardSchema): Member {
  // Of a zod without JSON forms: converting says which zod is needed.
  if (schema['~standard'].vendor === 'zod' && !jsonConverter(schema))
    convertToJson(schema, 'input', [key]);
  if (isZodSchema(schema)) return { key, schema, validate: validatorOf(schema) };
  const { vendor } = schema['~standard'];
  throw invalidSchema(
    `'${key}' is a schema of ${vendor}; wrap the shape in your library's object schema`,
  );
}

function toJson(members: readonly Member[], side: 'input' | 'output'): JsonSchema {
  const properties = members.map(({ key, schema }): [string, JsonSchema] => {
    const { $schema: _, ...property } = convertToJson(schema, side, [key]);
    return [key, rebased(property, pointerOf(['properties', key]))];
  });
  const required = members.filter(({ schema }) => isRequired(schema, side)).map(({ key }) => key);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
    ...(side === 'output' && { additionalProperties: false }),
  };
}

function validateAll(members: readonly Member[], value: unknown): Result | Promise<Result> {
  if (!isRecord(value)) return { issues: [{ message: 'must be an object' }] };
  const outcomes = members.map((member) => outcomeOf(member, value));
  return outcomes.some((outcome) => outcome instanceof Promise)
    ? Promise.all(outcomes).then((settled) => gather(members, settled))
    : gather(members, outcomes as Outcome[]);
}

function outcomeOf(member: Member, value: UnknownRecord): Outcome | Promise<Outcome> {
  try {
    if (!Object.hasOwn(value, member.key)) return whenAbsent(member);
    return member.validate(value[member.key]);
  } catch (error) {
    // As a rejection: a throw would leave the promises of the members before it without a handler.
    return Promise.reject(error);
  }
}

/** A member is run without a value only if its key may be absent. */
function whenAbsent({ schema, validate }: Member): Outcome | Promise<Outcome> {
  const { optin, optout } = schema._zod;
  if (optin === undefined) return REQUIRED;
  if (optin === 'optional' && optout === 'optional') return undefined;
  const result = validate(undefined);
  const settle = (settled: Result): Outcome => {
    if (settled.issues === undefined) return settled.value === undefined ? undefined : settled;
    return optout === 'optional' ? undefined : settled;
  };
  return result instanceof Promise ? result.then(settle) : settle(result);
}

function gather(members: readonly Member[], outcomes: readonly Outcome[]): Result {
  const output: UnknownRecord = {};
  const issues: StandardSchemaV1.Issue[] = [];
  for (const [index, { key }] of members.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined) continue;
    if (outcome.issues === undefined) output[key] = outcome.value;
    for (const issue of outcome.issues ?? []) {
      issues.push({ ...issue, path: [key, ...(issue.path ?? [])] });
    }
  }
  return issues.length > 0 ? { issues } : { value: output };
}
