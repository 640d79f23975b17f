import { RondoError } from '../protocol/errors.ts';
import { TimeoutError } from './errors.ts';

/** Ends a request that takes too long, or that nobody wants any more (checklist PG-6). */
export class Deadline {
  readonly #abort = new AbortController();
  readonly #method: string;
  readonly #silence: number;
  readonly #hard: ReturnType<typeof setTimeout>;
  readonly #caller: AbortSignal | undefined;
  #soft: ReturnType<typeof setTimeout>;
  #reason: Error | undefined;

  constructor(method: string, silence: number, hard: number, caller: AbortSignal | undefined) {
    this.#method = method;
    this.#silence = silence;
    this.#caller = caller;
    this.#soft = setTimeout(this.#timedOut, silence, silence);
    this.#hard = setTimeout(this.#timedOut, hard, hard);
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
    this.#soft = setTimeout(this.#timedOut, this.#silence, this.#silence);
  }

  stop(): void {
    clearTimeout(this.#soft);
    clearTimeout(this.#hard);
    this.#caller?.removeEventListener('abort', this.#cancelled);
  }

  readonly #timedOut = (ms: number): void => this.#end(new TimeoutError(this.#method, ms));

  readonly #cancelled = (): void => {
    const cause: unknown = this.#caller!.reason;
    this.#end(new RondoError('cancelled', `${this.#method} was cancelled.`, { cause }));
  };

  #end(reason: Error): void {
    this.#reason ??= reason;
    this.#abort.abort(reason);
  }
}
