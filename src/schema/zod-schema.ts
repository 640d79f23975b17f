/**
 * Whether a key may be absent, as a zod schema declares it. It is read from the schema's definition:
 * running the schema would run the author's code. `_zod` is the part of zod/v4/core that is meant for
 * other packages.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { StandardSchema } from './standard.ts';

/** A schema of zod 4. */
export interface ZodSchema extends StandardSchema {
  readonly _zod: {
    readonly def: ZodDefinition;
    /** Set if the key may be absent: then it stays absent, or is filled in. */
    readonly optin?: 'optional' | 'defaulted' | undefined;
    /** Set if the key may be absent from what comes out. */
    readonly optout?: 'optional' | undefined;
    /** Checks a value. Only what has to wait is a promise. */
    run(
      payload: ZodPayload,
      context: { readonly async: boolean },
    ): ZodPayload | PromiseLike<ZodPayload>;
  };
  /** Absent only in what is built on the core alone. */
  readonly safeParseAsync?: (value: unknown) => Promise<{
    readonly success: boolean;
    readonly data?: unknown;
    readonly error?: { readonly issues: readonly StandardSchemaV1.Issue[] };
  }>;
}

interface ZodPayload {
  readonly value: unknown;
  readonly issues: readonly unknown[];
}

interface ZodDefinition {
  readonly type: string;
  /** Of a pipe. */
  readonly in?: ZodSchema;
  readonly out?: ZodSchema;
  /** Whether it converts what it is given, as `z.coerce.number()` does. */
  readonly coerce?: boolean;
  /** Of what wraps another schema. */
  readonly innerType?: ZodSchema;
}

export function isZodSchema(schema: StandardSchema): schema is ZodSchema {
  return '_zod' in schema;
}

/** Whether it converts what it is given before anything is checked: coerced, or preprocessed. */
export function isCoerced({ _zod: { def } }: ZodSchema): boolean {
  const inner = def.innerType ?? def.in;
  const converts = def.coerce === true || def.type === 'transform';
  return converts || (inner !== undefined && isCoerced(inner));
}

/** Whether the JSON form of an object lists a key of this schema as required, as `z.object` does. */
export function isRequired(schema: ZodSchema, side: 'input' | 'output'): boolean {
  return (side === 'input' ? declaredOptin(schema) : schema._zod.optout) === undefined;
}

/**
 * zod runs preprocessing and `catch` for absent keys too, so their `optin` is always set. Whether the
 * key may be absent is declared by the schema that they wrap.
 */
function declaredOptin({ _zod: { def, optin } }: ZodSchema): string | undefined {
  if (optin === undefined) return undefined;
  if (def.type === 'catch') return declaredOptin(def.innerType!);
  const isPreprocessed = def.type === 'pipe' && def.in!._zod.def.type === 'transform';
  return isPreprocessed ? declaredOptin(def.out!) : optin;
}
