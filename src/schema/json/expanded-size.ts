import { type JsonSchema, isRecord } from '../../base/json/json.ts';
import { atFragment } from './pointer.ts';

/**
 * How many parts a schema has when every reference is replaced by its target: a measure of what a
 * check can cost. Infinite for a schema that refers to itself, or to something that is not found.
 */
export function expandedSize(schema: JsonSchema): number {
  return expandedSum(schema, () => 1);
}

/** How many patterns a schema has when every reference is replaced by its target. */
export function expandedPatterns(schema: JsonSchema): number {
  return expandedSum(schema, (node) => (isRecord(node) && isPattern(node['pattern']) ? 1 : 0));
}

function expandedSum(schema: JsonSchema, sizeAlone: (node: unknown) => number): number {
  const sizes = new Map<object, number>();
  const sizeOf = (node: unknown): number => {
    if (typeof node !== 'object' || node === null) return sizeAlone(node);
    const known = sizes.get(node);
    if (known !== undefined) return known;
    // If the walk meets this node again before its size is known, the schema refers to itself.
    sizes.set(node, Number.POSITIVE_INFINITY);
    let size = sizeAlone(node);
    for (const child of Object.values(node)) size += sizeOf(child);
    for (const reference of referencesOf(node)) size += sizeOf(targetOf(schema, reference) ?? node);
    sizes.set(node, size);
    return size;
  };
  return sizeOf(schema);
}

function referencesOf(node: object): unknown[] {
  return isRecord(node)
    ? [node['$ref'], node['$dynamicRef']].filter((ref) => ref !== undefined)
    : [];
}

/** The part of the schema that a JSON pointer refers to. */
function targetOf(root: JsonSchema, reference: unknown): unknown {
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return undefined;
  return atFragment(root, reference.slice(1));
}

function isPattern(pattern: unknown): boolean {
  return typeof pattern === 'string' || pattern instanceof RegExp;
}
