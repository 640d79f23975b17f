/** Checks of option values. Their messages never contain the value: it may be a secret. */
import { isRecord } from '../json/json.ts';
import { isWellFormed } from '../json/well-formed.ts';
import { isCollection } from './members.ts';
import { nearest } from './nearest.ts';
import type { Check } from './options.ts';

/** In ms. Node's timers have 32 bits: a timer set to a longer time would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** A limit, a size, or a time of at least 1 ms. */
export const positive: Check = (value) =>
  isWhole(value) && value > 0 ? undefined : 'must be a whole number above 0';

/** A number of times; 0 is allowed. */
export const count: Check = (value) =>
  isWhole(value) && value >= 0 ? undefined : 'must be a whole number, at least 0';

/** A time that a timer can run, in ms. */
export const delay: Check = (value) =>
  isWhole(value) && value >= 0 && value <= LONGEST_TIMER
    ? undefined
    : `must be a whole number of ms, from 0 to ${LONGEST_TIMER}`;

/** As {@link delay}, but not 0. */
export const timer: Check = (value) =>
  isWhole(value) && value > 0 && value <= LONGEST_TIMER
    ? undefined
    : `must be a whole number of ms, from 1 to ${LONGEST_TIMER}`;

/** A limit in ms, which may be none. */
export const timeLimit: Check = (value) =>
  typeof value === 'number' && value > 0 ? undefined : 'must be a number of ms above 0';

export const flag: Check = (value) =>
  typeof value === 'boolean' ? undefined : 'must be true or false';

/** Text that may be empty. */
export const anyText: Check = (value) => (typeof value === 'string' ? undefined : 'must be text');

/** Text that is not empty. */
export const nonEmptyText: Check = (value) =>
  typeof value === 'string' && value !== '' ? undefined : 'must be text that is not empty';

/**
 * Text that names something where it is stored and sent: no database takes NUL, and halves of characters
 * are all the same in UTF-8. It may be empty.
 */
export const nameText: Check = (value) =>
  typeof value === 'string' && isWellFormed(value) && !value.includes('\0')
    ? undefined
    : 'must be text, well-formed and without NUL';

/** Members that are the caller's to name. */
export const record: Check = (value) =>
  isRecord(value) && !isCollection(value) ? undefined : 'must be an object';

export const callable: Check = (value) =>
  typeof value === 'function' ? undefined : 'must be a function';

/** One of the given strings. */
export function oneOf(...values: readonly string[]): Check {
  const words = values.map((value) => `'${value}'`).join(' or ');
  return (value) => {
    if (values.includes(value as string)) return undefined;
    const near = typeof value === 'string' ? nearest(value, values) : undefined;
    return `must be ${words}${near === undefined ? '' : `; '${near}' is the nearest`}`;
  };
}

/** Anything that one of the checks takes. */
export function either(words: string, ...checks: readonly Check[]): Check {
  return (value) =>
    checks.some((check) => check(value) === undefined) ? undefined : `must be ${words}`;
}

/** What all of the checks take. */
export function allOf(...checks: readonly Check[]): Check {
  return (value) => {
    for (const check of checks) {
      const problem = check(value);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

/** The kind of value only. Schemas of some libraries are functions. */
export const aSchema: Check = either('a schema', record, callable);

/** @param items what is in the array, such as 'host names' */
export function listOf(items: string, fits: (item: unknown) => boolean): Check {
  return (value) => {
    if (!Array.isArray(value)) return `must be an array of ${items}`;
    const wrong = value.findIndex((item) => !fits(item));
    return wrong < 0 ? undefined : `must be an array of ${items}; item [${wrong}] is not one`;
  };
}

/** A list for which no items would mean that nothing works. */
export function notEmpty(list: Check): Check {
  return (value) =>
    list(value) ?? ((value as readonly unknown[]).length > 0 ? undefined : 'must not be empty');
}

/** An object that has these functions. */
export function having(...methods: readonly string[]): Check {
  return (value) => {
    const has = (name: string): boolean =>
      typeof (value as Record<string, unknown> | null | undefined)?.[name] === 'function';
    return methods.every(has) ? undefined : `must be an object with ${methods.join(', ')}`;
  };
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
