import { News } from '../../base/news.ts';
import type { UnknownRecord } from '../../base/json/json.ts';

export interface WatchedTaskOptions {
  isSent(): boolean;
  onEnd(): void;
}

/** One task that a client follows. */
export class WatchedTask {
  readonly #options: WatchedTaskOptions;
  #newest: UnknownRecord | undefined;
  readonly #news = new News();

  constructor(options: WatchedTaskOptions) {
    this.#options = options;
  }

  /** Whether the server sends its changes now. */
  get isSent(): boolean {
    return this.#options.isSent();
  }

  /** The task as the server has sent it since the last time; `undefined` after `ms`: look yourself. */
  async next(ms: number, signal: AbortSignal): Promise<UnknownRecord | undefined> {
    await this.#news.wait(ms, signal);
    const newest = this.#newest;
    this.#newest = undefined;
    return newest;
  }

  changed(task: UnknownRecord): void {
    this.#newest = task;
    this.#news.happened();
  }

  /** Nothing is sent any more: something may have been missed. */
  lost(): void {
    this.#news.happened();
  }

  end(): void {
    this.#options.onEnd();
  }
}
