/**
 * Statements on an embedded database. One that has failed for good is never touched again, since its
 * next statement could end the process: it is left as it is, and another is opened on its directory.
 */
import { RondoError } from '../../base/errors.ts';
import { messageOf } from '../../base/thrown.ts';
import type { Executor, Query } from '../sql/executor.ts';
import { storeFailed } from '../sql/store-failed.ts';

/** What is used of a PGlite. */
export interface EmbeddedDatabase extends EmbeddedQueries {
  transaction<T>(work: (transaction: EmbeddedQueries) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface EmbeddedQueries {
  query<Row>(text: string, values?: unknown[]): Promise<{ readonly rows: Row[] }>;
}

/** Between attempts to open another one, in ms. */
const PAUSE = 5_000;

export class PgliteExecutor implements Executor {
  readonly #open: () => Promise<EmbeddedDatabase>;
  readonly #now: () => number;
  #database: Promise<EmbeddedDatabase>;
  /** Why there is none, and since when. */
  #failed: { readonly at: number; readonly why: string } | undefined;
  #isClosed = false;

  /** @param now a clock that never goes back, in ms */
  constructor(open: () => Promise<EmbeddedDatabase>, now: () => number = () => performance.now()) {
    this.#open = open;
    this.#now = now;
    this.#database = open();
    this.#database.catch(() => undefined);
  }

  /** @throws whatever keeps it from being opened */
  async opened(): Promise<void> {
    await this.#database;
  }

  readonly query: Query = async (text, values = []) => {
    const database = await this.#usable();
    return this.#guard(database, () => run(database, text, values));
  };

  async transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const database = await this.#usable();
    let own: { readonly error: unknown } | undefined;
    const all = database.transaction(async (within) => {
      try {
        return await work((text, values = []) =>
          this.#guard(database, () => run(within, text, values)),
        );
      } catch (error) {
        own = { error };
        throw error;
      }
    });
    // What `work` throws says nothing of the database.
    return this.#guard(
      database,
      () => all,
      () => own,
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#failed !== undefined) return;
    const database = await this.#database.catch(() => undefined);
    await database?.close();
  }

  async #guard<T>(
    database: EmbeddedDatabase,
    work: () => Promise<T>,
    own: () => { readonly error: unknown } | undefined = () => undefined,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const thrown = own();
      if (thrown !== undefined) throw thrown.error;
      if (isFatal(error)) this.#fail(database, error);
      throw storeFailed('The embedded database', error);
    }
  }

  async #usable(): Promise<EmbeddedDatabase> {
    if (this.#isClosed) throw new RondoError('closed', 'The store is closed.');
    if (this.#failed !== undefined) this.#reopen(this.#failed);
    const using = this.#database;
    try {
      return await using;
    } catch (error) {
      if (using === this.#database) this.#failed ??= { at: this.#now(), why: messageOf(error) };
      throw error instanceof RondoError ? error : storeFailed('The embedded database', error);
    }
  }

  #reopen({ at, why }: { readonly at: number; readonly why: string }): void {
    if (this.#now() - at < PAUSE) {
      throw new RondoError('store_failed', `The embedded database has failed (${why}).`);
    }
    this.#failed = undefined;
    this.#database = this.#open();
    this.#database.catch(() => undefined);
  }

  #fail(database: EmbeddedDatabase, error: unknown): void {
    void this.#database.then((current) => {
      if (current === database) this.#failed ??= { at: this.#now(), why: messageOf(error) };
    });
  }
}

async function run<Row extends object>(
  on: EmbeddedQueries,
  text: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  return (await on.query<Row>(text, [...values])).rows;
}

/** Of full disks, what an operator has done, the database's own faults, and what has no code at all. */
function isFatal(error: unknown): boolean {
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  if (severity === 'PANIC' || typeof code !== 'string' || code.length !== 5) return true;
  return /^(?:53|58|XX)/.test(code);
}
