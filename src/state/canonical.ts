/**
 * Canonical JSON (RFC 8785): equal values have equal text, however they were written. No Unicode
 * normalisation (S2).
 */
import { isWellFormed } from '../base/well-formed.ts';

const MAX_DEPTH = 128;

/**
 * The canonical text of a JSON value. `undefined` for values that have none: lone surrogates,
 * numbers that JSON does not have, more than 128 levels.
 */
export function canonicalJson(value: unknown): string | undefined {
  try {
    return write(value, 0);
  } catch (error) {
    if (error instanceof NotCanonical) return undefined;
    throw error;
  }
}

class NotCanonical extends Error {}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return writeString(value);
    case 'number':
      if (!Number.isFinite(value)) throw new NotCanonical();
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (depth >= MAX_DEPTH) throw new NotCanonical();
      return Array.isArray(value)
        ? `[${value.map((item) => write(item, depth + 1)).join(',')}]`
        : writeObject(value as Record<string, unknown>, depth + 1);
    default:
      throw new NotCanonical();
  }
}

function writeObject(value: Record<string, unknown>, depth: number): string {
  // Sorted by UTF-16 code units, which is how JavaScript compares strings.
  const members = Object.keys(value)
    .sort()
    .map((key) => `${writeString(key)}:${write(value[key], depth)}`);
  return `{${members.join(',')}}`;
}

function writeString(text: string): string {
  if (!isWellFormed(text)) throw new NotCanonical();
  return JSON.stringify(text);
}
