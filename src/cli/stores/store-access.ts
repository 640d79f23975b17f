/** The store that a command is for. */
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { isAddress } from '../../stores/postgres/address.ts';
import { isSchemaName } from '../../stores/postgres/schema-name.ts';
import type { SealedParts } from '../../stores/rewrap-store.ts';
import type { InTransaction } from '../../stores/sql/export-store.ts';
import { AfterResult, UsageError } from '../failure.ts';
import { why } from '../system-words.ts';

/** The environment variable with the address of PostgreSQL, which may have a password in it. */
const DATABASE_VARIABLE = 'RONDO_DATABASE_URL';

export interface StoreOptions {
  readonly postgres?: boolean;
  readonly schema?: string;
  readonly directory?: string;
}

/** A store, without a server. */
export interface StoreAccess extends SealedParts {
  readonly transaction: InTransaction;
  close(): Promise<void>;
}

export interface Opening {
  /** Whether it may be made, or brought up to date. Otherwise there has to be one. */
  readonly mayCreate: boolean;
}

/**
 * Opens the store, and closes it after `use`.
 *
 * @throws UsageError if the options name none, or two; RondoError if it cannot be opened; AfterResult if nothing else
 *   has failed, and it cannot be closed
 */
export async function withStore<T>(
  options: StoreOptions,
  opening: Opening,
  use: (store: StoreAccess) => Promise<T>,
): Promise<T> {
  const store = await openStore(options, opening);
  const [outcome] = await Promise.allSettled([use(store)]);
  await store.close().catch((error: unknown) => {
    if (outcome.status === 'fulfilled') throw new AfterResult(error);
  });
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

function openStore(options: StoreOptions, opening: Opening): Promise<StoreAccess> {
  const { postgres = false, directory, schema } = options;
  if (postgres === (directory !== undefined)) {
    throw new UsageError('Which store? Give one of --postgres and --directory <path>.');
  }
  if (directory === undefined) return openPostgres(schema, opening);
  if (schema !== undefined) throw new UsageError('--schema belongs to --postgres.');
  return openDirectory(directory, opening);
}

async function openPostgres(schema = 'rondo', { mayCreate }: Opening): Promise<StoreAccess> {
  const connectionString = process.env[DATABASE_VARIABLE];
  if (isAddress(connectionString) !== undefined) {
    throw new UsageError(`Set ${DATABASE_VARIABLE} to the address of the database: postgres://…`);
  }
  if (!isSchemaName(schema)) {
    throw new UsageError('--schema takes 1 to 40 of a-z, 0-9 and _, not a digit first.');
  }
  const { openPostgres: open } = await import('../../stores/postgres/open-postgres.ts');
  return open({ connectionString: connectionString!, schema, migrate: mayCreate, prepare: false });
}

async function openDirectory(directory: string, { mayCreate }: Opening): Promise<StoreAccess> {
  if (directory.trim() === '') throw new UsageError('--directory needs a path.');
  if (!mayCreate && !existsSync(`${directory}/rondo.json`)) {
    throw new UsageError(`There is no store in ${directory}.`);
  }
  const path = usableDirectory(directory);
  const { openEmbedded } = await import('../../stores/embedded/open-embedded.ts');
  const { value, close } = await openEmbedded(path);
  const { executor, ...parts } = value;
  return { ...parts, transaction: (work) => executor.transaction(work), close };
}

/** Its real path. It is made if it is not there. @throws UsageError */
function usableDirectory(directory: string): string {
  try {
    mkdirSync(directory, { recursive: true });
    return realpathSync(directory);
  } catch (error) {
    throw new UsageError(`--directory ${directory} cannot be used: ${why(error)}.`);
  }
}
