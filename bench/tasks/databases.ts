/** Where tasks are: in memory, in a directory, in a PostgreSQL that is started here. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../../src/server/store.ts';
import { defineStore } from '../../src/stores/define-store.ts';
import { openEmbedded } from '../../src/stores/embedded/open-embedded.ts';
import { inMemory } from '../../src/stores/memory-store.ts';
import { openPostgres } from '../../src/stores/postgres/open-postgres.ts';
import type { Query } from '../../src/stores/sql/executor.ts';
import { MemorySecret } from '../../src/stored/secret-store.ts';
import type { TaskStore } from '../../src/tasks/contract.ts';
import { MemoryTasks, type Undo } from '../../src/tasks/memory/memory-tasks.ts';
import { postgresBinaries } from '../../test/support/postgres/binaries.ts';
import { PostgresServer } from '../../test/support/postgres/postgres-server.ts';

/** A store, and its parts. */
export interface Database {
  readonly store: Store;
  readonly tasks: TaskStore;
  /** Runs one statement; nothing, where there are none. */
  readonly query?: Query;
  /** How many statements it runs at once. */
  readonly connections: number;
  close(): Promise<void>;
}

export interface Kind {
  readonly name: string;
  /** Where it can be reached; nothing, for what is in this process. */
  readonly address?: string;
  /** Opens an empty one. */
  open(): Promise<Database>;
  stop(): Promise<void>;
}

const nothing = async (): Promise<void> => undefined;

export const MEMORY: Kind = {
  name: 'memory',
  async open() {
    const tasks = new MemoryTasks();
    const parts = { tasks, secret: new MemorySecret(), isVolatile: true, close: nothing };
    const store = defineStore<Undo>({ ...parts, transaction: inMemory });
    return { store, tasks, connections: 0, close: nothing };
  },
  stop: nothing,
};

export const EMBEDDED: Kind = {
  name: 'embedded',
  async open() {
    const directory = mkdtempSync(join(tmpdir(), 'rondo-bench-'));
    const { value, close: closeDatabase } = await openEmbedded(directory);
    const { executor, ...parts } = value;
    const close = async (): Promise<void> => {
      await closeDatabase();
      rmSync(directory, { recursive: true });
    };
    const transaction = <T>(work: (query: Query) => Promise<T>) => executor.transaction(work);
    const store = defineStore<Query>({ ...parts, transaction, close });
    return { store, tasks: parts.tasks, query: executor.query, connections: 1, close };
  },
  stop: nothing,
};

/** It waits for its disk, as an operator's does. Nothing where none is installed. */
export async function startPostgres(): Promise<(Kind & { readonly address: string }) | undefined> {
  try {
    postgresBinaries();
  } catch (error) {
    return void console.log(`PostgreSQL is not measured. ${(error as Error).message}`);
  }
  const server = await PostgresServer.start([]);
  let opened = 0;
  return {
    name: 'PostgreSQL',
    address: server.address,
    open: () => openSchema(server.address, `bench_${++opened}`),
    stop: () => server.remove(),
  };
}

export async function openSchema(connectionString: string, schema: string): Promise<Database> {
  const given = { connectionString, schema, migrate: true, prepare: false };
  const { notifications, ...parts } = await openPostgres(given);
  const { tasks, close } = parts;
  const { query } = notifications;
  return { store: defineStore<Query>(parts), tasks, query, connections: 10, close };
}
