/** PGlite, and the directory that it has. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RondoError, invalidOptions, newerFormat } from '../../base/errors.ts';
import { isRecord } from '../../base/json/json.ts';
import { messageOf } from '../../base/thrown.ts';
import type { EmbeddedDatabase } from './pglite-executor.ts';

/** The PostgreSQL that this version of PGlite is: another cannot read its files. */
export const POSTGRES_MAJOR = 18;

/** Of the directory itself. */
const FORMAT = 1;

const FORMAT_FILE = 'rondo.json';

interface Format {
  readonly format?: unknown;
  readonly postgres?: unknown;
}

/**
 * @param directory exists, and is locked
 * @throws RondoError `newer_format` for a directory of another version, `store_failed` for one that has
 *   lost its data, `invalid_options` without PGlite
 */
export async function openPglite(directory: string): Promise<EmbeddedDatabase> {
  const data = join(directory, 'data');
  const said = await formatOf(directory);
  if (said !== undefined) checkFormat(said, directory, data);
  const PGlite = await loadPglite();
  await mkdir(data, { recursive: true });
  const database = await PGlite.create(data).catch((error: unknown) => {
    throw cannotOpen(data, error);
  });
  if (said === undefined) await writeFormat(directory);
  return database;
}

function cannotOpen(data: string, error: unknown): RondoError<'store_failed'> {
  const message = `The database in ${data} cannot be opened (${messageOf(error)}). Is its disk full?`;
  return new RondoError('store_failed', message, { cause: error });
}

/** Whole or not at all: the process may end at any time. */
async function writeFormat(directory: string): Promise<void> {
  const path = join(directory, FORMAT_FILE);
  const text = `${JSON.stringify({ format: FORMAT, postgres: POSTGRES_MAJOR })}\n`;
  await writeFile(`${path}.tmp`, text, { flush: true });
  await rename(`${path}.tmp`, path);
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

function checkFormat({ format, postgres }: Format, directory: string, data: string): void {
  if (typeof format !== 'number' || typeof postgres !== 'number') {
    throw new RondoError('newer_format', `${directory}/${FORMAT_FILE} cannot be read.`);
  }
  if (format > FORMAT) throw newerFormat('directory of the store', format, FORMAT);
  if (postgres === POSTGRES_MAJOR) return assertData(directory, data);
  throw new RondoError(
    'newer_format',
    `The store in ${directory} was written by PostgreSQL ${postgres}, and the installed PGlite is ` +
      `PostgreSQL ${POSTGRES_MAJOR}, which cannot read its files. Install the version of PGlite ` +
      'that it was written with.',
  );
}

/** PGlite would begin with an empty database: nothing would tell that all is lost. */
function assertData(directory: string, data: string): void {
  if (existsSync(join(data, 'PG_VERSION'))) return;
  throw new RondoError(
    'store_failed',
    `There was a store in ${directory}, and its data is gone. Bring ${data} back, or remove ` +
      `${FORMAT_FILE} to begin with nothing.`,
  );
}

/** What the directory says of itself; `undefined` of one that has never been opened to the end. */
async function formatOf(directory: string): Promise<Format | undefined> {
  const path = join(directory, FORMAT_FILE);
  const text = await readFile(path, 'utf8').catch((error: { code?: unknown }) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  // It is empty where a process has ended as it wrote it.
  if (text === undefined || text === '') return undefined;
  try {
    const read: unknown = JSON.parse(text);
    return isRecord(read) ? read : {};
  } catch {
    return {};
  }
}
