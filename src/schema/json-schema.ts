/**
 * Checks values against plain JSON Schemas with TypeBox, which is loaded when the first such schema
 * appears: it costs more to load than the rest of the library.
 */
import type { Validator } from 'typebox/schema';
import type { JsonSchema } from '../base/json.ts';
import type { Checked } from './checked.ts';
import { explain } from './explain.ts';
import { assertUsableSchema, invalidSchema } from './limits.ts';

type Typebox = typeof import('typebox/schema');

let typebox: Typebox | undefined;
let loading: Promise<Typebox> | undefined;

function load(): Promise<Typebox> {
  loading ??= import('typebox/schema').then((module) => (typebox = module));
  return loading;
}

/**
 * A check for `schema`, compiled at its first use.
 *
 * @throws RondoError `invalid_schema` for schemas that cannot be used; see limits.ts.
 */
export function jsonSchemaCheck(
  schema: JsonSchema,
): (value: unknown) => Checked | Promise<Checked> {
  assertUsableSchema(schema);
  void load().catch(() => {});
  let validator: Validator | undefined;
  const check = (library: Typebox, value: unknown): Checked => {
    validator ??= compile(library, schema);
    return validator.Check(value)
      ? { ok: true, value }
      : { ok: false, problems: explain(value, () => validator!.Errors(value)[1]) };
  };
  return (value) =>
    typebox === undefined ? load().then((library) => check(library, value)) : check(typebox, value);
}

function compile(library: Typebox, schema: JsonSchema): Validator {
  try {
    return library.Compile(schema);
  } catch (error) {
    throw invalidSchema('it does not compile', error);
  }
}
