/**
 * One task that runs here, from a claim or an adoption until it waits, ends or is lost.
 *
 * - K1 What has happened to the task is read at each hint and at each renewal. What has happened since is
 *   found by who claims the task next, which is due at once if more is wanted than was seen.
 * - K2 After a renewal that is too old no step starts. A run that is lost writes nothing more.
 */
import { pauseAfter } from '../../base/timing/backoff.ts';
import { pause } from '../../base/timing/pause.ts';
import type { OpenAsk } from '../../flow/asks/ask.ts';
import type { Recorded } from '../../flow/journal/journal.ts';
import type { StepPermit } from '../../flow/round/host.ts';
import type { Finished, Live, RoundParts, ToolView } from '../../server/extension.ts';
import {
  type LoadedTask,
  type NewAsk,
  type TaskLease,
  isLeaseLost,
  leaseLost,
} from '../contract.ts';
import type { Moment } from '../../stored/moment.ts';
import { LIMITS } from '../stored/options.ts';
import type { TaskRows } from '../stored/stored-ask.ts';
import { TaskInbox } from './task-inbox.ts';
import { TaskJournal, tooLarge } from './task-journal.ts';
import { TaskMessage } from './task-message.ts';
import { endOf } from './task-end.ts';
import type { HeldRun, HeldTask, TaskHost } from './task-host.ts';
import { type WritesOf, TaskWrites } from './task-writes.ts';
import { detachAsk, pastItsEnd, sleepAsk } from './timers.ts';
import { contentBytes } from '../../stored/sealed-text.ts';

/** What a run that waits ends with: nobody reads it. */
const WAITS: Finished = { result: '' };

const RETRIES = { first: 50, longest: 2_000 };

export class TaskRun implements HeldRun, WritesOf {
  lease: TaskLease;
  readonly tool: string;
  readonly host: TaskHost;
  readonly rows: TaskRows;
  readonly #limits: ToolView['limits'];
  readonly #timeToSleep = new Map<string, number>();
  readonly #inbox: TaskInbox;
  readonly #writes: TaskWrites;
  readonly #message: TaskMessage;
  #live: Live | undefined;
  #renewedAt: Moment;
  #wanted: number;
  #seen = 0;
  /** Goes up with everything that lets the handler go on. */
  #moves = 0;
  isLost = false;
  #hasFailed = false;
  #isOver = false;
  #isLeaving = false;
  #detaching: Promise<void> | undefined;
  #isLooking = false;
  #isToLookAgain = false;

  constructor(host: TaskHost, of: HeldTask) {
    this.host = host;
    this.lease = of.lease;
    this.tool = of.tool;
    this.rows = of.rows;
    this.#limits = of.limits;
    this.#wanted = of.wanted;
    this.#renewedAt = of.heldSince;
    this.#writes = new TaskWrites(this, of);
    this.#inbox = new TaskInbox({
      store: host.store,
      rows: of.rows,
      deliver: (answers) => this.#live!.deliver(answers),
      look: () => this.look(),
      changed: () => host.changed(this.taskId),
    });
    this.#message = new TaskMessage(this);
  }

  get taskId(): string {
    return this.rows.taskId;
  }

  // What begins it.

  /** Plays a task that has been claimed. Resolves when it waits, has ended, or is lost. */
  async play(loaded: LoadedTask): Promise<void> {
    const { port } = this.host;
    this.rows.readAt(loaded.now, this.host.server.now());
    const call = await this.host.callOf(loaded);
    const entries = loaded.entries.map((row) => this.rows.readEntry(row));
    const asked = loaded.asks.map((ask) => this.#inbox.open(ask).asked);
    const dropped = loaded.dropped.map((row) => this.rows.readDropped(row));
    const size = loaded.entries.reduce((sum, { content }) => sum + contentBytes(content), 0);
    const recorded = { entries, asked, dropped };
    const standing = port.standing(call.origin, call.round, recorded);
    const target = { method: 'tools/call', target: this.tool, args: call.args } as const;
    const { principal, meta } = call;
    const parts = this.parts(this.#journal(recorded, size));
    const live = await port.play(target, { standing, principal, meta }, parts);
    this.#seen = loaded.wanted;
    this.begin(live);
    await this.#take(loaded);
    await this.follow();
  }

  /** What the engine needs to know of its host. */
  parts(journal: TaskJournal): RoundParts {
    return {
      owner: this,
      journal,
      limits: { ...this.#limits, roundTimeout: Infinity, entries: LIMITS.entries },
      recordsCheckpoints: true,
      onDisconnect: 'go on',
      whenSuspended: WAITS,
      onAsked: (asks, open) => this.#ask(asks, open),
      onStill: () => void this.#still(),
      beforeStep: () => this.#beforeStep(),
    };
  }

  /** An empty journal, for a run that brings along what is recorded. */
  get ownJournal(): TaskJournal {
    return this.#journal({ entries: [], asked: [] }, 0);
  }

  #journal(recorded: Recorded, size: number): TaskJournal {
    const parts = { rows: this.rows, writes: this.#writes, inbox: this.#inbox };
    return new TaskJournal(parts, recorded, size);
  }

  begin(live: Live): void {
    this.#live = live;
    if (this.isLost) live.cancel('another worker has the task');
    if (this.#isToLookAgain) this.look();
  }

  /** Waits for the end of the round, and writes what has become of the task. */
  async follow(): Promise<void> {
    await this.#conclude(await this.#live!.finished);
  }

  async #conclude(finished: Finished): Promise<void> {
    this.#isOver = true;
    this.#inbox.close();
    this.host.leases.remove(this);
    if (this.isLost) return;
    await this.#message.write();
    const { lease } = this;
    const seen = this.#seen;
    if (this.#hasFailed)
      return this.#release(() => this.host.store.release(lease, { seen, after: 1_000 }));
    const after = this.#isLeaving ? 0 : undefined;
    if (finished === WAITS) return this.#release(() => this.#writes.release({ seen, after }));
    await this.#end(finished);
  }

  // What the host hears.

  /** Something may have happened to the task. */
  look(): void {
    if (this.isLost || this.#isOver) return;
    if (this.#isLooking || this.#live === undefined) {
      this.#isToLookAgain = true;
      return;
    }
    this.#isLooking = true;
    this.#readInbox()
      .catch((error) => this.failed(error))
      .finally(() => {
        this.#isLooking = false;
        if (this.#isToLookAgain) this.look();
      });
  }

  renewed(sent: Moment, wanted: number): void {
    this.#renewedAt = sent;
    if (wanted > this.#wanted) this.look();
  }

  /** Another worker has the task, or it has ended. */
  lost(): void {
    this.isLost = true;
    this.#live?.cancel('another worker has the task, or it has ended');
  }

  /** The worker begins nothing new: what waits or is about to begin a step is left to others. */
  leave(): void {
    this.#isLeaving = true;
  }

  /** The worker does not wait any longer. */
  abandon(): void {
    if (this.isLost) return;
    this.#hasFailed = true;
    this.#live?.cancel('the server shuts down');
  }

  // What the handler does.

  /** What the handler has done by now, as a round that was no task. */
  goOn(detaching: Promise<void> | undefined, message: string | undefined): void {
    this.#detaching ??= detaching;
    if (message !== undefined) this.describe(message);
  }

  /** It is one already. */
  detach(live: Live): Promise<void> {
    return (this.#detaching ??= live.ask(detachAsk(), { answer: 'task' }));
  }

  sleep(live: Live, key: string, ms: number): Promise<void> {
    const { ttl } = this.host.options;
    if (ms >= ttl) throw pastItsEnd(key, ttl);
    this.#timeToSleep.set(key, ms);
    return live.ask(sleepAsk(key));
  }

  describe(message: string): void {
    this.#message.describe(message);
  }

  #ask(asks: readonly OpenAsk[], open: readonly OpenAsk[]): void {
    const questions = open.filter(({ request }) => request !== undefined);
    if (questions.length > LIMITS.questions)
      throw tooLarge('it asks more than 64 questions at once');
    if (asks.some(({ answerBy }) => answerBy === 'model')) this.host.onModelMayAnswer();
    this.#writes.ask(asks.map((ask) => this.rows.ask(ask, this.#timeToSleep.get(ask.key))));
  }

  renew(): Promise<void> {
    return this.host.leases.renew([this]);
  }

  asked(asks: readonly NewAsk[]): void {
    this.host.changed(this.taskId);
    const areTimed = asks.some((ask) => (ask.expiresIn ?? ask.expiresAt) !== undefined);
    if (areTimed) this.look();
  }

  async #still(): Promise<void> {
    try {
      if (!(await this.#hasNews())) this.#live!.suspend();
    } catch (error) {
      this.failed(error);
    }
  }

  /** Whether the handler may go on: something has been heard of, and it is not all that was known. */
  async #hasNews(): Promise<boolean> {
    if (!this.#isLooking && this.#wanted <= this.#seen) return false;
    const moves = this.#moves;
    await this.#writes.flush();
    return (await this.#readInbox()) || moves !== this.#moves;
  }

  #beforeStep(): StepPermit | Promise<StepPermit> {
    if (this.#writes.areSafe) return this.#permit();
    return this.#writes.makeSafe().then(() => this.#permit());
  }

  #permit(): StepPermit {
    if (this.isLost) throw leaseLost(this.lease);
    if (this.#isLeaseOld) {
      this.lost();
      throw leaseLost(this.lease);
    }
    this.#moves++;
    return this.#isLeaving ? 'end the round' : undefined;
  }

  get #isLeaseOld(): boolean {
    return this.#renewedAt.age > (this.host.options.lease * 2) / 3;
  }

  // What has happened to the task.

  /** Returns whether there is anything new. */
  async #readInbox(): Promise<boolean> {
    this.#isToLookAgain = false;
    const found = await this.write(() => this.host.store.look(this.lease));
    const hasNews = await this.#take(found);
    this.#wanted = found.wanted;
    this.#seen = found.wanted;
    return hasNews;
  }

  /** Delivers new answers. Returns whether there were any. */
  async #take({ asks, now }: Pick<LoadedTask, 'asks' | 'now'>): Promise<boolean> {
    const hasNews = await this.#inbox.take(asks, now);
    if (hasNews) this.#moves++;
    return hasNews;
  }

  // What becomes of it.

  async #release(release: () => Promise<number>): Promise<void> {
    try {
      this.host.wake(this.taskId, await release());
      this.host.leftToWorker();
    } catch (error) {
      this.#warn('could not be released', error);
    }
  }

  async #end(finished: Finished): Promise<void> {
    const end = await endOf(this.host, this.taskId, finished);
    try {
      await this.#writes.finish(end);
      this.host.changed(this.taskId);
    } catch (error) {
      this.#warn('has ended, which could not be written', error);
    }
  }

  /** One line a minute for all tasks with which it is so. */
  #warn(what: string, error: unknown): void {
    this.host.warn(`task ${this.taskId} ${what}`, error, what);
  }

  /** Uses the store, again while the lease lasts if it fails: only its faults are worth it. */
  async write<T>(work: () => Promise<T>): Promise<T> {
    for (let failures = 1; ; failures++) {
      if (this.isLost || this.#hasFailed) throw leaseLost(this.lease);
      try {
        return await work();
      } catch (error) {
        if (isLeaseLost(error) || this.#isLeaseOld) {
          this.failed(error);
          throw error;
        }
      }
      await pause(pauseAfter(failures, RETRIES));
    }
  }

  /** The store refuses, or does not answer: the run ends, and another one goes on. */
  failed(error: unknown): void {
    if (this.#hasFailed) return;
    if (isLeaseLost(error)) return this.lost();
    this.#warn('goes on later', error);
    this.#hasFailed = true;
    this.#live?.cancel('its store has failed');
  }
}
