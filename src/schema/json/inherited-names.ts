/**
 * Names that every object inherits: `toString`, `valueOf`, … Validators look properties up by name, and
 * find them where there are none. They are given objects that inherit nothing instead, if a schema has
 * such a name.
 */

const INHERITED = Object.getOwnPropertyNames(Object.prototype).map((name) => JSON.stringify(name));

/** Whether a schema may have a property of such a name. */
export function mentionsInherited(schema: object): boolean {
  const text = JSON.stringify(schema);
  return INHERITED.some((name) => text.includes(name));
}

/** A copy of a JSON value, of objects that inherit nothing. */
export function withoutInherited(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutInherited);
  const copy = Object.create(null) as Record<string, unknown>;
  for (const [name, child] of Object.entries(value)) copy[name] = withoutInherited(child);
  return copy;
}
