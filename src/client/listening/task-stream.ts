/**
 * Changes of the tasks that a client follows, as the server sends them: over one stream for all of them,
 * which is open while there are some (TC-8). It is a help only: what it does not bring is found by
 * looking, so its failures are nobody's.
 */
import { type Backoff, pauseAfter } from '../../base/timing/backoff.ts';
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import type { JsonRpcNotification } from '../../protocol/types/jsonrpc.ts';
import { Notification } from '../../protocol/names/methods.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import { type Listening, isTemporary } from './stream.ts';
import { WatchedTask } from './watched-task.ts';

/** Begins to listen for these tasks. */
export type ListenForTasks = (
  taskIds: readonly string[],
  signal: AbortSignal,
  onNotification: (notification: JsonRpcNotification) => void,
) => Listening;

const BEFORE_LISTENING_AGAIN: Backoff = { first: 500, longest: 30_000 };

/** In ms: for all that begin at once, and not for what ends at once. */
const BEFORE_LISTENING = 20;

/** How long the stream stays open when nothing is followed, in ms: most flows go on soon. */
const LINGER = 1_000;

/** As many as a server need take. */
const MOST = 1_000;

interface Open {
  readonly abort: AbortController;
  readonly taskIds: ReadonlySet<string>;
  /** Those that the server sends changes of. */
  sends: ReadonlySet<string>;
}

export class TaskStream {
  readonly #listen: ListenForTasks;
  readonly #watched = new Map<string, Set<WatchedTask>>();
  #open: Open | undefined;
  #isRefused = false;
  #failures = 0;
  #opening: ReturnType<typeof setTimeout> | undefined;
  #closing: ReturnType<typeof setTimeout> | undefined;

  constructor(listen: ListenForTasks) {
    this.#listen = listen;
  }

  /** Follows a task until the watch is ended. */
  watch(taskId: string): WatchedTask {
    const watch = new WatchedTask({
      isSent: () => this.#open?.sends.has(taskId) === true,
      onEnd: () => this.#unwatch(taskId, watch),
    });
    const all = this.#watched.get(taskId) ?? new Set();
    this.#watched.set(taskId, all.add(watch));
    clearTimeout(this.#closing);
    if (!this.#open?.taskIds.has(taskId)) this.#openIn(BEFORE_LISTENING);
    return watch;
  }

  /** The client is closed. */
  close(): void {
    clearTimeout(this.#opening);
    clearTimeout(this.#closing);
    this.#isRefused = true;
    this.#close(this.#open);
  }

  #unwatch(taskId: string, watch: WatchedTask): void {
    const all = this.#watched.get(taskId);
    all?.delete(watch);
    if (all?.size === 0) this.#watched.delete(taskId);
    if (this.#watched.size > 0) return;
    clearTimeout(this.#closing);
    this.#closing = setTimeout(() => this.#close(this.#open), LINGER);
  }

  #openIn(ms: number): void {
    this.#opening ??= setTimeout(() => {
      this.#opening = undefined;
      this.#openAnother();
    }, ms);
  }

  /** Opens another stream, for all that is followed now; then the one before is closed. */
  #openAnother(): void {
    const before = this.#open;
    const taskIds = new Set([...this.#watched.keys()].slice(0, MOST));
    if (this.#isRefused || isCovered(taskIds, before)) return;
    const open: Open = { abort: new AbortController(), taskIds, sends: new Set() };
    const { acknowledged, ended } = this.#listen([...taskIds], open.abort.signal, (notification) =>
      this.#notified(notification),
    );
    this.#open = open;
    acknowledged.then(
      (honoured) => this.#acknowledged(open, before, honoured as UnknownRecord),
      () => undefined,
    );
    ended.then(
      () => this.#ended(open, before),
      (error) => this.#ended(open, before, error),
    );
  }

  #acknowledged(open: Open, before: Open | undefined, { taskIds }: UnknownRecord): void {
    before?.abort.abort();
    open.sends = new Set(Array.isArray(taskIds) ? taskIds : []);
    // A server that sends nothing of tasks never will.
    if (taskIds === undefined) this.#refused(open);
  }

  #ended(open: Open, before: Open | undefined, error?: unknown): void {
    before?.abort.abort();
    if (this.#open !== open) return;
    this.#open = undefined;
    for (const all of this.#watched.values()) for (const watch of all) watch.lost();
    if (error instanceof RpcError && !isTemporary(error)) this.#isRefused = true;
    this.#failures = open.sends.size > 0 ? 1 : this.#failures + 1;
    if (this.#watched.size > 0) this.#openIn(pauseAfter(this.#failures, BEFORE_LISTENING_AGAIN));
  }

  #refused(open: Open): void {
    this.#isRefused = true;
    this.#close(open);
  }

  #close(open: Open | undefined): void {
    if (this.#open === open) this.#open = undefined;
    open?.abort.abort();
  }

  #notified({ method, params }: JsonRpcNotification): void {
    if (method !== Notification.tasks || !isRecord(params)) return;
    for (const watch of this.#watched.get(params['taskId'] as string) ?? []) watch.changed(params);
  }
}

function isCovered(taskIds: ReadonlySet<string>, open: Open | undefined): boolean {
  return [...taskIds].every((taskId) => open?.taskIds.has(taskId) === true);
}
