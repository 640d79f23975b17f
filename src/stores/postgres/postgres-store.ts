import type { Pool } from 'pg';
import { invalidOptions } from '../../base/errors.ts';
import { flag, having, positive } from '../../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../../base/options/options.ts';
import type { Store } from '../../server/store.ts';
import type { WakeUps } from '../../tasks/wake-ups.ts';
import { defineStore } from '../define-store.ts';
import type { Query } from '../sql/executor.ts';
import { loadPg } from './load-pg.ts';
import { openPostgres } from './open-postgres.ts';
import { remember } from './opened-stores.ts';
import { isAddress } from './address.ts';
import { isSchemaName } from './schema-name.ts';

/** What is used of a pool of `pg`. */
export interface PostgresPool {
  connect(): Promise<object>;
  query(text: string): Promise<object>;
}

export interface PostgresStoreOptions {
  /** Where the database is: `postgres://…`. Default: none, then there must be a `pool`. */
  readonly connectionString?: string;
  /** A pool of `pg`, which the store does not end. Default: one of its own. */
  readonly pool?: PostgresPool;
  /**
   * The address of the database itself, where the other one leads to a pool such as PgBouncer: one
   * session listens to it. Default: `connectionString`, or one connection of `pool`.
   */
  readonly direct?: string;
  /** Where its tables are: small letters, digits and `_`. Default `'rondo'`. */
  readonly schema?: string;
  /** Whether it creates its tables, and brings them up to date. Default `true`. */
  readonly migrate?: boolean;
  /**
   * Whether sessions keep its statements by name, which fails behind pools that share sessions.
   * Default `false`.
   */
  readonly prepare?: boolean;
  /** How long the reply of a round that runs once is kept, in ms. Default 10 minutes. */
  readonly replyTtl?: number;
  /** What carries wake-ups to the workers. Default: NOTIFY. */
  readonly wakeUps?: WakeUps;
}

/**
 * How long a statement of a store may take, in ms. None takes nearly as long where the database is well; one
 * whose connection is lost without a word would wait for a quarter of an hour.
 */
const LONGEST = 30_000;

const OPTIONS: OptionSet<PostgresStoreOptions> = {
  of: 'postgresStore()',
  table: {
    connectionString: isAddress,
    pool: having('connect', 'query'),
    direct: isAddress,
    schema: (value) =>
      isSchemaName(value) ? undefined : 'must be 1 to 40 of a-z, 0-9 and _, not a digit first',
    migrate: flag,
    prepare: flag,
    replyTtl: positive,
    wakeUps: having('wake', 'listen'),
  },
};

/**
 * A store in PostgreSQL, 13 or newer, for any number of processes. Needs the package `pg`.
 *
 * @example
 * ```ts
 * import { McpServer } from 'mcp-rondo';
 * import { postgresStore } from 'mcp-rondo/postgres';
 *
 * const store = await postgresStore({ connectionString: 'postgres://db.example/app' });
 * const server = new McpServer({ name: 'reports', version: '1.0.0' }, { store });
 * server.registerTool('index', { task: 'always' }, (ctx) => ctx.step('index', () => 'Indexed.'));
 * ```
 *
 * @throws RondoError `newer_format` if a newer version of this package has changed the tables;
 * `store_failed` if the database cannot be reached, after 3 s; `invalid_options`
 */
export async function postgresStore(options: PostgresStoreOptions): Promise<Store> {
  const given = readOptions(OPTIONS, options);
  const { schema = 'rondo', migrate = true, prepare = false } = given;
  if ((given.connectionString === undefined) === (given.pool === undefined)) {
    throw invalidOptions('postgresStore() needs one of `connectionString` and `pool`.');
  }
  await loadPg();
  // What users have is checked by its functions, so that they need no types of `pg`.
  const pool = given.pool as Pool | undefined;
  const setup = { ...given, pool, schema, migrate, prepare, longest: LONGEST };
  const opened = await openPostgres(setup);
  const { notifications, ...parts } = opened;
  const { replyTtl } = given;
  const store = defineStore<Query>({ ...parts, ...(replyTtl !== undefined && { replyTtl }) });
  return remember(store, notifications);
}
