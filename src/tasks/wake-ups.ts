/** Hints that something has changed: may be lost, doubled, early or late. */
export interface WakeUps {
  /**
   * Something of the task has changed, or will be due. Called after the change is committed.
   *
   * @param at in ms since the epoch. Default: now
   */
  wake(taskId: string, at?: number): void;
  /** The same for what changes, and makes nothing due: no worker has to look. Default: `wake`. */
  changed?(taskId: string): void;
  /**
   * Calls `look` at each wake-up of any process, and without a task when some may have been missed;
   * `isDue` is `false` where only `changed` was called. Returns what stops it.
   */
  listen(look: (taskId?: string, isDue?: boolean) => void): () => void;
}
