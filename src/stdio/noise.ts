import type { Logger } from '../base/logging/logger.ts';

/** How often one client warns of noise. */
const MAX_WARNINGS = 5;

/** What a server writes to its standard output beside its messages: warned of, and dropped. */
export class Noise {
  readonly #logger: Logger;
  #count = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @param what completes "The server wrote …"; nothing of the line itself, which may be secret */
  drop(what: string): void {
    this.#count++;
    if (this.#count > MAX_WARNINGS) return;
    const last = this.#count === MAX_WARNINGS ? ' There will be no more warnings of this.' : '';
    this.#logger.warn(`The server wrote ${what}.${last}`);
  }
}

/** A line that is no message. */
export const NO_MESSAGE =
  'something that is not a message to its standard output; it should log to its standard error';

/** A message that belongs to no request. */
export const NOBODYS = 'a message that belongs to no request in flight';
