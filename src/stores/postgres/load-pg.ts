import type { Client, Pool } from 'pg';
import { invalidOptions } from '../../base/errors.ts';

export interface Pg {
  readonly Client: typeof Client;
  readonly Pool: typeof Pool;
}

/** @throws RondoError `invalid_options` if the package is not there */
export async function loadPg(): Promise<Pg> {
  try {
    return (await import('pg')).default;
  } catch (error) {
    throw invalidOptions('postgresStore() needs the package pg: npm install pg', { cause: error });
  }
}
