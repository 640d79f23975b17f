/** Runs one statement. Times and counts come back as numbers: statements cast them. */
export type Query = <Row extends object>(
  text: string,
  values?: readonly unknown[],
) => Promise<readonly Row[]>;

/** A database, for the statements of this folder. They name the schema `rondo`. */
export interface Executor {
  /** Runs a statement that is a transaction of its own. Must not be used inside of one. */
  readonly query: Query;
  /**
   * Runs `work` in a transaction, `READ COMMITTED`. It may run again from its beginning when the
   * database could not go on; so it only uses `query`, and changes nothing else.
   */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
