/**
 * A task, and the reply of the round that has become it, in one transaction (K8). This is all that the
 * guard and the tasks of one store know of each other.
 */
import type { ExtendedCall, Finished } from '../server/extension.ts';

/** Records the reply of a round that runs once. */
export interface ReplyRecorder<Transaction = unknown> {
  /** The store's clock, in ms since the epoch. */
  readonly now: number;
  /**
   * Records `reply` together with what `write` writes, or nothing of both. The reply is sealed before; inside of the
   * transaction nothing runs but `write`, which only uses the transaction: it may be called again.
   *
   * @param isSaid whether what was written is what the reply says. If not, the reply is not recorded
   * @returns what `write` resolves with
   * @throws RpcError if another attempt has the round; else what the store or `write` throws
   */
  record<Written>(
    reply: Finished,
    write: (transaction: Transaction) => Promise<Written>,
    isSaid: (written: Written) => boolean,
  ): Promise<Written>;
}

/** By the calls whose rounds run once here, in one store. */
export type ReplyRecorders = WeakMap<ExtendedCall, ReplyRecorder>;

/** What a guard needs so that others of its store can write together with its replies. */
export interface SharedStore<Transaction = unknown> {
  /** Runs `work` in one transaction. */
  readonly transaction: <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>;
  readonly recorders: ReplyRecorders;
  /** Whether a task is still there that a reply names. Default: nobody knows. */
  readonly hasTask?: (taskId: string) => Promise<boolean>;
}
