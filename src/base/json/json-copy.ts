/** Values as they travel as JSON. What would be lost on the way is found before anything is sent. */

/** What JSON writes for what it has no form for. A text without them has lost nothing. */
const LOST = /null|\{\}/;

/**
 * What `value` is after it has travelled as JSON: without members that are `undefined`, and with texts
 * for dates.
 *
 * @throws TypeError naming the member that JSON cannot carry; what a `toJSON` throws
 */
export function jsonCopy(value: unknown): unknown {
  const text = written(value);
  if (text === undefined) return undefined;
  const problem = LOST.test(text) ? jsonProblem(value) : undefined;
  if (problem !== undefined) throw new TypeError(problem);
  return JSON.parse(text) as unknown;
}

function written(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) as string | undefined;
  } catch (error) {
    const problem = jsonProblem(value);
    throw problem === undefined ? error : new TypeError(problem, { cause: error });
  }
}

/**
 * What JSON would lose of `value`, or cannot write, and where that is; `undefined` for nothing. It is a
 * number that is not finite, a BigInt, a cycle, an item of a list that is `undefined`, or an object that
 * comes out as `{}` although it is no plain one, as a `Map` and a `Promise` do.
 */
export function jsonProblem(value: unknown): string | undefined {
  const loss = lossIn(value, new Set());
  return loss && `${loss.path.join('').replace(/^\./, '') || 'it'} ${loss.what}`;
}

interface Loss {
  /** From the value down to what is lost. */
  readonly path: readonly string[];
  readonly what: string;
}

/** @param outer the objects that `value` is in */
function lossIn(value: unknown, outer: Set<object>): Loss | undefined {
  const form = formOf(value);
  if (typeof form === 'bigint') return here('is a BigInt, which JSON does not have');
  if (typeof form !== 'object' || form === null) return lossOfPlain(value, form);
  if (outer.has(form)) return here('is part of a cycle, which JSON cannot write');
  outer.add(form);
  const loss = Array.isArray(form) ? lossInList(form, outer) : lossInObject(form, outer);
  outer.delete(form);
  return loss;
}

/** What a value says itself that it is in JSON, as a Date does. */
function formOf(value: unknown): unknown {
  const { toJSON } = (value ?? {}) as { toJSON?: unknown };
  return typeof toJSON === 'function' ? (toJSON.call(value) as unknown) : value;
}

function lossOfPlain(value: unknown, form: unknown): Loss | undefined {
  if (typeof form === 'number' && !Number.isFinite(form))
    return here(`is ${String(form)}, which JSON writes as null`);
  if (form !== null || !(value instanceof Date)) return undefined;
  return here('is an invalid Date, which JSON writes as null');
}

function lossInObject(value: object, outer: Set<object>): Loss | undefined {
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (kind !== 'Object') {
    const text = JSON.stringify(value);
    if (text === '{}' || text === 'null')
      return here(`is an instance of ${kind}, which JSON writes as ${text}`);
  }
  return first(Object.entries(value), ([key, member]) => below(`.${key}`, lossIn(member, outer)));
}

function lossInList(list: readonly unknown[], outer: Set<object>): Loss | undefined {
  return first(list.entries(), ([index, item]) => {
    const isAbsent = ['undefined', 'function', 'symbol'].includes(typeof item);
    const what = item === undefined ? 'undefined' : `a ${typeof item}`;
    const absent = here(`is ${what}, which JSON writes as null in a list`);
    return below(`[${index}]`, isAbsent ? absent : lossIn(item, outer));
  });
}

function first<T>(all: Iterable<T>, look: (one: T) => Loss | undefined): Loss | undefined {
  for (const one of all) {
    const loss = look(one);
    if (loss !== undefined) return loss;
  }
  return undefined;
}

function here(what: string): Loss {
  return { path: [], what };
}

function below(member: string, loss: Loss | undefined): Loss | undefined {
  return loss && { ...loss, path: [member, ...loss.path] };
}
