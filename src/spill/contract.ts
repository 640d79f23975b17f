/**
 * What a store must do so that journals can live in it that are too large for a request state: one
 * record for each round, which is never changed.
 *
 * - A record that `put` has resolved for is there for every instance.
 * - Times are the store's: a life is given in ms and added to its clock. What is past its life counts as
 *   absent, also where it is still stored.
 * - Contents are sealed texts that the store never reads.
 * - Anything that a method rejects with is a fault of the store, and may be tried again.
 *
 * `spillChecks` of `mcp-rondo/testing` hold a store to all this.
 */
import type { SealedText } from '../stored/sealed-text.ts';

/** What is at rest under one key, for {@link SpillStore.sealedUnder}. */
export interface SpillCell {
  readonly key: string;
  readonly sealed: SealedText;
}

export interface SpillStore {
  /** Writes a record under a key that is new. */
  put(key: string, content: SealedText, life: number): Promise<void>;
  get(key: string): Promise<SealedText | undefined>;
  /** Deletes what is past its life, at most `limit`. Returns how many. */
  expire(limit: number): Promise<number>;

  /** How many sealed texts there are under each key. */
  countKeys(): Promise<ReadonlyMap<string, number>>;
  /** Texts that are sealed under `keyId`, at most `limit`. */
  sealedUnder(keyId: string, limit: number): Promise<readonly SpillCell[]>;
  /** Replaces a text if it still is what `cell` says. Returns whether it was. */
  reseal(cell: SpillCell, sealed: SealedText): Promise<boolean>;
}
