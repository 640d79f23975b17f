/**
 * Tests that need PostgreSQL, or PgBouncer in front of it: where they are not installed, they count as
 * not run, and one line says what to install.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';
import { postgresBinaries } from './binaries.ts';

function isMissing(look: () => unknown): boolean {
  try {
    return look() === undefined;
  } catch {
    return true;
  }
}

/** Where PgBouncer is. */
export const PGBOUNCER: string | undefined = [
  ...(process.env['PATH'] ?? '').split(delimiter),
  '/usr/sbin',
]
  .map((folder) => join(folder, 'pgbouncer'))
  .find(existsSync);

const noPostgres = isMissing(postgresBinaries);
const noPgBouncer = noPostgres || PGBOUNCER === undefined;

if (noPostgres) {
  console.warn('Tests with PostgreSQL are not run here: apt-get install postgresql');
} else if (noPgBouncer) {
  console.warn('Tests with PgBouncer are not run here: apt-get install pgbouncer');
}

/** Tests of a file, or a part of one, that need PostgreSQL. */
export function withPostgres(tests: () => void): void {
  describe.skipIf(noPostgres)('with PostgreSQL', () => {
    tests();
  });
}

/** The same, with PgBouncer in front of it. */
export function withPgBouncer(tests: () => void): void {
  describe.skipIf(noPgBouncer)('with PgBouncer', () => {
    tests();
  });
}
