import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { StandardSchema } from './standard.ts';
import { mayBeAsync } from './zod-async.ts';
import { type ZodSchema, isZodSchema } from './zod-schema.ts';

/** The result of a check. */
export type Result = StandardSchemaV1.Result<unknown>;

export type Validate = (value: unknown) => Result | Promise<Result>;

/** The function that checks values with a library's schema. It runs the author's code once. */
export function validatorOf(schema: StandardSchema): Validate {
  let validate: Validate | undefined;
  return (value) => {
    validate ??= isZodSchema(schema) && mayBeAsync(schema) ? awaited(schema) : plain(schema);
    return validate(value);
  };
}

function plain(schema: StandardSchema): Validate {
  return (value) => schema['~standard'].validate(value);
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
