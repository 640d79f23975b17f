import { type JsonSchema, isRecord } from '../base/json.ts';

/**
 * How many parts a schema has once its references are followed, which is what checking against it
 * can cost; infinite for what refers to itself, or in ways that cannot be followed here.
 */
export function expandedSize(schema: JsonSchema): number {
  const sizes = new Map<object, number>();
  const sizeOf = (node: unknown): number => {
    if (typeof node !== 'object' || node === null) return 1;
    const known = sizes.get(node);
    if (known !== undefined) return known;
    // Whoever comes back to it while it is being measured has gone round in a circle.
    sizes.set(node, Number.POSITIVE_INFINITY);
    let size = 1;
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

/** What a JSON pointer leads to. */
function targetOf(root: JsonSchema, reference: unknown): unknown {
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return undefined;
  let node: unknown = root;
  for (const part of reference.slice(2).split('/')) {
    const key = decode(part).replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined;
    node = (node as Record<string, unknown>)[key];
  }
  return node;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
