import type { ZodSchema } from './zod-schema.ts';

/** Kinds of schema that run their author's code, or may lead to schemas that do. */
const RUN_CODE: ReadonlySet<unknown> = new Set([
  'custom',
  'function',
  'lazy',
  'promise',
  'transform',
]);

/** Whether a check with this schema may be asynchronous: whether it runs a function of its author. */
export function mayBeAsync(schema: ZodSchema): boolean {
  return findsCode(schema, new Set());
}

function findsCode(node: unknown, seen: Set<object>): boolean {
  if (typeof node !== 'object' || node === null || seen.has(node)) return false;
  seen.add(node);
  const members = '_zod' in node ? (node as ZodSchema)._zod.def : node;
  if ('_zod' in node && runsCode(members)) return true;
  // Reading a default can call the author's function.
  const keys = Object.keys(members).filter((key) => key !== 'defaultValue');
  return keys.some((key) => findsCode((members as Record<string, unknown>)[key], seen));
}

/** @param def of a schema or of a check: a refinement is a check, and a codec has two transforms */
function runsCode(def: { type?: unknown; check?: unknown; transform?: unknown }): boolean {
  return RUN_CODE.has(def.type) || def.check === 'custom' || typeof def.transform === 'function';
}
