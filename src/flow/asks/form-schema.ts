/**
 * Turns JSON Schemas, as schema libraries write them, into the flat subset that a form may have
 * (EL-4, EL-5).
 */
import type { FormSchema } from '../../protocol/types/elicitation.ts';
import { RondoError } from '../../base/errors.ts';
import { type JsonSchema, type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { isRestriction } from '../../schema/json/keywords.ts';
import { resolved } from '../../schema/json/object-form.ts';
import { References } from '../../schema/json/references.ts';

const FORMATS = ['email', 'uri', 'date', 'date-time'];

const COMMON = ['type', 'title', 'description', 'default'];

/** The keywords that each type of field may have. Forms cannot show other types. */
const KEYWORDS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['string', [...COMMON, 'minLength', 'maxLength', 'format', 'enum', 'enumNames', 'oneOf']],
  ['number', [...COMMON, 'minimum', 'maximum']],
  ['integer', [...COMMON, 'minimum', 'maximum']],
  ['boolean', COMMON],
  ['array', [...COMMON, 'items', 'minItems', 'maxItems']],
]);

/** Keywords that forms leave out: the server checks them itself, or they only have what refers to. */
const LEFT_OUT = ['additionalProperties', '$defs', 'definitions'];

/**
 * @throws RondoError `invalid_elicitation` naming the first property that a form cannot show.
 */
export function toFormSchema(schema: JsonSchema): FormSchema {
  const references = new References(schema);
  const { type, properties, required, ...others } = resolved(schema, references);
  if (type !== 'object' || !isRecord(properties)) {
    throw outside('the schema', 'is not an object with properties');
  }
  const [unknown] = Object.keys(restrictions(others));
  if (unknown !== undefined) throw unknownKeyword('the schema', unknown);
  const fields = Object.entries(properties).map(([name, field]) => [
    name,
    toField(name, field, references),
  ]);
  return {
    type: 'object',
    properties: Object.fromEntries(fields) as FormSchema['properties'],
    ...(Array.isArray(required) && required.length > 0 && { required: required as string[] }),
  };
}

/** The keywords that decide which answers fit: not examples, nor what libraries and authors add. */
function restrictions(schema: UnknownRecord): UnknownRecord {
  return Object.fromEntries(
    Object.entries(schema).filter(([name]) => isRestriction(name) && !LEFT_OUT.includes(name)),
  );
}

function toField(name: string, property: unknown, references: References): UnknownRecord {
  const what = `property '${name}'`;
  if (name === '__proto__') throw outside(what, 'has a reserved name');
  if (!isRecord(property)) throw outside(what, 'is not a schema');
  const whole = simplify(resolved(property, references), references);
  const allowed = KEYWORDS.get(whole['type']);
  if (allowed === undefined) {
    throw outside(what, 'is not a string, number, integer, boolean or choice');
  }
  if (whole['writeOnly'] === true || whole['format'] === 'password') {
    throw outside(what, 'is a secret; ask for secrets with elicitUrl');
  }
  const unknown = Object.keys(restrictions(whole)).find((keyword) => !allowed.includes(keyword));
  if (unknown !== undefined) throw unknownKeyword(what, unknown);
  const kept = Object.entries(whole).filter(([keyword]) => allowed.includes(keyword));
  const field = Object.fromEntries(kept) as UnknownRecord;
  const { format } = field;
  if (format !== undefined && !FORMATS.includes(String(format))) {
    throw outside(what, `has format '${String(format)}'; forms allow only ${FORMATS.join(', ')}`);
  }
  assertChoices(what, field);
  return field;
}

function assertChoices(what: string, field: UnknownRecord): void {
  const { type, enum: plain, oneOf, items } = field;
  if (plain !== undefined && !areTexts(plain)) {
    throw outside(what, "has an 'enum' of something else than strings");
  }
  if (oneOf !== undefined && !areTitled(oneOf)) {
    throw outside(what, "has a 'oneOf' of something else than titled strings");
  }
  if (type === 'array' && !areChoices(items)) {
    throw outside(what, 'is a list, but not of choices');
  }
}

/**
 * Removes what libraries add and forms do not have, and rewrites what forms have in another way.
 */
function simplify(property: UnknownRecord, references: References): UnknownRecord {
  const field = { ...property };
  if (field['format'] !== undefined) delete field['pattern'];
  if (field['minimum'] === Number.MIN_SAFE_INTEGER) delete field['minimum'];
  if (field['maximum'] === Number.MAX_SAFE_INTEGER) delete field['maximum'];
  if (field['type'] === 'array')
    return { ...field, items: simpleItems(field['items'], references) };
  if (isConstant(field)) {
    const { const: only, ...rest } = field;
    return { ...rest, type: 'string', enum: [only] };
  }
  const choices = titledChoices(field);
  if (choices !== undefined) {
    const { anyOf: _anyOf, ...rest } = field;
    return { ...rest, type: 'string', oneOf: choices };
  }
  return field['type'] === undefined && areTexts(field['enum'])
    ? { ...field, type: 'string' }
    : field;
}

/** What a list is made of, in the words of forms. */
function simpleItems(items: unknown, references: References): unknown {
  if (!isRecord(items)) return items;
  const whole = restrictions(resolved(items, references));
  const choices = titledChoices(whole);
  if (choices !== undefined) return { anyOf: choices };
  return whole['type'] === undefined && areTexts(whole['enum'])
    ? { type: 'string', ...whole }
    : whole;
}

/** A choice between string constants (`oneOf` or `anyOf`), as `{const, title}` pairs. */
function titledChoices(field: UnknownRecord): { const: string; title: string }[] | undefined {
  const options = field['anyOf'] ?? field['oneOf'];
  if (!Array.isArray(options) || options.length === 0 || !options.every(isConstant))
    return undefined;
  return options.map(({ const: value, title }) => ({
    const: value,
    title: typeof title === 'string' ? title : value,
  }));
}

function isConstant(option: unknown): option is UnknownRecord & { const: string } {
  return isRecord(option) && typeof option['const'] === 'string';
}

function areTitled(options: unknown): boolean {
  return (
    Array.isArray(options) &&
    options.every((option) => isConstant(option) && typeof option['title'] === 'string')
  );
}

function areChoices(items: unknown): boolean {
  if (!isRecord(items)) return false;
  const { type, enum: plain, anyOf, ...others } = items;
  if (Object.keys(others).length > 0) return false;
  if (anyOf !== undefined) return plain === undefined && areTitled(anyOf);
  return type === 'string' && areTexts(plain);
}

function areTexts(values: unknown): boolean {
  return Array.isArray(values) && values.every((value) => typeof value === 'string');
}

function unknownKeyword(what: string, keyword: string): RondoError<'invalid_elicitation'> {
  return outside(what, `uses '${keyword}', which is not allowed in forms`);
}

function outside(what: string, why: string): RondoError<'invalid_elicitation'> {
  return new RondoError('invalid_elicitation', `This cannot be asked in a form: ${what} ${why}.`);
}
