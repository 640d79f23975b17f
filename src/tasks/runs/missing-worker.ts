/**
 * Says once that tasks wait for ever: in a store of this process alone, of which nothing works tasks. So it is where
 * only `server.fetch` is called.
 */
import type { TaskStore } from '../contract.ts';
import type { TaskHost } from './task-host.ts';

/** For how long a worker may be started after the first task was left to one, in ms. */
const PATIENCE = 5_000;

const MISSING =
  'A task waits, and nothing in this process has worked tasks yet; no other process can, since the store is of ' +
  "this one alone. Call startWorker(server) of 'mcp-rondo/node', or server.runTasks({ for }) from time to time. " +
  'serve() and serveStdio() do it by themselves.';

/** Of each store the audiences whose tasks a worker has worked: several servers may have them. */
const worked = new WeakMap<TaskStore, Set<string>>();

/** A worker of this server has started. */
export function workerStarted({ store, server }: TaskHost): void {
  worked.set(store, (worked.get(store) ?? new Set()).add(server.audience));
}

function isWorked({ store, server }: TaskHost): boolean {
  return worked.get(store)?.has(server.audience) ?? false;
}

export class MissingWorker {
  readonly #host: TaskHost;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: TaskHost) {
    this.#host = host;
  }

  /** A task was left to a worker. */
  expect(): void {
    const host = this.#host;
    if (this.#timer !== undefined || isWorked(host)) return;
    this.#timer = setTimeout(() => {
      if (!isWorked(host) && !host.isClosing) host.server.logger.warn(MISSING);
    }, PATIENCE);
    this.#timer.unref?.();
  }
}
