import type * as jose from 'jose';
import { invalidOptions } from '../../base/errors.ts';

export type Jose = typeof jose;

/** @throws RondoError `invalid_options` if the package is not there */
export async function loadJose(): Promise<Jose> {
  try {
    return await import('jose');
  } catch (error) {
    throw invalidOptions('jwt() needs the package jose: npm install jose', { cause: error });
  }
}
