/**
 * Says once that tasks wait for ever: in a store of this process alone, of which nothing works tasks. So it is where
 * only `server.fetch` is called.
 */
import type { TaskStore } from '../contract.ts';
import type { TaskHost } from './task-host.ts';

/** For how long a worker may be started after the first task was left to one, in ms. */
const PATIENCE = 5_000;

const MISSING =
  'A task waits, and nothing works tasks, which nobody else can: the store is of this process alone. Call ' +
  "startWorker(server) of 'mcp-rondo/node', or server.runTasks({ for }) from time to time. serve() and " +
  'serveStdio() do it by themselves.';

/** The stores that a worker of any server has worked. */
const worked = new WeakSet<TaskStore>();

/** A worker of this store has started. */
export function workerStarted(store: TaskStore): void {
  worked.add(store);
}

export class MissingWorker {
  readonly #host: TaskHost;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: TaskHost) {
    this.#host = host;
  }

  /** A task was left to a worker. */
  look(): void {
    const { store, server } = this.#host;
    if (this.#timer !== undefined || worked.has(store)) return;
    this.#timer = setTimeout(() => {
      if (!worked.has(store) && !this.#host.isClosing) server.logger.warn(MISSING);
    }, PATIENCE);
    this.#timer.unref?.();
  }
}
