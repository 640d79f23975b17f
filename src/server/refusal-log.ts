import { quote } from '../base/quote.ts';
import type { Logger } from '../base/logging/logger.ts';
import type { Scheduler } from '../flow/round/host.ts';
import type { RefusedEvent } from './events.ts';

/** How long refusals for one reason are only counted after one was logged, in ms. */
const WINDOW = 60_000;

const LIKELY: ReadonlyMap<string, string> = new Map([
  ['seal', ' (most likely it is from an instance with other keys: give all the same state.keys)'],
  ['other_request', ' (its round was answered before, and this is another answer)'],
]);

/**
 * Logs why requests and their states are refused: the first for each reason, and then once a minute how
 * many more there were. A client can send as many as it likes.
 */
export class RefusalLog {
  readonly #logger: Logger;
  readonly #after: Scheduler['after'];
  readonly #more = new Map<string, number>();

  constructor(logger: Logger, after: Scheduler['after']) {
    this.#logger = logger;
    this.#after = after;
  }

  add(event: RefusedEvent): void {
    const why = event.type === 'state_refused' ? event.check : event.reason;
    // How it has failed is in the log.
    if (why === 'store_failed') return;
    const more = this.#more.get(why);
    this.#more.set(why, more === undefined ? 0 : more + 1);
    if (more !== undefined) return;
    const { method, target } = event;
    const where = target === undefined ? method : `${method} ${quote(target)}`;
    const what =
      event.type === 'state_refused' ? `requestState refused: ${why}` : `refused: ${why}`;
    this.#logger.warn(`${where}: ${what}${LIKELY.get(why) ?? ''}`);
    this.#after(WINDOW, () => this.#summarise(why, what));
  }

  #summarise(why: string, what: string): void {
    const more = this.#more.get(why) ?? 0;
    this.#more.delete(why);
    if (more > 0) this.#logger.warn(`${what}: ${more} more in a minute`);
  }
}
