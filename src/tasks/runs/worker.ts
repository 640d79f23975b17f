/** Claims tasks that are due and runs them, some at once (K1). */
import { nextTurn } from '../../base/timing/next-turn.ts';
import { pause } from '../../base/timing/pause.ts';
import { invalidOptions } from '../../base/errors.ts';
import { delay } from '../../base/options/option-checks.ts';
import { internalError } from '../../protocol/rpc-error.ts';
import type { Working } from '../../protocol/dispatcher.ts';
import { type ClaimedTask, type TaskLease, type TaskRecord, isLeaseLost } from '../contract.ts';
import { isPoison, waitOf } from './lapses.ts';
import { workerStarted } from './missing-worker.ts';
import { SoloRun } from './solo-run.ts';
import { TaskRun } from './task-run.ts';
import type { Hold, TaskHost } from './task-host.ts';
import { endOf } from './task-end.ts';
import { Unplayable } from './unplayable.ts';
import { Upkeep } from './upkeep.ts';
import { Moment } from '../../stored/moment.ts';

/** How often a worker looks without a hint, in ms. */
const INTERVAL = 1_000;

/** For what is due in less it looks now, in ms, and hears exactly when: clocks differ by less. */
const SOON = 60_000;

export class Worker {
  readonly #host: TaskHost;
  readonly #running = new Set<object>();
  readonly #solo = new SoloRun(this.#running);
  readonly #unplayable = new Unplayable();
  /** The tasks that were created here, and begin in the next turn: nothing is known to have happened to them. */
  readonly #created = new Set<string>();
  /** Who has started it, each with how many tasks at once: the most counts. */
  readonly #users = new Map<object, number>();
  /** 0: nothing is claimed. */
  #concurrency = 0;
  #stopListening: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #claiming: Promise<void> | undefined;
  #isToClaimAgain = false;
  /** Whether more may be due than there was room for. */
  #isMoreDue = false;
  /** Whether it waits for what runs, and leaves to others what is left. */
  #isLeaving = false;
  #upkeep: Upkeep | undefined;
  #ran = 0;

  constructor(host: TaskHost) {
    this.#host = host;
  }

  /** Whether one more task can run here; also where nothing is claimed. */
  get hasRoom(): boolean {
    return !this.#solo.isActive && this.#running.size < (this.#concurrency || 10);
  }

  get isWorking(): boolean {
    return this.#concurrency > 0;
  }

  /** Whether it can have a task that is created here: nothing has waited longer for its place. */
  get takesNew(): boolean {
    return this.#room > 0 && !this.#isMoreDue;
  }

  get isIdle(): boolean {
    return this.#running.size === 0 && this.#claiming === undefined;
  }

  /** It works until all who have started it have closed it, or the server is closed. */
  start(concurrency: number): Working {
    const user = {};
    this.#startFor(user, concurrency);
    const close = async (grace?: number): Promise<void> => {
      assertGrace(grace);
      if (!this.#hasOthers(user)) await this.close(grace);
    };
    return { close };
  }

  #startFor(user: object, concurrency: number): void {
    workerStarted(this.#host);
    this.#isLeaving = false;
    this.#users.set(user, concurrency);
    this.#concurrency = Math.max(...this.#users.values());
    this.#stopListening ??= this.#host.store.wakeUps.listen((...hint) => this.#hint(...hint));
    this.#upkeep ??= new Upkeep(this.#host);
    this.#upkeep.start();
    this.look();
  }

  /** Whether it goes on for others without this user. */
  #hasOthers(user: object): boolean {
    this.#users.delete(user);
    if (this.#users.size > 0) this.#concurrency = Math.max(...this.#users.values());
    return this.#users.size > 0;
  }

  /** Begins nothing new, and lets no call wait for what is left to others. */
  async close(grace?: number): Promise<void> {
    assertGrace(grace);
    for (const end of this.#host.waiting) end();
    return this.stop(grace);
  }

  /** Works for a time: begins no step in the last fifth of it, and leaves to others what is left. */
  async run(ms: number, concurrency: number): Promise<{ ran: number; due: number }> {
    const before = this.#ran;
    const endsAt = performance.now() + ms;
    const user = {};
    this.#startFor(user, concurrency);
    const leave = (): void => void (this.#hasOthers(user) || this.#leave());
    const leaving = setTimeout(leave, ms * 0.8);
    while (performance.now() < endsAt) {
      await this.#claiming;
      if (this.isIdle && !(await this.#hasMore())) break;
      await pause(Math.min(20, ms / 20));
    }
    clearTimeout(leaving);
    if (!this.#hasOthers(user)) await this.stop(0);
    return { ran: this.#ran - before, due: await this.#countDue() };
  }

  /**
   * Begins nothing new, and waits for what runs.
   *
   * @param grace for how long, in ms; then signals abort and the tasks are left to others
   */
  async stop(grace = 25_000): Promise<void> {
    this.#users.clear();
    this.#concurrency = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#upkeep?.stop();
    this.#leave();
    await this.#claiming;
    const timer = setTimeout(() => {
      for (const run of this.#host.runs.values()) void run.abandon();
    }, grace);
    await this.#idle();
    clearTimeout(timer);
    if (!this.isWorking) this.#isLeaving = false;
  }

  occupied(run: object): void {
    this.#running.add(run);
  }

  vacated(run: object): void {
    if (!this.#running.delete(run)) return;
    this.#solo.look();
    for (const each of this.#whenIdle.splice(0)) each();
    if (this.#isMoreDue) this.look();
  }

  readonly #whenIdle: (() => void)[] = [];

  async #idle(): Promise<void> {
    while (this.#running.size > 0) {
      await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    }
  }

  /** Claims what is due, if there is room. */
  look(): void {
    if (this.#concurrency === 0) return;
    if (this.#claiming !== undefined) {
      this.#isToClaimAgain = true;
      return;
    }
    this.#claiming = this.#claim()
      .catch((error) => {
        this.#host.warn('no task could be claimed', error);
        this.#isMoreDue = true;
        return INTERVAL;
      })
      .then((nextIn) => {
        this.#claiming = undefined;
        this.#lookIn(this.#isToClaimAgain ? 0 : Math.min(nextIn, INTERVAL));
        this.#isToClaimAgain = false;
      });
  }

  #lookIn(ms: number): void {
    if (this.#concurrency === 0) return;
    if (ms === 0) return this.look();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.look(), Math.max(ms, 1));
  }

  /** Nobody is told of what is due later: this worker looks in time. @param at in ms since the epoch */
  dueAt(at: number): void {
    const ms = at - Date.now();
    if (ms > 0 && ms < SOON) this.look();
  }

  #hint(taskId = '', isDue = true): void {
    if (!isDue) return;
    const run = this.#host.runs.get(taskId);
    if (run !== undefined) run.look();
    else if (!this.#created.delete(taskId)) this.look();
  }

  /** Returns in how many ms to look again. */
  async #claim(): Promise<number> {
    const room = this.#room;
    this.#isMoreDue ||= room === 0;
    if (room === 0) return INTERVAL;
    const { store, options, tools } = this.#host;
    const claimable = await tools.claimable();
    // Not when the answer came: that may be late.
    const sent = new Moment();
    const { tasks, nextIn = INTERVAL } = await store.claim(claimable, room, options.lease);
    // Some places may have gone to tasks that were created here meanwhile.
    const left = this.#room;
    for (const task of tasks.slice(0, left))
      this.#begin(task, { heldSince: sent, isNewClaim: true });
    await Promise.all(tasks.slice(left).map((task) => this.#decline(task)));
    this.#isMoreDue = tasks.length >= Math.min(room, left);
    if (!this.#isMoreDue) return nextIn;
    // Others may have become free meanwhile.
    return this.#room > 0 ? 0 : INTERVAL;
  }

  /** How many more tasks can be claimed. */
  get #room(): number {
    return this.#solo.isActive ? 0 : Math.max(0, this.#concurrency - this.#running.size);
  }

  /** Runs a task that this server has created, and holds since then: in a turn of its own, after the reply. */
  play(created: TaskRecord, lease: TaskLease, heldSince: Moment): void {
    const { taskId, target } = created;
    const task = { ...lease, target, wanted: 1, hasLapsed: false, lapses: 0 };
    const loaded = { ...created, wanted: 1, entries: [], asks: [], dropped: [] };
    this.occupied(created);
    this.#created.add(taskId);
    nextTurn(() => {
      const isAsWritten = this.#created.delete(taskId);
      this.#begin(isAsWritten ? { ...task, loaded } : task, { heldSince, isNewClaim: false });
      this.vacated(created);
    });
  }

  #begin(task: ClaimedTask, hold: Hold): void {
    this.occupied(task);
    void this.#play(task, hold)
      .catch((error) => this.#host.warn(`task ${task.taskId} is left`, error, 'left'))
      .finally(() => this.vacated(task));
  }

  async #play(task: ClaimedTask, hold: Hold): Promise<void> {
    if (isPoison(task) || waitOf(task) > 0) return this.#decline(task);
    const rows = await this.#host.rowsOf(task.taskId);
    if (this.#isLeaving) return this.#decline(task);
    const tool = this.#host.tools.named(task.target);
    if (tool === undefined) return this.#giveBack(task, INTERVAL);
    const { limits } = tool.view;
    const { wanted, lapses } = task;
    const of = { lease: task, tool: tool.name, rows, limits, wanted, ...hold };
    const run = new TaskRun(this.#host, of);
    this.#host.leases.add(run);
    try {
      if (lapses < 2) await this.#run(task, run);
      else if (this.#solo.isActive) await this.#giveBack(task, INTERVAL);
      else await this.#solo.run(() => this.#run({ ...task, loaded: undefined }, run));
    } catch (error) {
      await this.#cannotPlay(task, error);
    } finally {
      this.#host.leases.remove(run);
    }
  }

  /** It does not begin here now: another claim may have it, as soon as its lapses allow. */
  #decline(task: ClaimedTask): Promise<void> {
    return isPoison(task) ? this.#fail(task) : this.#giveBack(task, waitOf(task));
  }

  /** Another claim may have it, in so many ms. */
  async #giveBack(task: ClaimedTask, after: number): Promise<void> {
    const due = await this.#host.store.release(task, { seen: task.wanted, after });
    this.#host.wake(task.taskId, due);
  }

  async #run(task: ClaimedTask, run: TaskRun): Promise<void> {
    const loaded = task.loaded ?? (await this.#host.store.load(task));
    // Looked up now: the tool may have been exchanged since.
    const tool = this.#host.tools.named(task.target);
    const isAsFound = tool?.name === run.tool && tool.view.versions.includes(loaded.version);
    if (!isAsFound) return this.#giveBack(task, INTERVAL);
    if (loaded.expiresAt <= loaded.now) await this.#expire(this.#host.options.retention);
    else await run.play(loaded);
    this.#unplayable.played(task.taskId);
    this.#ran++;
  }

  async #expire(retention: number): Promise<void> {
    for (const taskId of await this.#host.store.expire(500, retention)) this.#host.wake(taskId);
  }

  /** What cannot be read or run fails the task, and not its worker; a store that fails does not. */
  async #cannotPlay(task: ClaimedTask, error: unknown): Promise<void> {
    const code = (error as { code?: unknown }).code;
    const isForGood = code === 'unreadable_journal' || code === -32_602;
    this.#host.warn(`task ${task.taskId} cannot be run`, error, isForGood ? undefined : 'not run');
    if (isLeaseLost(error)) return;
    if (isForGood) return this.#fail(task);
    const wait = this.#unplayable.failed(task.taskId);
    await this.#giveBack(task, wait).catch(() => undefined);
  }

  async #fail(task: ClaimedTask): Promise<void> {
    const { taskId } = task;
    const end = await endOf(this.#host, taskId, { error: internalError() });
    await this.#host.store.finish(task, end);
    this.#host.changed(taskId);
  }

  #leave(): void {
    this.#isLeaving = true;
    this.#concurrency = 0;
    for (const run of this.#host.runs.values()) run.leave();
  }

  async #hasMore(): Promise<boolean> {
    this.look();
    await this.#claiming;
    return !this.isIdle;
  }

  async #countDue(): Promise<number> {
    return this.#host.store.countDue(await this.#host.tools.claimable());
  }
}

/** @throws RondoError `invalid_options` */
function assertGrace(grace: number | undefined): void {
  const problem = grace === undefined ? undefined : delay(grace);
  if (problem !== undefined) throw invalidOptions(`The grace of close() ${problem}.`);
}
