import type { WakeUps } from '../wake-ups.ts';

type Look = (taskId?: string, isDue?: boolean) => void;

/** Wake-ups within one process. Those for later are left to whoever looks at what is due next. */
export class MemoryWakeUps implements WakeUps {
  readonly #looking = new Set<Look>();

  wake(taskId: string, at = 0): void {
    if (at <= Date.now()) this.#notify(taskId, true);
  }

  changed(taskId: string): void {
    this.#notify(taskId, false);
  }

  listen(look: Look): () => void {
    this.#looking.add(look);
    return () => void this.#looking.delete(look);
  }

  /** In a turn of its own: nobody is called while somebody writes. */
  #notify(taskId: string, isDue: boolean): void {
    queueMicrotask(() => {
      for (const look of this.#looking) look(taskId, isDue);
    });
  }
}
