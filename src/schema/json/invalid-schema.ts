import { RondoError } from '../../base/errors.ts';
import { quote } from '../../base/quote.ts';

/**
 * The error for a schema that cannot be used.
 *
 * @param path to the part of the schema that is at fault
 */
export function invalidSchema(
  why: string,
  path: readonly string[] = [],
  cause?: unknown,
): RondoError<'invalid_schema'> {
  const name = nameOf(path);
  const where = name === '' ? '' : `${quote(name)}: `;
  return new RondoError('invalid_schema', `The schema cannot be used: ${where}${why}.`, { cause });
}

/** `address.city` for the path of a property of a property. */
function nameOf(path: readonly string[]): string {
  return path.filter((key, i) => key !== 'properties' || path[i - 1] === 'properties').join('.');
}
