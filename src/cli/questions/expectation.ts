import type { UnknownRecord } from '../../base/json/json.ts';
import type { FieldKind } from './field-kind.ts';

const FORMATS: Record<string, string> = {
  email: 'an e-mail address',
  uri: 'a URL',
  date: 'a date like 2026-07-28',
  'date-time': 'a time like 2026-07-28T12:00:00Z',
};

/** What a field's schema requires of an answer, in a few words; empty if it accepts everything. */
export function expectation(kind: FieldKind, schema: UnknownRecord): string {
  switch (kind) {
    case 'text':
      return [
        FORMATS[String(schema['format'])],
        range(schema['minLength'], schema['maxLength'], 'character'),
      ]
        .filter((part) => part !== undefined && part !== '')
        .join(', ');
    case 'choices':
      return range(schema['minItems'], schema['maxItems'], 'choice');
    case 'number':
    case 'integer':
      return [
        kind === 'integer' ? 'a whole number' : 'a number',
        range(schema['minimum'], schema['maximum']),
      ]
        .filter((part) => part !== '')
        .join(', ');
    default:
      return '';
  }
}

function range(least: unknown, most: unknown, unit?: string): string {
  const [min, max] = [least, most].map((bound) => (typeof bound === 'number' ? bound : undefined));
  const of = unit === undefined ? '' : ` ${unit}${(max ?? min) === 1 ? '' : 's'}`;
  if (min !== undefined && min === max) return `exactly ${min}${of}`;
  if (max === undefined)
    return min === undefined || (unit && min === 0) ? '' : `at least ${min}${of}`;
  if (min === undefined || (unit && min === 0)) return `at most ${max}${of}`;
  return `${min} to ${max}${of}`;
}
