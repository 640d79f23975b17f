/** Where a client keeps what it got from authorization servers (A22). */

/**
 * Keeps texts by key. Some are secrets: tokens, and secrets of clients. A store is one person's: keys
 * say for which server something is, and not for whom.
 */
export interface AuthStore {
  /** `undefined` if there is none. */
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  /**
   * Runs `work` while nobody else does so with the same key, in any process that has this store. It
   * is free again when `work` has ended, or its process has. Held for 10 s at most.
   */
  lock<T>(key: string, work: () => Promise<T>): Promise<T>;
}
