import type { Client, Pool } from 'pg';
import { pause } from '../../base/timing/pause.ts';
import type { WakeUps } from '../../tasks/wake-ups.ts';
import type { Query } from '../sql/executor.ts';
import { migrateTables } from '../sql/schema/migrate.ts';
import { SqlGuard } from '../sql/sql-guard.ts';
import { SqlSecret } from '../sql/sql-secret.ts';
import { SqlSpill } from '../sql/sql-spill.ts';
import { SqlTasks } from '../sql/sql-tasks.ts';
import { loadPg } from './load-pg.ts';
import { NotifyWakeUps } from './notify-wake-ups.ts';
import { type ConnectionPool, PoolExecutor } from './pool-executor.ts';
import { type Session, sessionOf } from './session.ts';

/** What it is opened with, checked and complete. */
export interface PostgresSetup {
  readonly connectionString?: string | undefined;
  readonly pool?: Pool | undefined;
  readonly direct?: string | undefined;
  readonly schema: string;
  readonly migrate: boolean;
  readonly prepare: boolean;
  readonly wakeUps?: WakeUps | undefined;
  /** How long a statement may take, in ms; migrations may take longer. Default: no limit. */
  readonly longest?: number | undefined;
}

/** How its database notifies. */
export interface Notifications {
  readonly query: Query;
  /** Those of wake-ups. */
  readonly channel: string;
  /** Opens a session of its own. */
  readonly open: () => Promise<Session>;
}

export interface OpenedPostgres {
  readonly tasks: SqlTasks;
  readonly guard: SqlGuard;
  readonly spill: SqlSpill;
  readonly secret: SqlSecret;
  readonly notifications: Notifications;
  readonly transaction: <T>(work: (query: Query) => Promise<T>) => Promise<T>;
  close(): Promise<void>;
}

/** @throws RondoError `newer_format`, `store_failed`, `invalid_options` */
export async function openPostgres(setup: PostgresSetup): Promise<OpenedPostgres> {
  const { schema, migrate, prepare, longest } = setup;
  const pool = setup.pool ?? (await newPool(setup.connectionString!));
  // Of connections that nobody uses: the next statement has another.
  const idle: IdleErrors = pool;
  idle.on?.('error', ignore);
  const connections = pool as unknown as ConnectionPool;
  const executor = new PoolExecutor(connections, { schema, prepare, longest });
  const endPool = async (): Promise<void> => {
    if (setup.pool === undefined) await pool.end();
    else idle.off?.('error', ignore);
  };
  try {
    const unlimited = new PoolExecutor(connections, { schema, prepare: false });
    await migrateTables(unlimited, { schema, migrate });
  } catch (error) {
    await endPool();
    throw error;
  }
  const notifications = {
    query: executor.query,
    channel: `rondo_${schema}`,
    open: () => openSession(setup, pool),
  };
  const notify = new NotifyWakeUps(notifications);
  const close = async (): Promise<void> => {
    await notify.close();
    await endPool();
  };
  return {
    tasks: new SqlTasks(executor, setup.wakeUps ?? notify),
    guard: new SqlGuard(executor),
    spill: new SqlSpill(executor),
    secret: new SqlSecret(executor),
    notifications,
    transaction: (work) => executor.transaction(work),
    close,
  };
}

/** A connection that is lost without a word is noticed: nothing may be sent on it for hours. Times in ms. */
const OUR_CONNECTIONS = {
  connectionTimeoutMillis: 10_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
};

/** A connection that nobody uses does not keep the process, also if it is silent when it is to end. */
async function newPool(connectionString: string): Promise<Pool> {
  const { Pool } = await loadPg();
  return new Pool({ connectionString, ...OUR_CONNECTIONS, allowExitOnIdle: true });
}

async function openSession(
  { direct, connectionString, longest }: PostgresSetup,
  pool: Pool,
): Promise<Session> {
  const address = direct ?? connectionString;
  if (address === undefined) {
    const client = await pool.connect();
    return sessionOf(client, async () => client.release(true));
  }
  const { Client } = await loadPg();
  const client: Client = new Client({
    connectionString: address,
    ...OUR_CONNECTIONS,
    ...(longest !== undefined && { query_timeout: longest }),
  });
  client.on('error', ignore);
  await client.connect();
  return sessionOf(client, () => endSession(client));
}

/** How long a session may take to end, in ms: where its connection is silent, it would for a quarter of an hour. */
const LONGEST_END = 1_000;

/** What has not ended by then does not keep the process. */
async function endSession(client: Client): Promise<void> {
  const ended = new AbortController();
  const ending = client.end().finally(() => ended.abort());
  await Promise.race([ending, pause(LONGEST_END, ended.signal)]);
  if (ended.signal.aborted) return ending;
  ending.catch(ignore);
  // It is there, and not among the types of `pg`.
  (client as { unref?(): void }).unref?.();
}

/** A pool of somebody's may be less than one of `pg`: connecting and asking is all that is needed. */
interface IdleErrors {
  on?(event: 'error', listener: () => void): unknown;
  off?(event: 'error', listener: () => void): unknown;
}

function ignore(): void {}
