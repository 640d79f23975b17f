/** What a handler says of how far it is: the last message of a turn is the one that is written. */
import { nextTurn } from '../../base/next-turn.ts';
import type { TaskLease } from '../contract.ts';
import type { TaskHost } from './task-host.ts';

export interface MessageOf {
  readonly host: TaskHost;
  readonly lease: TaskLease;
  /** Whether nothing more is to be written. */
  readonly isLost: boolean;
  failed(error: unknown): void;
}

export class TaskMessage {
  readonly #of: MessageOf;
  #message: string | undefined;
  #isWaiting = false;

  constructor(of: MessageOf) {
    this.#of = of;
  }

  describe(message: string): void {
    this.#message = message;
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    nextTurn(() => void this.write());
  }

  /** Writes it now, if there is one that has not been written. */
  async write(): Promise<void> {
    this.#isWaiting = false;
    const message = this.#message;
    const { host, lease, isLost } = this.#of;
    if (message === undefined || isLost) return;
    this.#message = undefined;
    try {
      const seal = await host.seal;
      const address = { taskId: lease.taskId, column: 'message', key: '' } as const;
      await host.store.describe(lease, seal.seal(address, message));
      host.changed(lease.taskId);
    } catch (error) {
      this.#of.failed(error);
    }
  }
}
