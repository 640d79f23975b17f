/**
 * The journal's codec (F6). The handler always sees the decoded copy of a value, in the round that
 * records it and in every later one: so it sees the same value.
 *
 * JSON values are written as they are. What JSON cannot represent becomes an object with one member
 * whose name begins with `~`. An author's own object with such a name is wrapped as `~o`.
 */
import { decodeBase64, encodeBase64 } from '../../base/base64.ts';
import type { JsonObject, JsonValue } from '../../base/json/json.ts';
import { RondoError } from '../../base/errors.ts';
import { quote } from '../../base/quote.ts';
import { builtinOf, classOf } from './builtin.ts';

const MAX_DEPTH = 100;

/** Of an array: a number from here on names no item. */
const MAX_LENGTH = 2 ** 32 - 1;

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
const CONSTANTS: ReadonlyMap<unknown, unknown> = new Map<string, unknown>([
  ['undefined', undefined],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
]);

/**
 * A copy of `value` that JSON can represent and that shares nothing with it.
 *
 * @throws RondoError `unrecordable_value`, naming the path, for functions, symbols, instances of
 *   classes and of subclasses, cycles and values nested deeper than 100.
 */
export function encode(value: unknown): JsonValue {
  return encodeAt(value, '', []);
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

/** @param outer the objects that `value` is in; `value` is added while it is encoded */
function encodeAt(value: unknown, path: string, outer: object[]): JsonValue {
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
      return value === null ? null : encodeWithin(value, path, outer);
    default:
      throw unrecordable(path, `is a ${typeof value}`);
  }
}

function encodeNumber(value: number): JsonValue {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return { '~': Object.is(value, -0) ? '-0' : String(value) };
}

function encodeWithin(value: object, path: string, outer: object[]): JsonValue {
  if (outer.includes(value)) throw unrecordable(path, 'is part of a cycle');
  if (outer.length >= MAX_DEPTH) throw unrecordable(path, `is nested deeper than ${MAX_DEPTH}`);
  outer.push(value);
  const encoded = encodeObject(value, path, outer);
  outer.pop();
  return encoded;
}

function encodeObject(value: object, path: string, outer: object[]): JsonValue {
  switch (builtinOf(value)) {
    case 'Object':
      return encodePlain(value as Record<string, unknown>, path, outer);
    case 'Array':
      return encodeArray(value as unknown[], path, outer);
    case 'TypedArray':
      return encodeBytes(value as ArrayBufferView, path);
    case 'Date':
      assertBare(value, path);
      return encodeDate(value as Date);
    case 'Map':
      assertBare(value, path);
      return encodeMap(value as Map<unknown, unknown>, path, outer);
    case 'Set':
      assertBare(value, path);
      return encodeSet(value as Set<unknown>, path, outer);
    case undefined:
      throw unrecordable(path, `is an instance of ${classOf(value)}`);
  }
}

/** Members beside the content of a Date, Map or Set would be lost. */
function assertBare(value: object, path: string): void {
  const member = Object.keys(value)[0];
  if (member !== undefined)
    throw unrecordable(memberPath(path, member), 'is not part of its content');
}

/** A hole is recorded as `undefined`. Members beside the items, as RegExp makes them, are kept. */
function encodeArray(value: readonly unknown[], path: string, outer: object[]): JsonValue {
  const items = Array.from(value, (item, index) => encodeAt(item, `${path}[${index}]`, outer));
  const keys = Object.keys(value);
  const names = keys.slice(keys.findLastIndex(isIndex) + 1);
  if (names.length === 0) return items;
  const members = names.map((name): JsonValue => {
    const member = (value as unknown as Record<string, unknown>)[name];
    return [name, encodeAt(member, memberPath(path, name), outer)];
  });
  return { '~a': [items, members] };
}

/** Whether `key` is one of an item, as `Object.keys` lists it, before all others. */
function isIndex(key: string): boolean {
  return /^(?:0|[1-9]\d{0,9})$/.test(key) && Number(key) < MAX_LENGTH;
}

function encodeDate(value: Date): JsonValue {
  const time = Date.prototype.getTime.call(value);
  return { '~d': Number.isNaN(time) ? null : time };
}

function encodeMap(value: Map<unknown, unknown>, path: string, outer: object[]): JsonValue {
  const pairs = Array.from(Map.prototype.entries.call(value), ([key, item]): JsonValue => [
    encodeAt(key, `${path}.keys()`, outer),
    encodeAt(item, `${path}.get(${typeof key === 'object' ? '…' : String(key)})`, outer),
  ]);
  return { '~m': pairs };
}

function encodeSet(value: Set<unknown>, path: string, outer: object[]): JsonValue {
  const items = Set.prototype.values.call(value);
  return { '~s': Array.from(items, (item) => encodeAt(item, `${path}.values()`, outer)) };
}

function encodePlain(value: Record<string, unknown>, path: string, outer: object[]): JsonValue {
  if (Object.getOwnPropertySymbols(value).length > 0) throw unrecordable(path, 'has a symbol key');
  const copy: JsonObject = {};
  let tagged = false;
  for (const key of Object.keys(value)) {
    tagged ||= key.startsWith('~');
    assign(copy, key, encodeAt(value[key], memberPath(path, key), outer));
  }
  return tagged ? { '~o': Object.entries(copy) } : copy;
}

function memberPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
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
  ['~a', decodeArray],
  ['~b', decodeBytes],
  ['~o', decodeMembers],
]);

function decodeConstant(name: JsonValue): unknown {
  if (CONSTANTS.has(name)) return CONSTANTS.get(name);
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

function decodeArray(content: JsonValue): unknown[] {
  const [items, members, ...more] = listIn(content);
  if (items === undefined || members === undefined || more.length > 0) throw unreadable('an array');
  const array = listIn(items).map(decode);
  for (const [key, member] of pairsIn(members)) {
    const isMember = typeof key === 'string' && !isIndex(key) && key !== 'length';
    if (!isMember) throw unreadable('an array');
    assign(array as unknown as Record<string, unknown>, key, decode(member));
  }
  return array;
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
    `${path === '' ? 'the value' : quote(path)} ${why} and cannot be recorded`,
  );
}
