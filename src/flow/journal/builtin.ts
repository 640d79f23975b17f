/** What a value is made by, in this realm or another (vm, Jest). Subclasses are not their base. */

/** `Object`, `Array`, `Date`, `Map`, `Set` or `TypedArray`; `undefined` for everything else. */
export type Builtin = 'Object' | 'Array' | 'Date' | 'Map' | 'Set' | 'TypedArray';

export function builtinOf(value: object): Builtin | undefined {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return 'Object';
  if (prototype === Array.prototype) return Array.isArray(value) ? 'Array' : undefined;
  if (isRoot(prototype)) return 'Object';
  if (ArrayBuffer.isView(value)) return isTypedArray(value) ? 'TypedArray' : undefined;
  if (!isRoot(Object.getPrototypeOf(prototype))) return undefined;
  return OTHERS.find(([, has]) => has(value))?.[0];
}

/** The name of the class of an instance, for messages. */
export function classOf(value: object): string {
  const { constructor } = value as { constructor?: { name?: unknown } };
  return typeof constructor?.name === 'string' && constructor.name !== ''
    ? constructor.name
    : 'class';
}

/** `Object.prototype`, of any realm. */
function isRoot(prototype: unknown): boolean {
  if (typeof prototype !== 'object' || prototype === null) return false;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'hasOwnProperty');
}

/** A Buffer is a subclass in name only: Node makes one where others have a Uint8Array. */
function isTypedArray(view: ArrayBufferView): boolean {
  const own: unknown = Object.getPrototypeOf(view);
  const prototype: unknown = classOf(view) === 'Buffer' ? Object.getPrototypeOf(own) : own;
  const shared: unknown = Object.getPrototypeOf(prototype);
  return shared !== null && isRoot(Object.getPrototypeOf(shared));
}

const OTHERS: readonly [Builtin, (value: object) => boolean][] = [
  ['Array', Array.isArray],
  ['Date', (value) => works(() => Date.prototype.getTime.call(value as Date))],
  ['Map', (value) => works(() => Map.prototype.has.call(value as Map<unknown, unknown>, 0))],
  ['Set', (value) => works(() => Set.prototype.has.call(value as Set<unknown>, 0))],
];

function works(method: () => unknown): boolean {
  try {
    method();
    return true;
  } catch {
    return false;
  }
}
