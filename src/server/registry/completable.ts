/** Suggestions for the arguments of prompts and resource templates (CO-1). */
import { invalidOptions } from '../../base/errors.ts';
import { isRecord } from '../../base/json/json.ts';
import {
  type AuthorSchema,
  type StandardSchema,
  isRawShape,
  isStandardSchema,
} from '../../schema/standard.ts';

export interface CompletionContext {
  /** The arguments that have values already. Absent if there are none. */
  readonly arguments?: Record<string, string>;
}

/** Suggests values for what the user has typed so far, best first. At most 100 are sent. */
export type Completer = (
  value: string,
  context?: CompletionContext,
) => readonly string[] | Promise<readonly string[]>;

const completers = new WeakMap<object, Completer>();

/**
 * Adds suggestions to the schema of a prompt argument. Returns the same schema.
 *
 * @throws RondoError `invalid_options`
 */
export function completable<S extends StandardSchema>(schema: S, complete: Completer): S {
  if (!isStandardSchema(schema)) {
    throw invalidOptions('completable(schema, complete) needs the schema of an argument.');
  }
  if (typeof complete !== 'function') {
    throw invalidOptions('completable(schema, complete) needs a function that suggests values.');
  }
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
export function membersOf(schema: AuthorSchema | undefined): object {
  if (schema === undefined) return {};
  if (!isStandardSchema(schema)) return isRawShape(schema) ? schema : {};
  const { shape, entries } = schema as { shape?: unknown; entries?: unknown };
  if (isRecord(shape)) return shape;
  return isRecord(entries) ? entries : {};
}

/** The completer of a member, also inside `.optional()` and the like. */
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
