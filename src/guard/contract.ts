/**
 * What a store must do so that rounds can run once. It has an entry for each request that was begun:
 *
 *     absent → running → done → spent         running → open → running, for the same request
 *                                             running → absent, if nothing has begun
 *
 * Rules for every method:
 *
 * - Each is atomic: all of it happens, or nothing. With a `transaction` it joins that one; without, it is
 *   there for everybody when it resolves.
 * - Times are the store's: durations are given in ms and added to its clock.
 * - Contents are sealed texts that the store never reads, and digests that it only compares.
 * - A method with a {@link GuardLease} writes only while the entry is running under this owner; else it
 *   rejects with {@link claimLost} and writes nothing.
 * - An entry past its life counts as absent, and a reply past its time as spent, also where they are still
 *   stored.
 * - Anything else that a method rejects with is a fault of the store: the request is not served, and may
 *   be tried again.
 *
 * `guardChecks` of `mcp-rondo/testing` hold a store to all this.
 */
import { RondoError } from '../base/errors.ts';
import type { SealedText } from '../stored/sealed-text.ts';

/** Who runs the request of an entry. */
export interface GuardLease {
  /** Digest that names the entry. */
  readonly key: string;
  /** Names one attempt. */
  readonly owner: string;
}

export interface NewClaim extends GuardLease {
  /** Digest of the request: an entry has one, and what is another is refused. */
  readonly request: string;
  /** How long it is held without a sign of life, in ms. */
  readonly lease: number;
  /** How long the entry is kept, in ms from the first claim. */
  readonly life: number;
  /** The flow that it begins, kept from the first claim. Default: none. */
  readonly origin?: SealedText | undefined;
}

/** What the round of an entry has recorded, in parts. */
export interface GuardStep {
  /** Unique in its entry. */
  readonly name: string;
  readonly content: SealedText;
}

export type Claimed =
  | {
      readonly type: 'claimed';
      /** The store's clock, in ms since the epoch. */
      readonly now: number;
      /** Whether an attempt before this one did not end. */
      readonly isTakeover: boolean;
      /** That of the first claim. */
      readonly origin?: SealedText | undefined;
      /** What earlier attempts have recorded, in order. */
      readonly steps: readonly GuardStep[];
    }
  /** By another owner, whose lease has not lapsed. */
  | { readonly type: 'running' }
  | { readonly type: 'done'; readonly reply: SealedText }
  | { readonly type: 'spent' }
  /** The entry is another request's. */
  | { readonly type: 'other' };

/** `open`: let go of, or held by an owner whose lease has lapsed. */
export type GuardState = 'running' | 'open' | 'done' | 'spent';

/** An entry as it is read. */
export interface GuardEntry {
  readonly state: GuardState;
  readonly request: string;
  readonly origin?: SealedText | undefined;
  /** Of an entry that is done. */
  readonly reply?: SealedText | undefined;
}

/** What is at rest under one address, for {@link GuardStore.sealedUnder}. */
export interface GuardCell {
  readonly key: string;
  readonly kind: 'origin' | 'step' | 'reply';
  /** {@link GuardStep.name}, or empty for what an entry has one of. */
  readonly name: string;
  readonly sealed: SealedText;
}

export interface GuardStore<Transaction = unknown> {
  /**
   * Takes the request, if it is new, open, or held by an owner whose lease has lapsed. Of several at
   * once, one gets it. The same owner again has it as it had it before: whoever has not heard of the first
   * time may try again.
   */
  claim(claim: NewClaim): Promise<Claimed>;
  read(key: string): Promise<GuardEntry | undefined>;
  /** Holds it for another `ms` from now. Returns whether it still is this owner's. */
  renew(lease: GuardLease, ms: number): Promise<boolean>;
  /** Appends what the round has recorded; under the same name again, instead of that. @throws claimLost() */
  record(lease: GuardLease, step: GuardStep): Promise<void>;
  /**
   * Records the reply, which is kept for `replyTtl` ms, and the entry for at least as long. What the
   * round had recorded is deleted; its origin stays as long as the reply. The same reply of the same owner
   * again changes nothing: whoever has not heard of the first time may try again.
   *
   * @throws claimLost()
   */
  finish(
    lease: GuardLease,
    reply: SealedText,
    replyTtl: number,
    transaction?: Transaction,
  ): Promise<void>;
  /** Lets go of it: the same request may be claimed again. @throws claimLost() */
  open(lease: GuardLease): Promise<void>;
  /** Takes a first claim back, in which nothing has begun: there is no entry any more. @throws claimLost() */
  withdraw(lease: GuardLease): Promise<void>;
  /** Nobody gets it any more, and nothing of it stays but the entry. @throws claimLost() */
  spend(lease: GuardLease): Promise<void>;
  /**
   * Deletes entries past their life, and replies past their time, at most `limit` in all. Returns how
   * many. A store that does so by itself has nothing to do here.
   */
  expire(limit: number): Promise<number>;

  // Keys.

  /** How many sealed texts there are under each key. */
  countKeys(): Promise<ReadonlyMap<string, number>>;
  /** Texts that are sealed under `keyId`, at most `limit`. */
  sealedUnder(keyId: string, limit: number): Promise<readonly GuardCell[]>;
  /** Replaces a text if it still is what `cell` says. Returns whether it was. */
  reseal(cell: GuardCell, sealed: SealedText): Promise<boolean>;
}

/** The error of a write of somebody else than the owner: never to be tried again. */
export function claimLost(): RondoError<'lease_lost'> {
  return new RondoError('lease_lost', 'Another attempt has the request, or it has ended.');
}

export function isClaimLost(error: unknown): boolean {
  return error instanceof RondoError && error.code === 'lease_lost';
}
