/** The types that a JSON Schema allows a value to have. */
import { isRecord } from '../../base/json/json.ts';
import { MOST, listOf, referenced } from './subschemas.ts';

const TYPES = ['boolean', 'integer', 'number', 'string', 'array', 'object', 'null'] as const;

export type JsonType = (typeof TYPES)[number];

type Types = ReadonlySet<JsonType>;

const ANY: Types = new Set();

/**
 * All types that `schema` allows; empty if it does not say. References are looked up in `root`.
 *
 * @param seen schemas that need not be looked at again
 */
export function typesOf(schema: unknown, root: unknown, seen: Set<unknown> = new Set()): Types {
  if (!isRecord(schema) || seen.has(schema) || seen.size >= MOST) return ANY;
  seen.add(schema);
  const { type, enum: choices, anyOf, oneOf, allOf, $ref } = schema;
  const of = (each: unknown): Types => typesOf(each, root, seen);
  const constraints = [
    new Set(TYPES.filter((known) => known === type || listOf(type).includes(known))),
    new Set('const' in schema ? [typeOfValue(schema['const'])] : []),
    new Set(listOf(choices).map(typeOfValue)),
    of(referenced($ref, root)),
    ...listOf(allOf).map(of),
    unionOf(listOf(anyOf).map(of)),
    unionOf(listOf(oneOf).map(of)),
  ];
  return constraints.reduce(both);
}

export function unionOf(all: readonly Types[]): Types {
  return new Set(all.flatMap((types) => [...types]));
}

function both(some: Types, others: Types): Types {
  if (some.size === 0) return others;
  if (others.size === 0) return some;
  const allows = (types: Types, type: JsonType): boolean =>
    types.has(type) || (type === 'integer' && types.has('number'));
  return new Set([...some, ...others].filter((type) => allows(some, type) && allows(others, type)));
}

function typeOfValue(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as JsonType;
}
