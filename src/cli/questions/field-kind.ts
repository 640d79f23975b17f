import type { UnknownRecord } from '../../base/json/json.ts';
import { choicesOf } from './choices.ts';

export type FieldKind = 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'choices';

/** What kind of field a schema stands for; `undefined` for one that no form may have (EL-4). */
export function kindOf(schema: UnknownRecord): FieldKind | undefined {
  switch (schema['type']) {
    case 'string':
      return choicesOf(schema).length > 0 ? 'choice' : 'text';
    case 'number':
    case 'integer':
    case 'boolean':
      return schema['type'];
    case 'array':
      return choicesOf(schema['items']).length > 0 ? 'choices' : undefined;
    default:
      return undefined;
  }
}
