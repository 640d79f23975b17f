/** Any value JSON can hold. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/** An object with members of unknown types: input from a peer that has not been checked yet. */
export type UnknownRecord = Record<string, unknown>;

/** The value of a JSON text; `undefined` for a text that is not JSON. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** True for objects that are neither `null` nor arrays. */
export function isRecord(value: unknown): value is UnknownRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The members that are not `null`: where a member may be absent, some libraries write `null`. */
export function withoutNull(members: UnknownRecord): UnknownRecord {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value != null));
}

/** A JSON Schema, dialect 2020-12 unless its `$schema` names another. */
export type JsonSchema = UnknownRecord;
