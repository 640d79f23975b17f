/** PGlite, and the directory that it has. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RondoError, invalidOptions, newerFormat } from '../../base/errors.ts';
import { isRecord } from '../../base/json/json.ts';
import type { EmbeddedDatabase } from './pglite-executor.ts';

/** The PostgreSQL that this version of PGlite is: another cannot read its files. */
export const POSTGRES_MAJOR = 18;

/** Of the directory itself. */
const FORMAT = 1;

const FORMAT_FILE = 'rondo.json';

/**
 * @param directory exists, and is locked
 * @throws RondoError `newer_format` for a directory of another version, `invalid_options` without PGlite
 */
export async function openPglite(directory: string): Promise<EmbeddedDatabase> {
  await checkFormat(directory);
  const PGlite = await loadPglite();
  const data = join(directory, 'data');
  await mkdir(data, { recursive: true });
  const database = await PGlite.create(data);
  await writeFile(
    join(directory, FORMAT_FILE),
    `${JSON.stringify({ format: FORMAT, postgres: POSTGRES_MAJOR })}\n`,
  );
  return database;
}

/** @throws RondoError `invalid_options` if the package is not there */
export async function loadPglite(): Promise<{
  create(directory?: string): Promise<EmbeddedDatabase>;
}> {
  try {
    return (await import('@electric-sql/pglite')).PGlite;
  } catch (error) {
    throw invalidOptions(
      'embeddedStore() needs the package @electric-sql/pglite: npm install @electric-sql/pglite@0.5',
      { cause: error },
    );
  }
}

async function checkFormat(directory: string): Promise<void> {
  const { format, postgres } = await formatOf(directory);
  if (typeof format !== 'number' || typeof postgres !== 'number') {
    throw new RondoError('newer_format', `${directory}/${FORMAT_FILE} cannot be read.`);
  }
  if (format > FORMAT) throw newerFormat('directory of the store', format, FORMAT);
  if (postgres === POSTGRES_MAJOR) return;
  throw new RondoError(
    'newer_format',
    `The store in ${directory} was written by PostgreSQL ${postgres}, and the installed PGlite is ` +
      `PostgreSQL ${POSTGRES_MAJOR}, which cannot read its files. Install the version of PGlite ` +
      'that it was written with.',
  );
}

async function formatOf(directory: string): Promise<{ format?: unknown; postgres?: unknown }> {
  const path = join(directory, FORMAT_FILE);
  const text = await readFile(path, 'utf8').catch((error: { code?: unknown }) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return { format: FORMAT, postgres: POSTGRES_MAJOR };
  try {
    const read: unknown = JSON.parse(text);
    return isRecord(read) ? read : {};
  } catch {
    return {};
  }
}
