import { TimeoutError, endedBy } from './errors.ts';

/** In ms. Timers have 32 bits: a longer time, more than 24 days, has no deadline. */
const LONGEST_TIMER = 2 ** 31 - 1;

type Timer = ReturnType<typeof setTimeout> | undefined;

/** Ends a request that takes too long, or that the caller aborts (PG-6). */
export class Deadline {
  readonly #abort = new AbortController();
  readonly #method: string;
  readonly #silence: number;
  readonly #hard: Timer;
  readonly #caller: AbortSignal | undefined;
  #soft: Timer;
  #reason: Error | undefined;

  /**
   * @param silence longest time without a message of the server's, in ms
   * @param hard longest time in all, in ms
   */
  constructor(method: string, silence: number, hard: number, caller: AbortSignal | undefined) {
    this.#method = method;
    this.#silence = silence;
    this.#caller = caller;
    this.#soft = this.#start(silence);
    this.#hard = this.#start(hard);
    if (caller?.aborted) this.#cancelled();
    else caller?.addEventListener('abort', this.#cancelled, { once: true });
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Why the request was ended, if it was. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  restart(): void {
    clearTimeout(this.#soft);
    this.#soft = this.#start(this.#silence);
  }

  /** The deadline has been met: from now on only the caller can end the request. */
  met(): void {
    clearTimeout(this.#soft);
    clearTimeout(this.#hard);
  }

  stop(): void {
    this.met();
    this.#caller?.removeEventListener('abort', this.#cancelled);
  }

  #start(ms: number): Timer {
    if (ms > LONGEST_TIMER) return undefined;
    return setTimeout(() => this.#end(new TimeoutError(this.#method, ms)), ms);
  }

  readonly #cancelled = (): void => this.#end(endedBy(this.#method, this.#caller!));

  #end(reason: Error): void {
    this.#reason ??= reason;
    this.#abort.abort(reason);
  }
}
