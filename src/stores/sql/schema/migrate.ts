/** Brings the tables to the version of this code. */
import { invalidOptions, newerFormat } from '../../../base/errors.ts';
import type { Executor, Query } from '../executor.ts';
import { MIGRATIONS, type Migration } from './schema.ts';

interface Format {
  readonly version: number;
  /** The oldest version of the code that can work with the tables. */
  readonly oldest: number;
}

/** Not `to_regclass`: what that says may be older than the lock. */
const FORMAT_TABLE = `select 1 as found from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relname = 'format'`;

export interface Migrating {
  readonly schema: string;
  /** Whether it may create and change tables. */
  readonly migrate: boolean;
  /** Default: those of this code. */
  readonly migrations?: readonly Migration[];
}

/**
 * Tables of a newer version are used as they are, unless they say that this code is too old.
 *
 * @throws RondoError `newer_format`, or `invalid_options` where tables are missing and `migrate` is
 * false
 */
export async function migrateTables(executor: Executor, migrating: Migrating): Promise<void> {
  const { schema, migrate, migrations = MIGRATIONS } = migrating;
  const known = migrations.at(-1)!.version;
  const found = await formatOf(executor.query, schema);
  checkFormat(schema, found, known);
  if (found !== undefined && found.version >= known) return;
  if (!migrate) throw notMigrated(schema, found, known);
  await executor.transaction((query) => migrateUnder(query, schema, migrations));
}

/** One process at a time: the others wait, and find that it is done. */
async function migrateUnder(
  query: Query,
  schema: string,
  migrations: readonly Migration[],
): Promise<void> {
  await query('select pg_advisory_xact_lock(hashtext($1))', [`mcp-rondo ${schema}`]);
  const found = await formatOf(query, schema);
  checkFormat(schema, found, migrations.at(-1)!.version);
  if (found === undefined) await createFormat(query);
  for (const { version, oldest, statements } of migrations) {
    if (version <= (found?.version ?? 0)) continue;
    for (const statement of statements) await query(statement);
    await query('update rondo.format set version = $1, oldest = $2', [version, oldest]);
  }
}

async function createFormat(query: Query): Promise<void> {
  await query('create schema if not exists rondo');
  await query('create table rondo.format (version integer not null, oldest integer not null)');
  await query('insert into rondo.format (version, oldest) values (0, 0)');
}

async function formatOf(query: Query, schema: string): Promise<Format | undefined> {
  if ((await query(FORMAT_TABLE, [schema])).length === 0) return undefined;
  const [format] = await query<Format>('select version, oldest from rondo.format');
  return format;
}

function checkFormat(schema: string, found: Format | undefined, known: number): void {
  if (found !== undefined && found.oldest > known) {
    throw newerFormat(`schema '${schema}'`, found.version, known);
  }
}

function notMigrated(schema: string, found: Format | undefined, known: number): Error {
  const has = found === undefined ? 'has no tables yet' : `has version ${found.version}`;
  return invalidOptions(
    `Schema '${schema}' ${has}, and this code needs version ${known}. Open the store once without ` +
      '`migrate: false`, or run `rondo store migrate`, as a role that may create tables.',
  );
}
