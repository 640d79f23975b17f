import { pause } from './timing/pause.ts';

/** What may happen while somebody waits for it, or before: then it is kept until somebody does. */
export class News {
  #happened = new AbortController();

  happened(): void {
    this.#happened.abort();
  }

  /** Resolves when it has happened since the last time, after `ms` ms, or when the signal aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    const now = this.#happened;
    const end = (): void => now.abort();
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    await pause(ms, now.signal);
    signal.removeEventListener('abort', end);
    this.#happened = new AbortController();
  }
}
