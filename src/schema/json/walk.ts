/** Walks the schemas inside of a schema. Data is left alone: a `$ref` in `examples` is an example. */
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { keywordOf } from './keywords.ts';

/** A schema, and where it is in the schema around it. */
export interface Child {
  readonly schema: unknown;
  readonly path: readonly string[];
  /** Whether it applies to the same value. */
  readonly sameValue: boolean;
}

/** The schemas that `schema` holds directly. */
export function childrenOf(schema: UnknownRecord): Child[] {
  return Object.entries(schema).flatMap(([name, value]) => {
    const keyword = keywordOf(name);
    if (keyword === undefined || keyword.holds === 'data') return [];
    const { sameValue } = keyword;
    if (Array.isArray(value) || (keyword.holds === 'schemas by name' && isRecord(value))) {
      return Object.entries(value as UnknownRecord)
        .filter(([, child]) => isRecord(child))
        .map(([key, child]) => ({ schema: child, path: [name, key], sameValue }));
    }
    return isRecord(value) ? [{ schema: value, path: [name], sameValue }] : [];
  });
}

/**
 * A copy of `schema`, with each schema that it holds replaced by what `replace` makes of it. Keywords
 * that are not known may hold anything: their members count as schemas.
 */
export function mapChildren(
  schema: UnknownRecord,
  replace: (child: UnknownRecord, path: readonly string[]) => unknown,
): UnknownRecord {
  const mapped = (value: unknown, path: readonly string[]): unknown => {
    if (Array.isArray(value)) return value.map((item, i) => mapped(item, [...path, String(i)]));
    return isRecord(value) ? replace(value, path) : value;
  };
  const members = Object.entries(schema).map(([name, value]) => {
    const holds = keywordOf(name)?.holds;
    if (holds === 'data') return [name, value];
    if (holds !== 'schemas by name' || !isRecord(value)) return [name, mapped(value, [name])];
    const named = Object.entries(value).map(([key, child]) => [key, mapped(child, [name, key])]);
    return [name, Object.fromEntries(named)];
  });
  return Object.fromEntries(members) as UnknownRecord;
}
