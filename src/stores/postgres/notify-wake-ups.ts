/** Wake-ups by NOTIFY: ids only, coalesced, and never inside a transaction (K12). */
import { stderrLogger } from '../../base/logging/logger.ts';
import { pause } from '../../base/timing/pause.ts';
import type { WakeUps } from '../../tasks/wake-ups.ts';
import type { Query } from '../sql/executor.ts';
import { MemoryWakeUps } from '../../tasks/stored/memory-wake-ups.ts';
import { NOTIFY } from './notify.ts';
import type { Session } from './session.ts';

/** For how long a notification to itself may be on its way, in ms. */
const LONGEST_WAY = 2_000;

/** How often to look where none arrives, in ms. */
const POLLING = 1_000;

/** Between attempts to have a session again, in ms. */
const PAUSE = 1_000;

/** Behind the id of a task that has changed, and is not due. */
const NOT_DUE = 'changed';

const NOT_DELIVERED =
  'Notifications of PostgreSQL do not arrive, perhaps because a pool is in between. Tasks are looked ' +
  'for every second instead; the option `direct` of postgresStore() takes an address without the pool.';

type Look = (taskId?: string, isDue?: boolean) => void;

export interface NotifyOptions {
  readonly query: Query;
  readonly channel: string;
  /** Opens a session of its own. */
  readonly open: () => Promise<Session>;
  /** Default: 2 s. */
  readonly longestWay?: number;
}

export class NotifyWakeUps implements WakeUps {
  readonly #options: NotifyOptions;
  readonly #origin: string = crypto.randomUUID();
  /** Those who look in this process: they need no database. */
  readonly #looking = new MemoryWakeUps();
  readonly #all = new Set<Look>();
  /** By task, whether it is due. */
  readonly #waiting = new Map<string, boolean>();
  #isSending = false;
  #session: Session | undefined;
  #polling: ReturnType<typeof setInterval> | undefined;
  #reconnecting: ReturnType<typeof setTimeout> | undefined;
  #onTest: (() => void) | undefined;
  #isListening = false;
  #isClosed = false;
  #hasWarned = false;

  constructor(options: NotifyOptions) {
    this.#options = options;
  }

  /** Whether wake-ups of other processes arrive without polling. */
  get isDirect(): boolean {
    return this.#session !== undefined && this.#polling === undefined;
  }

  wake(taskId: string, at = 0): void {
    if (at > Date.now() || this.#isClosed) return;
    this.#looking.wake(taskId);
    this.#waiting.set(taskId, true);
    if (!this.#isSending) void this.#send();
  }

  changed(taskId: string): void {
    if (this.#isClosed) return;
    this.#looking.changed(taskId);
    this.#waiting.set(taskId, this.#waiting.get(taskId) ?? false);
    if (!this.#isSending) void this.#send();
  }

  listen(look: Look): () => void {
    const stop = this.#looking.listen(look);
    this.#all.add(look);
    if (!this.#isListening) {
      this.#isListening = true;
      void this.#connect();
    }
    return () => {
      stop();
      this.#all.delete(look);
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    // Nobody waits for it any more.
    this.#onTest?.();
    clearInterval(this.#polling);
    clearTimeout(this.#reconnecting);
    await this.#session?.close();
  }

  /** A turn later, so that all of this turn are one statement. Lost ones are found by looking. */
  async #send(): Promise<void> {
    this.#isSending = true;
    try {
      while (this.#waiting.size > 0) {
        await new Promise((resolve) => setImmediate(resolve));
        const sent = [...this.#waiting].map(([taskId, isDue]) =>
          [this.#origin, taskId, ...(isDue ? [] : [NOT_DUE])].join(' '),
        );
        this.#waiting.clear();
        await this.#options.query(NOTIFY, [this.#options.channel, sent]);
      }
    } catch {
      // Hints may be lost.
    } finally {
      this.#isSending = false;
    }
  }

  async #connect(): Promise<void> {
    const { open, channel } = this.#options;
    try {
      const session = await open();
      if (this.#isClosed) return void (await session.close());
      this.#session = session;
      session.onLost(() => this.#lost(session));
      await session.listen(channel, (payload) => this.#arrived(payload));
      if (this.#isClosed) return;
      // Some may have been missed until now.
      this.#lookAtAll();
      await this.#test(session);
    } catch {
      this.#lost(this.#session);
    }
  }

  #lost(session: Session | undefined): void {
    if (this.#isClosed || session !== this.#session) return;
    this.#session = undefined;
    void session?.close().catch(() => undefined);
    this.#poll();
    clearTimeout(this.#reconnecting);
    this.#reconnecting = setTimeout(() => void this.#connect(), PAUSE);
    this.#reconnecting.unref?.();
  }

  /** A pool in between may take LISTEN, and deliver nothing. */
  async #test(session: Session): Promise<void> {
    const { query, channel, longestWay = LONGEST_WAY } = this.#options;
    const arrival = new AbortController();
    this.#onTest = () => {
      arrival.abort();
      // Also if it is late: a process that is busy hears of it later.
      if (session === this.#session) this.#stopPolling();
    };
    // It is on its way when it was sent: where all connections are busy, it waits for one.
    await query(NOTIFY, [channel, [this.#origin]]);
    await pause(longestWay, arrival.signal);
    // Lost meanwhile: this was not about the session that there is now.
    if (arrival.signal.aborted || session !== this.#session) return;
    this.#poll();
    this.#warn();
  }

  #warn(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    stderrLogger.warn(NOT_DELIVERED);
  }

  #arrived(payload: string): void {
    const [origin, taskId, how] = payload.split(' ');
    if (origin !== this.#origin) for (const look of this.#all) look(taskId, how !== NOT_DUE);
    else if (taskId === undefined) this.#onTest?.();
  }

  #lookAtAll(): void {
    for (const look of this.#all) look();
  }

  #poll(): void {
    this.#polling ??= setInterval(() => this.#lookAtAll(), POLLING);
    this.#polling.unref?.();
  }

  #stopPolling(): void {
    clearInterval(this.#polling);
    this.#polling = undefined;
  }
}
