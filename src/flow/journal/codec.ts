/**
 * The journal's codec (F6). The handler always sees the decoded copy of a value, in the round that
 * records it and in every later one: so it sees the same value.
 *
 * JSON values are written as they are. What JSON cannot represent becomes an object with one member
 * whose name begins with `~`. An author's own object with such a name is wrapped as `~o`.
 */
import { decodeBase64, encodeBase64 } from '../../base/base64.ts';
import type { JsonObject, JsonValue } from '../../base/json.ts';
import { RondoError } from '../../base/errors.ts';

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

/** Values that JSON does not have, by the names they are written as. */
const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['undefined', undefined],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
]);

/**
 * A copy of `value` that JSON can represent and that shares nothing with it.
 *
 * @throws RondoError `unrecordable_value`, naming the path, for functions, symbols, class
 * instances, cycles and values nested deeper than 100.
 */
export function encode(value: unknown): JsonValue {
  return encodeAt(value, '', 0);
}

/**
 * The value that {@link encode} was given. Each call makes a new copy.
 *
 * @throws TypeError for what {@link encode} does not write: an unknown tag, or wrong content under
 *   it
 */
export function decode(value: JsonValue): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(decode);
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (key.startsWith('~')) return decodeTagged(key, value);
    assign(copy, key, decode(value[key]!));
  }
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
  // A Buffer comes back as a Uint8Array.
  const name = Object.prototype.toString.call(view).slice('[object '.length, -1);
  if (!Object.hasOwn(TYPED_ARRAYS, name)) throw unrecordable(path, `is a ${name}`);
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  return { '~b': [name, encodeBase64(bytes)] };
}

function decodeTagged(tag: string, marked: JsonObject): unknown {
  const decoder = DECODERS.get(tag);
  if (decoder === undefined) throw new TypeError(`${JSON.stringify(tag)} is not a known tag`);
  if (Object.keys(marked).length > 1) throw new TypeError(`'${tag}' is not the only member`);
  return decoder(marked[tag]!);
}

const DECODERS: ReadonlyMap<string, (content: JsonValue) => unknown> = new Map<
  string,
  (content: JsonValue) => unknown
>([
  ['~', decodeConstant],
  ['~n', decodeBigInt],
  ['~d', decodeDate],
  ['~m', (content) => new Map(pairsIn(content).map(([k, v]) => [decode(k), decode(v)]))],
  ['~s', (content) => new Set(listIn(content).map(decode))],
  ['~b', decodeBytes],
  ['~o', decodeMembers],
]);

function decodeConstant(name: JsonValue): unknown {
  if (typeof name === 'string' && CONSTANTS.has(name)) return CONSTANTS.get(name);
  throw unreadable('a constant');
}

function decodeBigInt(digits: JsonValue): bigint {
  // BigInt() also accepts '', ' 1 ' and '0x1', which encode does not write.
  if (typeof digits === 'string' && /^-?\d+$/.test(digits)) return BigInt(digits);
  throw unreadable('a bigint');
}

function decodeDate(time: JsonValue): Date {
  const date = new Date(time === null ? Number.NaN : (time as number));
  if (time === null || date.getTime() === time) return date;
  throw unreadable('a date');
}

function decodeBytes(content: JsonValue): ArrayBufferView {
  const [name, text] = listIn(content);
  const isKnown = typeof name === 'string' && Object.hasOwn(TYPED_ARRAYS, name);
  const decoded = isKnown && typeof text === 'string' ? decodeBase64(text) : undefined;
  if (decoded === undefined) throw unreadable('a typed array');
  // Copied, because small Buffers share their memory with others.
  const { buffer } = Uint8Array.from(decoded);
  return new TYPED_ARRAYS[name as keyof typeof TYPED_ARRAYS](buffer);
}

function decodeMembers(content: JsonValue): object {
  const copy: Record<string, unknown> = {};
  for (const [key, item] of pairsIn(content)) {
    if (typeof key !== 'string') throw unreadable('an object');
    assign(copy, key, decode(item));
  }
  return copy;
}

function pairsIn(content: JsonValue): [JsonValue, JsonValue][] {
  return listIn(content).map((pair) => {
    if (Array.isArray(pair) && pair.length === 2) return pair as [JsonValue, JsonValue];
    throw unreadable('a list of pairs');
  });
}

function listIn(content: JsonValue): JsonValue[] {
  if (Array.isArray(content)) return content;
  throw unreadable('a list');
}

function unreadable(what: string): TypeError {
  return new TypeError(`what is marked as ${what} is not one`);
}

/** `target[key] = value`, also for the key `__proto__`: an assignment would set the prototype. */
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
