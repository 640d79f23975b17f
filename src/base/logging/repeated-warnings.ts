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
    const now = Date.now();
    const key = this.#hasRoomFor(reason, now) ? reason : '';
    const last = this.#logged.get(key);
    if (last !== undefined && Math.abs(now - last.at) < INTERVAL) {
      last.unlogged++;
      return;
    }
    this.#logged.set(key, { at: now, unlogged: 0 });
    this.#logger.warn(last?.unlogged ? `${message} (${last.unlogged} more like it)` : message);
  }

  /** Reasons of the past are forgotten: else those of one bad hour would hide all others for ever. */
  #hasRoomFor(reason: string, now: number): boolean {
    if (this.#logged.has(reason) || this.#logged.size < MOST_REASONS) return true;
    for (const [known, { at }] of this.#logged) {
      if (Math.abs(now - at) >= INTERVAL) this.#logged.delete(known);
    }
    return this.#logged.size < MOST_REASONS;
  }
}
