/** What a value becomes when it is sent as JSON. */

/**
 * The value as its reader will have it: the same one, if JSON changes nothing about it.
 *
 * @throws TypeError for what JSON cannot hold
 */
export function jsonForm(value: unknown): unknown {
  if (isJson(value, 0)) return value;
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError('it is nothing that JSON can hold');
  return JSON.parse(text) as unknown;
}

/** Deeper values may be cycles: writing them finds that out. */
const MAX_DEPTH = 100;

/** Whether writing and parsing `value` gives the same again. */
function isJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      return value === null || (depth < MAX_DEPTH && isJsonObject(value, depth));
    default:
      return false;
  }
}

function isJsonObject(value: object, depth: number): boolean {
  if ('toJSON' in value) return false;
  if (Array.isArray(value)) return isJsonList(value, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const key in value) {
    if (!isJson((value as Record<string, unknown>)[key], depth + 1)) return false;
  }
  return true;
}

/** Counts, because `every` skips holes, which JSON writes as `null`. */
function isJsonList(list: readonly unknown[], depth: number): boolean {
  for (let i = 0; i < list.length; i++) if (!isJson(list[i], depth + 1)) return false;
  return true;
}
