/** Any value JSON can hold. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/** An object of unknown members: what hostile input is until it is checked. */
export type UnknownRecord = Record<string, unknown>;

/** True for objects that are neither `null` nor arrays. */
export function isRecord(value: unknown): value is UnknownRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON Schema, dialect 2020-12 unless it says otherwise. */
export type JsonSchema = UnknownRecord;
