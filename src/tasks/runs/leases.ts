/**
 * Holds the tasks that run here (K2): all are renewed together, every third of a lease. A run whose
 * last renewal was sent more than two thirds of a lease ago may have lost its task.
 */
import { Moment } from '../../stored/moment.ts';
import type { HeldRun, TaskHost } from './task-host.ts';

export class Leases {
  readonly #host: TaskHost;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: TaskHost) {
    this.#host = host;
  }

  /** `run` is held from now on. */
  add(run: HeldRun): void {
    this.#host.runs.set(run.taskId, run);
    this.#schedule();
  }

  remove(run: HeldRun): void {
    const { runs } = this.#host;
    if (runs.get(run.taskId) === run) runs.delete(run.taskId);
    if (runs.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    const { options, runs } = this.#host;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.renew([...runs.values()])
        .catch((error) => this.#host.warn('leases could not be renewed', error))
        .finally(() => {
          if (runs.size > 0) this.#schedule();
        });
    }, options.lease / 3);
  }

  /** @throws unknown a fault of the store */
  async renew(held: readonly HeldRun[]): Promise<void> {
    const { options, store } = this.#host;
    const sent = new Moment();
    const leases = held.map(({ lease }) => lease);
    const renewed = await store.renew(leases, options.lease);
    for (const run of held) {
      const wanted = renewed.get(run.taskId);
      if (wanted === undefined) run.lost();
      else run.renewed(sent, wanted);
    }
  }
}
