/** What a handler says of how far it is: the last message of a turn is the one that is written. */
import { nextTurn } from '../../base/timing/next-turn.ts';
import type { TaskLease } from '../contract.ts';
import type { TaskHost } from './task-host.ts';
import type { WritesOf } from './task-writes.ts';

export interface MessageOf extends Pick<WritesOf, 'write'> {
  readonly host: TaskHost;
  readonly lease: TaskLease;
}

export class TaskMessage {
  readonly #of: MessageOf;
  #message: string | undefined;
  #isWaiting = false;
  /** One after the other: an earlier message never replaces a later one. */
  #last: Promise<void> = Promise.resolve();

  constructor(of: MessageOf) {
    this.#of = of;
  }

  describe(message: string): void {
    this.#message = message;
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    nextTurn(() => void this.write());
  }

  /** Writes it now, if there is one that has not been written. Resolves when nothing is being written. */
  write(): Promise<void> {
    this.#isWaiting = false;
    return (this.#last = this.#last.then(() => this.#writeLatest()));
  }

  async #writeLatest(): Promise<void> {
    const message = this.#message;
    if (message === undefined) return;
    this.#message = undefined;
    const { host, lease } = this.#of;
    try {
      await this.#of.write(async () => {
        const seal = await host.seal;
        const address = { taskId: lease.taskId, column: 'message', key: '' } as const;
        await host.store.describe(lease, seal.seal(address, message));
      });
      host.changed(lease.taskId);
    } catch {
      // That it cannot be written has ended the run.
    }
  }
}
