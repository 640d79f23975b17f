import { quote } from '../base/quote.ts';
import type { Logger } from '../base/logging/logger.ts';
import type { Scheduler } from '../flow/round/host.ts';
import type { FailedCheck } from '../state/claims.ts';

/** How long refusals for one reason are only counted after one was logged, in ms. */
const WINDOW = 60_000;

const LIKELY: Partial<Record<FailedCheck, string>> = {
  seal: ' (most likely it is from an instance with other keys: give all the same state.keys)',
};

/**
 * Logs why request states are refused: the first for each reason, and then once a minute how many
 * more there were. A client can send as many as it likes.
 */
export class RefusalLog {
  readonly #logger: Logger;
  readonly #after: Scheduler['after'];
  readonly #more = new Map<FailedCheck, number>();

  constructor(logger: Logger, after: Scheduler['after']) {
    this.#logger = logger;
    this.#after = after;
  }

  add(check: FailedCheck, method: string, target: string): void {
    const more = this.#more.get(check);
    this.#more.set(check, more === undefined ? 0 : more + 1);
    if (more !== undefined) return;
    const why = `${check}${LIKELY[check] ?? ''}`;
    this.#logger.warn(`${method} ${quote(target)}: requestState refused: ${why}`);
    this.#after(WINDOW, () => this.#summarise(check));
  }

  #summarise(check: FailedCheck): void {
    const more = this.#more.get(check) ?? 0;
    this.#more.delete(check);
    if (more > 0) this.#logger.warn(`requestState refused: ${check}: ${more} more in a minute`);
  }
}
