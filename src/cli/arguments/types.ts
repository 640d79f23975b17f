/** The types that a JSON Schema allows a value to have. */
import { isRecord } from '../../base/json.ts';

export type JsonType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

const MAX_DEPTH = 16;

/** All types that `schema` allows; empty if it does not say. References are looked up in `root`. */
export function typesOf(schema: unknown, root: unknown, depth = 0): Set<JsonType> {
  if (!isRecord(schema) || depth > MAX_DEPTH) return new Set();
  const { type, enum: choices, anyOf, oneOf, allOf, $ref } = schema;
  if (typeof type === 'string') return new Set([type as JsonType]);
  if (Array.isArray(type)) return new Set(type as JsonType[]);
  if ('const' in schema) return new Set([typeOfValue(schema['const'])]);
  if (Array.isArray(choices)) return new Set(choices.map(typeOfValue));
  if (typeof $ref === 'string') return typesOf(resolve($ref, root), root, depth + 1);
  const branches = [anyOf, oneOf, allOf].find(Array.isArray) ?? [];
  return new Set(branches.flatMap((branch) => [...typesOf(branch, root, depth + 1)]));
}

function typeOfValue(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as JsonType;
}

/** The target of a reference within the same schema. Other references are never followed. */
function resolve(reference: string, root: unknown): unknown {
  if (!reference.startsWith('#')) return undefined;
  const steps = reference.slice(1).split('/').slice(1);
  return steps.reduce((node: unknown, step) => {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return isRecord(node) && Object.hasOwn(node, key) ? node[key] : undefined;
  }, root);
}
