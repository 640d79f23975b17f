/** What workers do beside running tasks: expiry, deletion, `onTaskEnd`, and what nobody can claim. */
import { abortable } from '../../base/abortable.ts';
import { pauseAfter } from '../../base/timing/backoff.ts';
import { type WarnOnce, warnOnce } from '../../base/logging/warn-once.ts';
import type { TaskEnd } from '../../server/extension.ts';
import type { EndMark } from '../contract.ts';
import type { TaskHost } from './task-host.ts';
import { quote } from '../../base/quote.ts';

const INTERVAL = 1_000;
const PORTION = 500;

/** How long one call of `onTaskEnd` is waited for, in ms, and how many are at once. */
const LONGEST_CALL = 60_000;
const CALLS = 10;

/** After how long a process that calls it counts as gone, in ms. */
const HOLD = LONGEST_CALL + 10_000;

/** Between calls of `onTaskEnd` that fail. */
const PAUSES = { first: 1_000, longest: 3_600_000 };

/** How often to look for what nobody can claim, in looks. */
const LOOKS_PER_COUNT = 60;

export class Upkeep {
  readonly #host: TaskHost;
  readonly #warnOnce: WarnOnce;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isLooking = false;
  #looks = 0;
  /** How many calls of `onTaskEnd` have not come back. */
  #calling = 0;

  constructor(host: TaskHost) {
    this.#host = host;
    this.#warnOnce = warnOnce(host.server.logger);
  }

  start(): void {
    this.#timer ??= setInterval(() => this.look(), INTERVAL);
    this.#timer.unref?.();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  look(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    void this.#look()
      .catch((error) => this.#host.warn('upkeep', error))
      .finally(() => (this.#isLooking = false));
  }

  async #look(): Promise<void> {
    const { store, options } = this.#host;
    for (const taskId of await store.expire(PORTION, options.retention)) this.#host.wake(taskId);
    // First: with a task that is deleted its mark goes too.
    if (options.onTaskEnd !== undefined) await this.#callMarks();
    await store.remove(PORTION);
    if (this.#looks++ % LOOKS_PER_COUNT === 0) await this.#reportUnclaimable();
  }

  /** Nothing else waits for them: an author's function may take long, or never come back. */
  async #callMarks(): Promise<void> {
    const room = CALLS - this.#calling;
    if (room <= 0) return;
    const { store, server } = this.#host;
    for (const mark of await store.claimMarks(server.audience, room, HOLD)) {
      this.#calling++;
      void this.#callMark(mark)
        .catch((error) => this.#host.warn('upkeep', error))
        .finally(() => this.#calling--);
    }
  }

  async #callMark({ task, attempts }: EndMark): Promise<void> {
    const { taskId, target: tool, principal, status } = task;
    try {
      await this.#call({ taskId, tool, principal, status: status as 'failed' });
    } catch (error) {
      this.#host.warn(`onTaskEnd failed for task ${taskId}`, error, 'onTaskEnd failed');
      return this.#host.store.settleMark(taskId, pauseAfter(attempts, PAUSES));
    }
    await this.#host.store.settleMark(taskId);
  }

  async #call(end: TaskEnd): Promise<void> {
    const time = new AbortController();
    const timer = setTimeout(() => time.abort(), LONGEST_CALL);
    timer.unref?.();
    try {
      await abortable(this.#host.options.onTaskEnd!(end), time.signal, late);
    } finally {
      clearTimeout(timer);
    }
  }

  async #reportUnclaimable(): Promise<void> {
    const { store, tools } = this.#host;
    for (const { reason, target, version, count } of await store.unclaimable(
      await tools.claimable(),
    )) {
      const why = `${count} due tasks of tool ${quote(target)}, version ${quote(version)}, cannot be run here`;
      this.#warnOnce(JSON.stringify([reason, target, version]), `${why}: ${WHY[reason]}`);
    }
  }
}

const WHY = {
  target: 'no tool of this name is registered; see `aliases`',
  version: 'its handler does not accept this version; see `accepts`',
  key: 'the key that has sealed them is not in the ring',
} as const;

function late(): Error {
  return new Error(`it has not come back within ${LONGEST_CALL / 1_000} s`);
}
