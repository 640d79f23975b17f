import { abortable } from '../../base/abortable.ts';
import { clientClosed, endedBy } from './errors.ts';

/** The calls of one client that have begun and not ended. All of them end when it is closed. */
export class OpenCalls {
  readonly #calls = new Set<OpenCall>();
  #isClosed = false;

  /**
   * Runs a call, and ends it when its client is closed or its caller's signal aborts, whether or not
   * `work` looks at the signal that it gets.
   *
   * @throws RondoError `closed`, `cancelled`; what `work` throws
   */
  async run<T>(
    what: string,
    caller: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const call = this.begin(what, caller);
    const { signal } = call;
    try {
      return await abortable(work(signal), signal, () => endedBy(what, signal));
    } finally {
      call.end();
    }
  }

  /**
   * Begins a call that may go on after the function which began it has returned.
   *
   * @throws RondoError `closed`, `cancelled`
   */
  begin(what: string, caller: AbortSignal | undefined): OpenCall {
    if (this.#isClosed) throw clientClosed();
    if (caller?.aborted) throw endedBy(what, caller);
    const call = new OpenCall(caller, () => this.#calls.delete(call));
    this.#calls.add(call);
    return call;
  }

  /** Ends all calls with `closed`, and lets none begin. */
  close(): void {
    this.#isClosed = true;
    for (const call of this.#calls) call.abort(clientClosed());
  }
}

/** One call, with a signal that aborts when it is to end. */
class OpenCall {
  readonly #abort = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #onEnd: () => void;

  constructor(caller: AbortSignal | undefined, onEnd: () => void) {
    this.#caller = caller;
    this.#onEnd = onEnd;
    caller?.addEventListener('abort', this.#cancel, { once: true });
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  abort(reason: unknown): void {
    this.#abort.abort(reason);
  }

  /** The call has ended, and is no longer referred to. */
  end(): void {
    this.#caller?.removeEventListener('abort', this.#cancel);
    this.#onEnd();
  }

  readonly #cancel = (): void => this.abort(this.#caller!.reason);
}
