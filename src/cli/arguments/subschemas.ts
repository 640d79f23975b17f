/** Finds the parts of a JSON Schema that describe the same value. */
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';

/** Keywords whose schemas, or lists of them, describe the value that the schema itself describes. */
const APPLICATORS = ['allOf', 'anyOf', 'oneOf', 'if', 'then', 'else'] as const;

/**
 * A schema, and all that it applies to the same value: by reference, in `allOf`, in the branches of
 * `oneOf`. Each is there once, so that a schema that refers to itself, or a thousand times to another,
 * has an end.
 */
export function appliedSchemas(root: unknown): UnknownRecord[] {
  const found = new Set<UnknownRecord>();
  const add = (schema: unknown): void => {
    if (!isRecord(schema) || found.has(schema) || found.size >= MOST) return;
    found.add(schema);
    add(referenced(schema['$ref'], root));
    for (const keyword of APPLICATORS) {
      const applied = schema[keyword];
      for (const each of Array.isArray(applied) ? applied : [applied]) add(each);
    }
  };
  add(root);
  return [...found];
}

/** As many schemas as are looked at. Untrusted ones can nest as deep as a message can be. */
export const MOST = 1_000;

/** The target of a reference within the same schema. Other references are never followed. */
export function referenced(reference: unknown, root: unknown): unknown {
  if (typeof reference !== 'string' || !reference.startsWith('#')) return undefined;
  const steps = reference.slice(1).split('/').slice(1);
  return steps.reduce((node: unknown, step) => {
    const key = decoded(step).replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(node)) return node[Number(key)] as unknown;
    return isRecord(node) && Object.hasOwn(node, key) ? node[key] : undefined;
  }, root);
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
