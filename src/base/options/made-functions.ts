/**
 * Functions that make the value of an option, and those that they make. Given in the wrong way, they
 * are functions all the same, and would fail at every request instead of at the start.
 */
import type { Check } from './options.ts';

/** How the call of a function is written that makes an option's value. */
const calls = new WeakMap<object, string>();

/** The option that a made function is for. */
const options = new WeakMap<object, string>();

/** @param call how it is written: `jwt()` */
export function markMaker(maker: (...args: never[]) => unknown, call: string): void {
  calls.set(maker, call);
}

/** @param option the only one that it is for: `'verify' of bearer()` */
export function markFor<F extends object>(made: F, option: string): F {
  options.set(made, option);
  return made;
}

/** Any function; of those that are made for an option, only those for `option`. */
export function madeFor(option: string): Check {
  return (value) => {
    if (typeof value !== 'function') return 'must be a function';
    const call = calls.get(value);
    if (call !== undefined) return `is the function that makes it: write ${call}`;
    const other = options.get(value) ?? option;
    return other === option ? undefined : `has what belongs under ${other}`;
  };
}
