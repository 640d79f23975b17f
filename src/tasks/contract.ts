/**
 * What a store must do so that tasks can live in it. Rules for every method:
 *
 * - Each is one transaction: all of it happens, or nothing. With a `transaction` it joins that one.
 * - Times are the store's: durations are given in whole ms and added to its clock.
 * - Contents are sealed texts that the store never reads, and digests that it only compares. Ids,
 *   status, times, counters, audience, target and version are in clear.
 * - A method with a {@link TaskLease} begins by locking the row of the task and comparing the epoch; if
 *   the epoch has moved, it rejects with {@link leaseLost} and writes nothing.
 * - A task that has ended and is past its time counts as deleted, also where it still has a row.
 * - Anything else that a method rejects with is a fault of the store, and may be tried again.
 *
 * `storeChecks` of `mcp-rondo/testing` hold a store to all this.
 */
import type { WakeUps } from './wake-ups.ts';
import { RondoError } from '../base/errors.ts';
import type { SealedText } from '../stored/sealed-text.ts';

/**
 * `working` and `input_required` are not stored: a task that has not ended is `input_required`
 * exactly while it has a question without an answer.
 */
export type TaskStatus = 'working' | 'input_required' | EndStatus;

export type EndStatus = 'completed' | 'failed' | 'cancelled';

/** Who holds a task. Each claim raises its epoch, and so does the end of the task. */
export interface TaskLease {
  readonly taskId: string;
  readonly epoch: number;
}

/** A question that waits for an answer, or a timer that waits for its time. */
export interface NewAsk {
  /** Digest of the author's key: one row for each in a task. */
  readonly key: string;
  /** Digest of the key on the wire, which names one sending: never used twice in a task. */
  readonly ref: string;
  /** A timer is no question: it is not counted for the status, and not read by clients. */
  readonly isTimer: boolean;
  readonly content: SealedText;
  /** When it is due without an answer, in ms from now. Default: never. */
  readonly expiresIn?: number | undefined;
  /** The same as a time, for one that has been asked before: in ms since the epoch. */
  readonly expiresAt?: number | undefined;
}

/** A row of {@link NewAsk}, and its answer if there is one. */
export interface StoredAsk extends Omit<NewAsk, 'expiresIn'> {
  readonly answer?: SealedText | undefined;
}

export interface NewAnswer {
  /** {@link NewAsk.ref} of the question. */
  readonly ref: string;
  readonly content: SealedText;
}

/** An entry of the journal, or what a dropped question leaves behind. */
export interface TaskRow {
  /** Digest of the author's key: at most one entry and one dropped question for each. */
  readonly key: string;
  readonly content: SealedText;
}

/** What belongs to a task and never changes. */
export interface TaskIdentity {
  readonly taskId: string;
  /** The flow that it is; unique among all tasks. */
  readonly flowId: string;
  readonly audience: string;
  /** The tool. */
  readonly target: string;
  /** The version of its handler. */
  readonly version: string;
  /** Digest of the principal. */
  readonly principal: string;
  /** Digest of the request that has begun it. */
  readonly request: string;
  /** Digest of the idempotency key; unique among all tasks. Default: it has none. */
  readonly idempotency?: string | undefined;
  /** The arguments, the origin of the flow, and who called. */
  readonly call: SealedText;
}

export interface NewTask extends TaskIdentity {
  /** By the store's clock, in ms since the epoch. Default: now. */
  readonly createdAt?: number | undefined;
  /** How long it may live, in ms from its creation. */
  readonly ttl: number;
  /** Whether its end leaves a mark for {@link TaskStore.claimMarks}. */
  readonly marksEnd: boolean;
  /** Refused if the principal has so many tasks that have not ended. */
  readonly maxUnfinished: number;
  /** For a run that goes on where it is: it is held for so long, in ms. Default: it is due. */
  readonly lease?: number | undefined;
  /** What such a run brings along, in order. Default: nothing. */
  readonly entries?: readonly TaskRow[];
  /** Some of them may be answered: the run has not looked at these answers yet. Default: none. */
  readonly asks?: readonly (NewAsk & { readonly answer?: SealedText | undefined })[];
  readonly dropped?: readonly TaskRow[];
}

/** `exists`: its flow or its idempotency key has a task already. `full`: see `maxUnfinished`. */
export type CreatedTask =
  | { readonly type: 'created'; readonly lease: TaskLease; readonly task: TaskRecord }
  | { readonly type: 'exists'; readonly task: TaskRecord }
  | { readonly type: 'full' };

/** A task as clients see it: one consistent state. */
export interface TaskRecord extends TaskIdentity {
  readonly status: TaskStatus;
  readonly createdAt: number;
  /** When status, questions or message last changed; it never goes back. */
  readonly updatedAt: number;
  /** When it fails if it has not ended, or is deleted if it has. */
  readonly expiresAt: number;
  /** The store's clock when it was read. */
  readonly now: number;
  readonly message?: SealedText | undefined;
  /** The result or the error, once it has ended as `completed` or `failed`. */
  readonly end?: SealedText | undefined;
  /** The questions without an answer, in the order in which they were asked; no timers. */
  readonly questions: readonly StoredAsk[];
}

/** What a worker needs in order to run a task: one consistent state. */
export interface LoadedTask extends TaskRecord {
  readonly wanted: number;
  /** In the order of the appends. */
  readonly entries: readonly TaskRow[];
  /** Questions and timers, answered or not, in the order in which they were asked. */
  readonly asks: readonly StoredAsk[];
  readonly dropped: readonly TaskRow[];
}

/** The tasks that a worker can run. */
export interface Claimable {
  readonly audience: string;
  /** By tool, the versions that its handler accepts. */
  readonly targets: ReadonlyMap<string, readonly string[]>;
  /** The keys that it can open `call` with. */
  readonly keyIds: readonly string[];
}

export interface ClaimedTask extends TaskLease {
  readonly target: string;
  readonly wanted: number;
  /** Whether it was held by a worker whose lease has lapsed. */
  readonly hasLapsed: boolean;
  /** How many leases have lapsed since the last new entry, this one included. */
  readonly lapses: number;
  /** What {@link TaskStore.load} returns now. Default: it is loaded apart, as what is large should be. */
  readonly loaded?: LoadedTask | undefined;
}

/** How a worker lets go of a task, and what it has not written yet. */
export interface TaskRelease {
  /** How much of `wanted` the worker knows. */
  readonly seen: number;
  /**
   * In how many ms it is due, if nothing more is wanted. Default: when its first ask without an answer
   * expires, or at the latest at its `expiresAt`.
   */
  readonly after?: number | undefined;
  /** Written first, as by {@link TaskStore.append}. Default: none. */
  readonly entries?: readonly TaskRow[];
  /** Written then, as by {@link TaskStore.ask}. Default: none. */
  readonly asks?: readonly NewAsk[];
}

export interface TaskClaims {
  readonly tasks: readonly ClaimedTask[];
  /** In how many ms the next row is due that could be claimed now or later. Default: none. */
  readonly nextIn?: number | undefined;
}

/** What is at rest under one address, for {@link TaskStore.sealedUnder}. */
export interface SealedCell {
  readonly taskId: string;
  readonly column: 'call' | 'message' | 'end' | 'entry' | 'ask' | 'answer' | 'dropped';
  /** {@link TaskRow.key}, or empty for what a task has one of. */
  readonly key: string;
  readonly sealed: SealedText;
}

export interface EndMark {
  readonly task: TaskRecord;
  /** How often it was claimed, this time included. */
  readonly attempts: number;
}

/** Tasks of one caller that have not ended. */
export interface OwnTasks extends Pick<TaskIdentity, 'audience' | 'principal'> {
  readonly targets: readonly string[];
}

/** Where tasks live. Rows are the truth. */
export interface TaskStore<Transaction = unknown> {
  readonly wakeUps: WakeUps;

  // Everybody.

  /** Writes a task, which is due now, or held by the caller. `wanted` is 1, and seen is 0. */
  create(task: NewTask, transaction?: Transaction): Promise<CreatedTask>;
  /** Those of the tasks that there are, in any order. */
  read(taskIds: readonly string[]): Promise<readonly TaskRecord[]>;
  find(by: { flowId: string } | { idempotency: string }): Promise<TaskRecord | undefined>;
  /**
   * Answers questions and timers. Each takes its first answer only; what is unknown or answered is
   * ignored, and so is all of it once the task has ended. If any is taken, `wanted` goes up by one, and
   * the task is due now, unless it is held: then `release` sees it.
   *
   * @returns the refs whose answers were taken
   */
  answer(
    taskId: string,
    answers: readonly NewAnswer[],
    transaction?: Transaction,
  ): Promise<readonly string[]>;
  /**
   * The same, if the task is one of these, and for its questions only. Default: it is read first.
   *
   * @returns `undefined` if it is not
   */
  answerOwn?(
    taskId: string,
    answers: readonly NewAnswer[],
    own: OwnTasks,
  ): Promise<readonly string[] | undefined>;
  /**
   * Ends a task as `cancelled`, unless it has ended: then nothing changes. See {@link finish} for
   * what an end does.
   *
   * @returns whether it has ended now
   */
  cancel(taskId: string, retention: number, transaction?: Transaction): Promise<boolean>;
  /**
   * Deletes a task that nobody has heard of, unless it has ended: its flow and its key are free again.
   * Default: it is cancelled.
   *
   * @returns whether it was there
   */
  discard?(taskId: string): Promise<boolean>;

  // Workers.

  /**
   * Takes rows that are due, the longest due first, skipping those that another is taking: each gets
   * a higher epoch, and is due again when its lease ends. A row whose lease has lapsed counts that.
   *
   * A store that fails may forget a claim under which nothing was written, as long as no other claim
   * gets its epoch. No step runs under it before a write or `renew` has resolved.
   *
   * @param lease in ms
   */
  claim(what: Claimable, limit: number, lease: number): Promise<TaskClaims>;
  /** @throws leaseLost() */
  load(lease: TaskLease): Promise<LoadedTask>;
  /** The same as `load`, without what is recorded. @throws leaseLost() */
  look(lease: TaskLease): Promise<Pick<LoadedTask, 'wanted' | 'asks' | 'now'>>;
  /**
   * Holds tasks for another `ms` from now.
   *
   * @returns `wanted` of those that are still held under these epochs; the others are lost
   */
  renew(leases: readonly TaskLease[], ms: number): Promise<ReadonlyMap<string, number>>;
  /**
   * Appends entries in this order. Questions, answers, timers and dropped questions of the same keys
   * are deleted. Lapses are forgotten.
   *
   * @throws leaseLost()
   */
  append(lease: TaskLease, entries: readonly TaskRow[]): Promise<void>;
  /** Deletes entries, asks and answers of these keys, and writes these rows instead. @throws leaseLost() */
  drop(lease: TaskLease, dropped: readonly TaskRow[]): Promise<void>;
  /**
   * Writes asks, each instead of the ask, the answer and the dropped question of its key. One whose `ref` is
   * there stays as it is, with its answer: whoever has not heard of the first time may try again.
   *
   * @throws leaseLost()
   */
  ask(lease: TaskLease, asks: readonly NewAsk[]): Promise<void>;
  /** Sets the message. @throws leaseLost() */
  describe(lease: TaskLease, message: SealedText): Promise<void>;
  /**
   * Lets go of a task. If `wanted` is more than what its worker has seen, it is due now.
   *
   * @returns when it is due, in ms since the epoch
   * @throws leaseLost()
   */
  release(lease: TaskLease, release: TaskRelease): Promise<number>;
  /**
   * Ends a task. The first end counts. With it the epoch goes up, so that who holds the task
   * loses it; entries, asks and answers are deleted; `expiresAt` becomes at least `retention` from now;
   * it is not due any more; and the mark is written, if it leaves one.
   *
   * @throws leaseLost()
   */
  finish(
    lease: TaskLease,
    end: { status: 'completed' | 'failed'; content: SealedText; retention: number },
    transaction?: Transaction,
  ): Promise<void>;

  // Looking after all tasks.

  /**
   * Ends tasks of any audience that are past their `expiresAt`, as `failed` without an `end`, at most
   * `limit`.
   *
   * @returns their ids
   */
  expire(limit: number, retention: number): Promise<readonly string[]>;
  /** Deletes tasks that have ended and are past their `expiresAt`, at most `limit`. Returns how many. */
  remove(limit: number): Promise<number>;
  /** Tasks of the audience that are due and cannot be claimed, and why: the first reason of these. */
  unclaimable(what: Claimable): Promise<
    readonly {
      reason: 'target' | 'version' | 'key';
      target: string;
      version: string;
      count: number;
    }[]
  >;
  /** How many tasks are due that could be claimed. */
  countDue(what: Claimable): Promise<number>;
  /** Takes marks of ends that are due, which are due again after `hold` ms. */
  claimMarks(audience: string, limit: number, hold: number): Promise<readonly EndMark[]>;
  /** Deletes the mark, or with `after` makes it due again, in ms from now. */
  settleMark(taskId: string, after?: number): Promise<void>;

  // Keys.

  /** How many sealed texts there are under each key. */
  countKeys(): Promise<ReadonlyMap<string, number>>;
  /** Texts that are sealed under `keyId`, at most `limit`. */
  sealedUnder(keyId: string, limit: number): Promise<readonly SealedCell[]>;
  /** Replaces a text if it still is what `cell` says. Returns whether it was. */
  reseal(cell: SealedCell, sealed: SealedText): Promise<boolean>;
}

/** The error of a write whose lease is not the task's any more: never to be tried again. */
export function leaseLost({ taskId }: Pick<TaskLease, 'taskId'>): RondoError<'lease_lost'> {
  return new RondoError('lease_lost', `Another worker has task ${taskId}, or it has ended.`);
}

export function isLeaseLost(error: unknown): boolean {
  return error instanceof RondoError && error.code === 'lease_lost';
}
