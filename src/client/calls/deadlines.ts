/** The deadlines of all requests of one client. While a person is waited for, they stand still. */
import type { HttpClientOptions } from '../../http/client/options.ts';
import { Deadline } from './deadline.ts';

export class Deadlines {
  readonly #open = new Set<Deadline>();
  #waits = 0;

  /** As the constructor of {@link Deadline}. */
  start(...args: ConstructorParameters<typeof Deadline>): Deadline {
    const deadline = new Deadline(...args);
    this.#open.add(deadline);
    if (this.#waits > 0) deadline.pause();
    return deadline;
  }

  stop(deadline: Deadline): void {
    deadline.stop();
    this.#open.delete(deadline);
  }

  /** Runs what a person is waited for in. */
  async paused<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waits++ === 0) for (const deadline of this.#open) deadline.pause();
    try {
      return await work();
    } finally {
      if (--this.#waits === 0) for (const deadline of this.#open) deadline.resume();
    }
  }

  /** The options with an `authorize` whose `withoutDeadline` is {@link paused}. */
  pausedBy(http: HttpClientOptions | undefined): HttpClientOptions | undefined {
    const authorize = http?.authorize;
    if (authorize === undefined) return http;
    const withoutDeadline = <T>(work: () => Promise<T>): Promise<T> => this.paused(work);
    return { ...http, authorize: (challenge) => authorize({ ...challenge, withoutDeadline }) };
  }
}
