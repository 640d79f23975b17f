/** Servers over HTTP that share one database, in a directory or in PostgreSQL. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, onTestFinished } from 'vitest';
import type { ServerOptions } from '../../../src/server/options.ts';
import { McpServer } from '../../../src/server/server.ts';
import type { Store } from '../../../src/server/store.ts';
import { defineStore } from '../../../src/stores/define-store.ts';
import { type Embedded, openEmbedded } from '../../../src/stores/embedded/open-embedded.ts';
import { type OpenedPostgres, openPostgres } from '../../../src/stores/postgres/open-postgres.ts';
import type { Query } from '../../../src/stores/sql/executor.ts';
import { TEST_KEY } from '../each-wire.ts';
import { silent } from '../logger.ts';
import { withPostgres } from '../postgres/if-there.ts';
import { PostgresServer } from '../postgres/postgres-server.ts';
import { type TaskBench, tasksOver } from '../tasks.ts';
import { WIRES } from '../wires.ts';
import { DatabasePoints } from './database-points.ts';
import { Points } from './points.ts';

/** What instances share. */
export interface Database {
  query<Row extends object>(text: string): Promise<readonly Row[]>;
  /** What one more instance has of it. */
  open(): Promise<Pick<Embedded, 'tasks' | 'guard' | 'spill' | 'secret'> & Opened>;
}

interface Opened {
  readonly transaction: OpenedPostgres['transaction'];
  close(): Promise<void>;
}

/** The database of {@link overPostgres}, which can hold what happens inside of transactions. */
export interface PausedDatabase extends Database {
  readonly server: PostgresServer;
  readonly points: DatabasePoints;
}

/** One server. It works no tasks until `server.work()` is called. */
export interface Instance extends TaskBench {
  /** Of its store. */
  readonly points: Points;
  readonly store: Store;
}

/** Closed after the test. */
export async function instance(
  database: Database,
  setUp: (server: McpServer) => void,
  options: Omit<ServerOptions, 'store'> = {},
): Promise<Instance> {
  const points = new Points();
  const { tasks, guard, spill, secret, transaction, close } = await database.open();
  const parts = { tasks: points.around<Query>(tasks), guard, spill, secret, transaction, close };
  const store = defineStore<Query>(parts);
  const info = { name: 'under-test', version: '1' };
  const own = { logger: silent, state: { keys: [TEST_KEY] }, ...options };
  const server = new McpServer(info, { ...own, store });
  setUp(server);
  const wire = await WIRES.node(server);
  onTestFinished(async () => {
    await server.close();
    await wire.close();
    await store.close();
  });
  return { ...tasksOver({ server, send: wire.send }), points, store };
}

/** Runs the same tests with each kind of database. */
export function overDatabases(title: string, tests: (database: Database) => void): void {
  inDirectory(title, tests);
  overPostgres(title, tests);
}

/** Runs tests with a directory alone. */
export function inDirectory(title: string, tests: (database: Database) => void): void {
  describe(`${title}, in a directory`, () => {
    let directory: string;
    let opened: Awaited<ReturnType<typeof openEmbedded>>;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'rondo-races-'));
      opened = await openEmbedded(directory);
    });
    afterAll(async () => {
      await opened.close();
      await rm(directory, { recursive: true });
    });

    const query: Database['query'] = (text) => opened.value.executor.query(text);
    const open: Database['open'] = async () => ({
      ...opened.value,
      transaction: (work) => opened.value.executor.transaction(work),
      close: async () => undefined,
    });
    emptyEach(query);
    tests({ query, open });
  });
}

/** Runs tests with PostgreSQL alone. */
export function overPostgres(title: string, tests: (database: PausedDatabase) => void): void {
  withPostgres(() => {
    describe(`${title}, in PostgreSQL`, () => {
      const database = {} as { -readonly [K in keyof PausedDatabase]: PausedDatabase[K] };
      database.query = (text) => database.server.query(text);
      database.open = () => openIn(database.server);

      beforeAll(async () => {
        database.server = await PostgresServer.start();
        await (await openIn(database.server)).close();
        database.points = await DatabasePoints.in(database.server);
      });
      afterAll(() => database.server.remove());
      emptyEach((text) => database.query(text));
      tests(database);
    });
  });
}

function openIn({ address }: PostgresServer): Promise<OpenedPostgres> {
  const how = { schema: 'rondo', migrate: true, prepare: false };
  return openPostgres({ connectionString: address, ...how });
}

function emptyEach(query: Database['query']): void {
  beforeEach(async () => void (await query('delete from rondo.task')));
}
