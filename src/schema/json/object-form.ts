/** What a schema says of objects, wherever it says it: in references and in branches too. */
import { type JsonSchema, type UnknownRecord, isRecord } from '../../base/json/json.ts';
import type { References } from './references.ts';

/** How many references may lead from one to the next. */
const MAX_DEPTH = 100;

/** A property of an object. */
export interface Property {
  readonly schema: UnknownRecord;
  readonly isRequired: boolean;
}

/**
 * The schema with `type: "object"` at its root, which clients ask for (TO-3); `undefined` if it allows
 * anything else than objects.
 */
export function withObjectType(schema: JsonSchema, references: References): JsonSchema | undefined {
  if (schema['type'] === 'object') return schema;
  return allowsOnlyObjects(schema, references) ? { ...schema, type: 'object' } : undefined;
}

function allowsOnlyObjects(schema: unknown, references: References): boolean {
  if (!isRecord(schema)) return false;
  const { type, allOf, anyOf, oneOf } = schema;
  const isObject = (part: unknown): boolean => allowsOnlyObjects(part, references);
  return (
    (type !== undefined && [type].flat().every((name) => name === 'object')) ||
    references.targetsOf(schema).some(({ target }) => isObject(target)) ||
    (Array.isArray(allOf) && allOf.some(isObject)) ||
    [anyOf, oneOf].some(
      (parts) => Array.isArray(parts) && parts.length > 0 && parts.every(isObject),
    )
  );
}

/** The properties that objects of a schema may have. In a union they are those of all branches. */
export function propertiesOf(schema: unknown, references: References): Map<string, Property> {
  if (!isRecord(schema)) return new Map();
  const { properties, required, allOf, anyOf, oneOf } = schema;
  const found = new Map<string, Property>();
  for (const [name, property] of Object.entries(isRecord(properties) ? properties : {})) {
    const isRequired = Array.isArray(required) && required.includes(name);
    found.set(name, { schema: resolved(property, references), isRequired });
  }
  const also = [...references.targetsOf(schema).map(({ target }) => target), ...listOf(allOf)];
  for (const part of also) addAll(found, propertiesOf(part, references));
  for (const union of [anyOf, oneOf]) {
    addAll(found, commonOf(listOf(union).map((branch) => propertiesOf(branch, references))));
  }
  return found;
}

/** The properties of all branches; required are those that every branch requires. */
function commonOf(branches: readonly Map<string, Property>[]): Map<string, Property> {
  const names = new Set(branches.flatMap((branch) => [...branch.keys()]));
  const property = (name: string): Property => ({
    schema: branches.find((branch) => branch.has(name))!.get(name)!.schema,
    isRequired: branches.every((branch) => branch.get(name)?.isRequired === true),
  });
  return new Map([...names].map((name) => [name, property(name)]));
}

function addAll(found: Map<string, Property>, more: ReadonlyMap<string, Property>): void {
  for (const [name, property] of more) {
    const known = found.get(name);
    const isRequired = property.isRequired || known?.isRequired === true;
    found.set(name, { schema: { ...property.schema, ...known?.schema }, isRequired });
  }
}

/** A schema with what it refers to. Its own keywords come first. */
export function resolved(schema: unknown, references: References, depth = 0): UnknownRecord {
  if (!isRecord(schema)) return {};
  const { $ref, ...own } = schema;
  if (typeof $ref !== 'string' || depth > MAX_DEPTH) return schema;
  const target = references.find($ref, schema);
  return { ...resolved(target, references, depth + 1), ...own };
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
