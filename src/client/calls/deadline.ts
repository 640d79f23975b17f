import { TimeoutError, endedBy } from './errors.ts';

/** In ms. Timers have 32 bits: a longer time, more than 24 days, has no deadline. */
const LONGEST_TIMER = 2 ** 31 - 1;

type Timer = ReturnType<typeof setTimeout> | undefined;

/** Ends a request that takes too long, or that the caller aborts (PG-6). */
export class Deadline {
  readonly #abort = new AbortController();
  readonly #method: string;
  readonly #silence: number;
  #hard: Timer;
  /** What is left for the whole request, in ms, and since when. */
  #left: number;
  #since = performance.now();
  #isPaused = false;
  #isMet = false;
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
    this.#left = hard;
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
    if (this.#isPaused || this.#isMet) return;
    clearTimeout(this.#soft);
    this.#soft = this.#start(this.#silence);
  }

  /** A person is waited for: that time does not count. */
  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#left -= performance.now() - this.#since;
    this.#clear();
  }

  resume(): void {
    if (!this.#isPaused || this.#isMet) return;
    this.#isPaused = false;
    this.#since = performance.now();
    this.#soft = this.#start(this.#silence);
    this.#hard = this.#start(Math.max(1, this.#left));
  }

  /** The deadline has been met: from now on only the caller can end the request. */
  met(): void {
    this.#isMet = true;
    this.#clear();
  }

  stop(): void {
    this.met();
    this.#caller?.removeEventListener('abort', this.#cancelled);
  }

  #clear(): void {
    clearTimeout(this.#soft);
    clearTimeout(this.#hard);
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
