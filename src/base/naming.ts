import { RondoError } from './errors.ts';

/**
 * What `make` returns. An error of ours says in front what it is about: an author has many tools, and
 * a handler makes many calls.
 */
export function naming<T>(what: () => string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RondoError)) throw error;
    throw new RondoError(error.code, `${what()}: ${error.message}`, { cause: error });
  }
}
