/** Statements on PostgreSQL, through a pool of connections. No statement leaves state in a session. */
import { pause } from '../../base/timing/pause.ts';
import { RondoError } from '../../base/errors.ts';
import type { Executor, Query } from '../sql/executor.ts';
import { storeFailed } from '../sql/store-failed.ts';
import { isConflict, isTooSlow, isTransient } from './faults.ts';
import { inSchema } from './schema-name.ts';

/** What is used of a pool of `pg`. */
export interface ConnectionPool {
  connect(): Promise<PooledConnection>;
  end(): Promise<void>;
  on?(event: 'acquire', listener: (client: PooledConnection) => void): unknown;
}

interface PooledConnection extends Connection {
  on(event: 'error', listener: () => void): unknown;
  release(destroy?: boolean): void;
}

export interface Connection {
  query(statement: {
    text: string;
    values: unknown[];
    name?: string;
    query_timeout?: number;
  }): Promise<{ readonly rows: unknown[] }>;
}

/** Pauses before further attempts, in ms: three seconds in all, the time of a short restart. */
const PAUSES: readonly number[] = [10, 50, 200, 700, 2_000];

export interface Executing {
  /** The schema with the tables. */
  readonly schema: string;
  /** Whether sessions keep statements by name. */
  readonly prepare: boolean;
  /**
   * How long a statement may take, in ms. Then its connection is given up: whether it is slow or lost
   * without a word cannot be told. Default: no limit.
   */
  readonly longest?: number | undefined;
}

export class PoolExecutor implements Executor {
  readonly #pool: ConnectionPool;
  readonly #named: (text: string) => string;
  readonly #names: Map<string, string> | undefined;
  readonly #limit: { readonly query_timeout?: number };

  constructor(pool: ConnectionPool, { schema, prepare, longest }: Executing) {
    this.#pool = pool;
    this.#named = inSchema(schema);
    this.#names = prepare ? new Map() : undefined;
    this.#limit = longest === undefined ? {} : { query_timeout: longest };
    hearPool(pool);
  }

  readonly query: Query = (text, values = []) =>
    this.#tryAgain(() => this.#connected((client) => this.#run(client, text, values)));

  transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.#tryAgain(() => this.#connected((client) => this.#once(client, work)));
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  /** A connection that fails is not used again, unless it was only its statement. */
  async #connected<T>(work: (client: Connection) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    let failure: unknown;
    try {
      return await work(client);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      client.release(failure !== undefined && isOfConnection(failure));
    }
  }

  async #connect(): Promise<PooledConnection> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw isTransient(error) ? error : storeFailed('PostgreSQL', error);
    });
    hearConnection(client);
    return client;
  }

  async #once<T>(client: Connection, work: (query: Query) => Promise<T>): Promise<T> {
    await this.#run(client, 'begin isolation level read committed');
    try {
      const result = await work((text, values = []) => this.#run(client, text, values));
      await this.#run(client, 'commit');
      return result;
    } catch (error) {
      // Where it is the connection, that is given up, and the database rolls back.
      if (!isOfConnection(error)) await this.#run(client, 'rollback');
      throw error;
    }
  }

  async #run<Row extends object>(
    on: Connection,
    text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    const statement = { text: this.#named(text), values: [...values], ...this.#limit };
    const name = this.#nameOf(text);
    const { rows } = await on.query(name === undefined ? statement : { ...statement, name });
    return rows as Row[];
  }

  #nameOf(text: string): string | undefined {
    if (this.#names === undefined) return undefined;
    const name = this.#names.get(text) ?? `rondo_${this.#names.size + 1}`;
    this.#names.set(text, name);
    return name;
  }

  async #tryAgain<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        const ms = PAUSES[attempt];
        if (ms === undefined || !isTransient(error)) throw failed(error);
        await pause(ms);
      }
    }
  }
}

/** Whether it may be the connection that fails, and not its statement only. */
function isOfConnection(error: unknown): boolean {
  if (isConflict(error)) return false;
  return isTransient(error) || typeof (error as { code?: unknown }).code !== 'string';
}

const heard = new WeakSet<object>();

/** A connection that breaks while no statement runs would end the process if nobody heard of it. */
function hearConnection(client: PooledConnection): void {
  if (!heard.has(client)) client.on('error', ignore);
  heard.add(client);
}

/** At once: a connection can break before whoever waits for it has it. Once, however many use the pool. */
function hearPool(pool: ConnectionPool): void {
  if (!heard.has(pool)) pool.on?.('acquire', hearConnection);
  heard.add(pool);
}

/** The next statement says it. */
function ignore(): void {}

/** What `work` throws is its own. */
function failed(error: unknown): unknown {
  const { code } = error as { code?: unknown };
  const isOwn = typeof code !== 'string' && !isTransient(error) && !isTooSlow(error);
  return isOwn || error instanceof RondoError ? error : storeFailed('PostgreSQL', error);
}
