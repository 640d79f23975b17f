import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ignore, isThenable, settled } from '../base/settled.ts';
import type { StandardSchema } from './standard.ts';
import { mayBeAsync } from './zod-async.ts';
import { type ZodSchema, isZodSchema } from './zod-schema.ts';

/** The result of a check. */
export type Result = StandardSchemaV1.Result<unknown>;

export type Validate = (value: unknown) => Result | Promise<Result>;

const JUNK: Result = { issues: [{ message: 'is not valid' }] };

/** The function that checks values with a library's schema. It runs the author's code once. */
export function validatorOf(schema: StandardSchema): Validate {
  let validate: Validate | undefined;
  return (value) => {
    validate ??= isZodSchema(schema) && mayBeAsync(schema) ? awaited(schema) : plain(schema);
    return validate(value);
  };
}

function plain(schema: StandardSchema): Validate {
  return (value) => {
    const result: unknown = schema['~standard'].validate(value);
    return isThenable(result) ? settled(result).then(sound) : sound(result);
  };
}

/** What a library's code returned, if it is a verdict; a verdict of invalid for anything else. */
function sound(result: unknown): Result {
  if (result === null || (typeof result !== 'object' && typeof result !== 'function')) return JUNK;
  const { issues } = result as { issues?: unknown };
  if (issues === undefined) return 'value' in result ? (result as Result) : JUNK;
  return Array.isArray(issues) && issues.length > 0 ? { issues } : JUNK;
}

/**
 * zod's own `validate` first runs the schema synchronously and drops the promises that this started:
 * an asynchronous refinement runs twice, and if it rejects, the rejection ends the process.
 */
function awaited(schema: ZodSchema): Validate {
  if (schema.safeParseAsync === undefined) return plain(schema);
  return async (value) => {
    const { success, data, error } = await schema.safeParseAsync!(value);
    return success ? { value: data } : { issues: error!.issues };
  };
}

/**
 * The result of a check that does not wait; `undefined` if the schema would have to be awaited. What
 * the author's code throws is a verdict of invalid.
 */
export function validateNow(schema: StandardSchema, value: unknown): Result | undefined {
  try {
    const result = isZodSchema(schema)
      ? runNow(schema, value)
      : schema['~standard'].validate(value);
    if (!isThenable(result)) return sound(result);
    ignore(result);
    return undefined;
  } catch {
    return JUNK;
  }
}

/** As zod's own `validate`, which would drop the promises of what turns out to be asynchronous. */
function runNow(schema: ZodSchema, value: unknown): unknown {
  const payload = schema._zod.run({ value, issues: [] }, { async: true });
  if (isThenable(payload)) return payload;
  return payload.issues.length > 0 ? JUNK : { value: payload.value };
}
