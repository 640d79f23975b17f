import type { JsonSchema } from '../../base/json/json.ts';
import { mapChildren } from './walk.ts';

/**
 * The schema for use inside of another one, at `pointer` (`/properties/a`): its references lead there.
 * Below an `$id` of its own they stay as they are, and so do anchors.
 */
export function rebased(schema: JsonSchema, pointer: string): JsonSchema {
  if (typeof schema['$id'] === 'string') return schema;
  const copy = mapChildren(schema, (child) => rebased(child, pointer));
  for (const keyword of ['$ref', '$dynamicRef']) {
    const reference = copy[keyword];
    if (typeof reference !== 'string' || !/^#(?:\/|$)/.test(reference)) continue;
    copy[keyword] = `#${pointer}${reference.slice(1)}`;
  }
  return copy;
}
