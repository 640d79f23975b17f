import type { WakeUps } from '../contract.ts';

/** Wake-ups within one process. Those for later are left to whoever looks at what is due next. */
export class MemoryWakeUps implements WakeUps {
  readonly #looking = new Set<(taskId?: string) => void>();

  wake(taskId: string, at = 0): void {
    if (at > Date.now()) return;
    // In a turn of its own: nobody is called while somebody writes.
    queueMicrotask(() => {
      for (const look of this.#looking) look(taskId);
    });
  }

  listen(look: (taskId?: string) => void): () => void {
    this.#looking.add(look);
    return () => void this.#looking.delete(look);
  }
}
