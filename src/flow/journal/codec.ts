/**
 * The journal's codec (F6): what an author records comes back equal, on the live round as on every
 * later one, because both receive the decoded copy.
 *
 * JSON stands for itself. Everything JSON would lose is an object with a single member whose name
 * begins with `~`; an author's own object with such a name is wrapped as `~o`.
 */
import { decodeBase64, encodeBase64 } from '../../protocol/base64.ts';
import type { JsonObject, JsonValue } from '../../protocol/json.ts';
import { RondoError } from '../../protocol/errors.ts';

const MAX_DEPTH = 100;

const TYPED_ARRAYS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
} as const;

/**
 * A detached, JSON-safe copy of `value`.
 *
 * @throws RondoError `unrecordable_value`, naming the path, for functions, symbols, class
 * instances, cycles and values nested deeper than 100.
 */
export function encode(value: unknown): JsonValue {
  return encodeAt(value, '', 0);
}

/** The value {@link encode} was given; a fresh copy at every call. */
export function decode(value: JsonValue): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(decode);
  const keys = Object.keys(value);
  if (keys.length === 1 && keys[0]!.startsWith('~'))
    return decodeTagged(keys[0]!, value[keys[0]!]!);
  const copy: Record<string, unknown> = {};
  for (const key of keys) assign(copy, key, decode(value[key]!));
  return copy;
}

function encodeAt(value: unknown, path: string, depth: number): JsonValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return encodeNumber(value);
    case 'undefined':
      return { '~': 'undefined' };
    case 'bigint':
      return { '~n': value.toString() };
    case 'object':
      if (value === null) return null;
      if (depth >= MAX_DEPTH) throw unrecordable(path, `is nested deeper than ${MAX_DEPTH}`);
      return encodeObject(value, path, depth + 1);
    default:
      throw unrecordable(path, `is a ${typeof value}`);
  }
}

function encodeNumber(value: number): JsonValue {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return { '~': Object.is(value, -0) ? '-0' : String(value) };
}

function encodeObject(value: object, path: string, depth: number): JsonValue {
  if (Array.isArray(value)) {
    return Array.from(value, (item, index) => encodeAt(item, `${path}[${index}]`, depth));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    return encodePlain(value as Record<string, unknown>, path, depth);
  }
  if (value instanceof Date) {
    const time = value.getTime();
    return { '~d': Number.isNaN(time) ? null : time };
  }
  if (value instanceof Map) {
    const pairs = Array.from(value, ([key, item]) => [
      encodeAt(key, `${path}.keys()`, depth),
      encodeAt(item, `${path}.get(${typeof key === 'object' ? '…' : String(key)})`, depth),
    ]);
    return { '~m': pairs };
  }
  if (value instanceof Set) {
    return { '~s': Array.from(value, (item) => encodeAt(item, `${path}.values()`, depth)) };
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return encodeBytes(value, path);
  const name = (prototype as { constructor?: { name?: string } }).constructor?.name ?? 'class';
  throw unrecordable(path, `is an instance of ${name}`);
}

function encodePlain(value: Record<string, unknown>, path: string, depth: number): JsonValue {
  if (Object.getOwnPropertySymbols(value).length > 0) throw unrecordable(path, 'has a symbol key');
  const copy: JsonObject = {};
  let tagged = false;
  for (const key of Object.keys(value)) {
    tagged ||= key.startsWith('~');
    assign(copy, key, encodeAt(value[key], path === '' ? key : `${path}.${key}`, depth));
  }
  return tagged ? { '~o': Object.entries(copy) } : copy;
}

function encodeBytes(view: ArrayBufferView, path: string): JsonValue {
  // A Buffer is a Uint8Array to whoever reads it back.
  const name = Object.prototype.toString.call(view).slice('[object '.length, -1);
  if (!Object.hasOwn(TYPED_ARRAYS, name)) throw unrecordable(path, `is a ${name}`);
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  return { '~b': [name, encodeBase64(bytes)] };
}

function decodeTagged(tag: string, value: JsonValue): unknown {
  switch (tag) {
    case '~':
      return value === 'undefined' ? undefined : Number(value);
    case '~n':
      return BigInt(value as string);
    case '~d':
      return new Date(value === null ? Number.NaN : (value as number));
    case '~m':
      return new Map((value as [JsonValue, JsonValue][]).map(([k, v]) => [decode(k), decode(v)]));
    case '~s':
      return new Set((value as JsonValue[]).map(decode));
    case '~b':
      return decodeBytes(value as [keyof typeof TYPED_ARRAYS, string]);
    default: {
      const copy: Record<string, unknown> = {};
      for (const [key, item] of value as [string, JsonValue][]) assign(copy, key, decode(item));
      return copy;
    }
  }
}

function decodeBytes([name, text]: [keyof typeof TYPED_ARRAYS, string]): ArrayBufferView {
  // Copied, because small Buffers share a pool that other code can see.
  const bytes = Uint8Array.from(decodeBase64(text) ?? []);
  return new TYPED_ARRAYS[name](bytes.buffer);
}

/** `target[key] = value`, also for `__proto__`, which an assignment would take for the prototype. */
function assign(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') {
    target[key] = value;
    return;
  }
  Object.defineProperty(target, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

function unrecordable(path: string, why: string): RondoError<'unrecordable_value'> {
  return new RondoError(
    'unrecordable_value',
    `${path === '' ? 'the value' : `'${path}'`} ${why} and cannot be recorded`,
  );
}
