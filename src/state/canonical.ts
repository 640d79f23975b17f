/**
 * Canonical JSON (RFC 8785): equal values have equal text, however they were written. No Unicode
 * normalisation (S2).
 */
import type { JsonValue } from '../base/json/json.ts';

/**
 * The canonical text of what a JSON text says. Every such value has one, for it is only digested: a
 * lone surrogate is its escape, and a number beyond all numbers, such as 1e400, the word `Infinity`,
 * which no JSON has.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  // Sorted by UTF-16 code units, which is how JavaScript compares strings.
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key]!)}`);
  return `{${members.join(',')}}`;
}
