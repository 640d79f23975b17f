/**
 * One interface for every kind of schema that an author may give: its JSON Schema, and a check.
 * Cached per schema object, because converting costs far more than checking: authors should create
 * schemas outside their handlers.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { type JsonSchema, isRecord } from '../base/json/json.ts';
import { type Checked, MAX_PROBLEMS, problem, unfitSince } from './json/checked.ts';
import { convertToJson } from './convert.ts';
import { jsonSchemaCheck } from './json/json-schema.ts';
import { isThenable } from '../base/settled.ts';
import { attempt } from '../base/thrown.ts';
import { mentionsInherited, withoutInherited } from './json/inherited-names.ts';
import { invalidSchema } from './json/invalid-schema.ts';
import { objectOf } from './raw-shape.ts';
import {
  type AuthorSchema,
  type StandardSchema,
  isRawShape,
  isStandardSchema,
} from './standard.ts';
import { type Result, type Validate, validatorOf } from './validate.ts';

/** A schema, resolved. */
export interface Schema {
  /** The JSON Schema of a value before it is checked. */
  readonly input: JsonSchema;
  /** The JSON Schema of a checked value. */
  readonly output: JsonSchema;
  /** What the author's own code throws is a problem of the value. */
  check(value: unknown): Checked | Promise<Checked>;
}

const cache = new WeakMap<object, Schema>();

/**
 * Resolves an author's schema.
 *
 * @throws RondoError `invalid_schema` if it has no JSON form or cannot be checked.
 */
export function resolveSchema(schema: AuthorSchema): Schema {
  let resolved = cache.get(schema);
  if (resolved === undefined) cache.set(schema, (resolved = resolve(schema)));
  return resolved;
}

function resolve(schema: AuthorSchema): Schema {
  if (isStandardSchema(schema)) return new LibrarySchema(checking(schema));
  if (!isRecord(schema)) throw invalidSchema(neither(schema));
  assertPlain(schema);
  assertNotMixed(schema);
  if (isRawShape(schema)) return new LibrarySchema(objectOf(schema));
  return { input: schema, output: schema, check: jsonSchemaCheck(schema) };
}

const EFFECT = 'Schema.toStandardJSONSchemaV1(Schema.toStandardSchemaV1(schema))';

/** Schemas of Effect are functions with an `ast`, and follow no standard by themselves. */
function neither(schema: object): string {
  const hint = 'ast' in schema ? `; a schema of Effect needs ${EFFECT}` : '';
  return `it is neither a Standard Schema nor a JSON Schema${hint}`;
}

/** @returns `schema`, if it can check values: some libraries give their JSON form alone */
function checking(schema: StandardSchema): StandardSchema {
  const { vendor, validate } = (schema['~standard'] ?? {}) as Partial<StandardSchema['~standard']>;
  if (typeof validate === 'function') return schema;
  const advice = vendor === 'effect' ? `write ${EFFECT}` : 'give the JSON Schema itself';
  throw invalidSchema(`it has nothing that checks values ('~standard.validate'); ${advice}`);
}

/** A promise, or a `Map`, has no members: as a JSON Schema it would check nothing. */
function assertPlain(schema: JsonSchema): void {
  if (isThenable(schema)) throw invalidSchema('it is a promise: await it first');
  const prototype: unknown = Object.getPrototypeOf(schema);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (isPlain || Object.keys(schema).length > 0) return;
  throw invalidSchema('it is an instance of a class that is no schema');
}

/**
 * A shape of which one member is missing must not be taken for a JSON Schema: that would check
 * nothing. No member of a JSON Schema is a Standard Schema, and not all are `undefined`.
 */
function assertNotMixed(schema: JsonSchema): void {
  const members = Object.entries(schema);
  const wrong = members.find(([, member]) => !isStandardSchema(member));
  if (wrong === undefined) return;
  const isShape = members.some(([, member]) => isStandardSchema(member));
  if (isShape || members.every(([, member]) => member === undefined)) {
    throw invalidSchema(`'${wrong[0]}' of the raw shape is not a schema`);
  }
}

class LibrarySchema implements Schema {
  readonly #schema: StandardSchema;
  readonly #validate: Validate;
  #input: JsonSchema | undefined;
  #output: JsonSchema | undefined;
  #mentionsInherited: boolean | undefined;

  constructor(schema: StandardSchema) {
    this.#schema = schema;
    this.#validate = validatorOf(schema);
  }

  get input(): JsonSchema {
    return (this.#input ??= convertToJson(this.#schema, 'input'));
  }

  get output(): JsonSchema {
    return (this.#output ??= convertToJson(this.#schema, 'output'));
  }

  check(value: unknown): Checked | Promise<Checked> {
    try {
      const result = this.#validate(this.#isBare() ? withoutInherited(value) : value);
      return result instanceof Promise
        ? result.then(toChecked).catch(unfitSince)
        : toChecked(result);
    } catch (error) {
      return unfitSince(error);
    }
  }

  #isBare(): boolean {
    return (this.#mentionsInherited ??= mentionsInheritedIn(this));
  }
}

/** Whether one of the JSON forms that a schema has mentions inherited names. */
function mentionsInheritedIn(schema: Schema): boolean {
  const forms = [attempt(() => schema.input), attempt(() => schema.output)];
  return forms.some((form) => form !== undefined && mentionsInherited(form));
}

function toChecked(result: Result): Checked {
  if (result.issues === undefined) return { ok: true, value: result.value };
  return { ok: false, problems: result.issues.slice(0, MAX_PROBLEMS).map(toProblem) };
}

function toProblem({ path = [], message }: StandardSchemaV1.Issue): string {
  const keys = path.map((part) => String(typeof part === 'object' ? part.key : part));
  return problem(keys.join('.'), message);
}
