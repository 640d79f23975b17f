/** Suggestions for the arguments of prompts and resource templates (CO-1). */
import { isRecord } from '../../base/json.ts';
import {
  type AuthorSchema,
  type StandardSchema,
  isRawShape,
  isStandardSchema,
} from '../../schema/standard.ts';

export interface CompletionContext {
  /** Arguments that have been filled in already. */
  readonly arguments?: Record<string, string>;
}

/** Suggests values for what has been typed so far, best first. */
export type Completer = (
  value: string,
  context?: CompletionContext,
) => readonly string[] | Promise<readonly string[]>;

const completers = new WeakMap<object, Completer>();

/** Gives a prompt argument's schema suggestions. Returns the schema it was given. */
export function completable<S extends StandardSchema>(schema: S, complete: Completer): S {
  completers.set(schema, complete);
  return schema;
}

/** The completers of an object schema's members, by name. */
export function completersOf(schema: AuthorSchema | undefined): ReadonlyMap<string, Completer> {
  const found = new Map<string, Completer>();
  for (const [name, member] of Object.entries(membersOf(schema))) {
    const completer = completerOf(member);
    if (completer !== undefined) found.set(name, completer);
  }
  return found;
}

/** The members of a raw shape, a zod object (`shape`) or a valibot object (`entries`). */
function membersOf(schema: AuthorSchema | undefined): object {
  if (schema === undefined) return {};
  if (!isStandardSchema(schema)) return isRawShape(schema) ? schema : {};
  const { shape, entries } = schema as { shape?: unknown; entries?: unknown };
  if (isRecord(shape)) return shape;
  return isRecord(entries) ? entries : {};
}

/** Looks through `.optional()` and the like. */
function completerOf(member: unknown): Completer | undefined {
  let schema = member;
  for (let i = 0; i < 8 && isStandardSchema(schema); i++) {
    const completer = completers.get(schema);
    if (completer !== undefined) return completer;
    const { unwrap } = schema as { unwrap?: unknown };
    if (typeof unwrap !== 'function') return undefined;
    schema = unwrap.call(schema) as unknown;
  }
  return undefined;
}
