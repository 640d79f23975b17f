import { quote } from '../../base/quote.ts';
import { RondoError } from '../../base/errors.ts';
import { textOf } from '../../base/thrown.ts';
import { isWellFormed } from '../../base/json/well-formed.ts';

/**
 * Checks an author's key (F2): 1 to 128 characters, no `~` (reserved), well-formed, not
 * `__proto__`.
 *
 * @returns what is wrong with it, or `undefined`.
 */
export function keyProblem(key: unknown): RondoError<'invalid_key'> | undefined {
  if (typeof key !== 'string') return invalid(textOf(key), 'is not a string: is it missing?');
  if (key === '') return invalid(key, 'is empty');
  if (key.length > 128) return invalid(`${key.slice(0, 40)}…`, 'is longer than 128 characters');
  if (key.includes('~')) return invalid(key, "contains '~'");
  if (key === '__proto__') return invalid(key, 'is a reserved name');
  if (!isWellFormed(key)) return invalid(key, 'is not well-formed Unicode');
  return undefined;
}

function invalid(key: string, why: string): RondoError<'invalid_key'> {
  const message = `The key ${quote(key)} ${why}${why.endsWith('?') ? '' : '.'} Give each ask and step a key.`;
  return new RondoError('invalid_key', message);
}
