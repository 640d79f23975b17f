/**
 * Checks values against plain JSON Schemas with TypeBox, which is loaded when the first such schema
 * appears: it costs more to load than the rest of the library.
 */
import type { JsonSchema } from '../../base/json/json.ts';
import type { Checked } from './checked.ts';
import { compiledForm } from './compiled-form.ts';
import { expandedSize } from './expanded-size.ts';
import { type Validator, explain } from './explain.ts';
import { mentionsInherited, withoutInherited } from './inherited-names.ts';
import { RecursiveValidator } from './recursive-validator.ts';
import { assertSound } from './sound-schema.ts';

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
 * @throws RondoError `invalid_schema` naming the property whose schema cannot be used
 */
export function jsonSchemaCheck(
  schema: JsonSchema,
): (value: unknown) => Checked | Promise<Checked> {
  const compiled = compiledForm(schema, assertSound(schema));
  const isBare = mentionsInherited(schema);
  void load().catch(() => {});
  let validator: Validator | undefined;
  const check = (library: Typebox, value: unknown): Checked => {
    validator ??= validatorFor(library, compiled);
    const bare = isBare ? withoutInherited(value) : value;
    return validator.Check(bare)
      ? { ok: true, value }
      : { ok: false, problems: explain(bare, () => validator!.Errors(bare)[1]) };
  };
  return (value) =>
    typebox === undefined ? load().then((library) => check(library, value)) : check(typebox, value);
}

function validatorFor(library: Typebox, schema: JsonSchema): Validator {
  const isRecursive = expandedSize(schema) === Number.POSITIVE_INFINITY;
  const validatorOf = (part: JsonSchema): Validator => compiledOrNot(library, part);
  return isRecursive ? new RecursiveValidator(schema, validatorOf) : validatorOf(schema);
}

/** A schema of thousands of parts makes code that is nested too deep to be compiled. */
function compiledOrNot(library: Typebox, schema: JsonSchema): Validator {
  try {
    return library.Compile(schema);
  } catch {
    return {
      Check: (value) => library.Check(schema, value),
      Errors: (value) => library.Errors(schema, value),
    };
  }
}
