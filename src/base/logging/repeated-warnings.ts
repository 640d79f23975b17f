import type { Logger } from './logger.ts';

/** How often warnings for one reason are logged, in ms. */
const INTERVAL = 60_000;

/** How many reasons have lines of their own. A peer can make up any number. */
const MOST_REASONS = 100;

/**
 * Warnings that peers can cause as often as they like. The first for each reason is logged; those
 * within a minute of it are counted, and the next line says how many there were.
 */
export class RepeatedWarnings {
  readonly #logger: Logger;
  readonly #logged = new Map<string, { at: number; unlogged: number }>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @param reason what makes two warnings the same; by default, the message */
  warn(message: string, reason: string = message): void {
    const key = this.#logged.size < MOST_REASONS || this.#logged.has(reason) ? reason : '';
    const last = this.#logged.get(key);
    const now = Date.now();
    if (last !== undefined && Math.abs(now - last.at) < INTERVAL) {
      last.unlogged++;
      return;
    }
    this.#logged.set(key, { at: now, unlogged: 0 });
    this.#logger.warn(last?.unlogged ? `${message} (${last.unlogged} more like it)` : message);
  }
}
