import { Interruption } from '../failure.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Turns the first signal to end the program into an abort, so that the flow can be saved. The
 * second signal ends the program at once.
 */
export class Interruptions {
  readonly #abort = new AbortController();
  readonly #stop: () => void;

  constructor() {
    const listeners = SIGNALS.map((signal) => {
      const listener = (): void => {
        this.#stop();
        this.#abort.abort(new Interruption(signal));
      };
      return [signal, listener] as const;
    });
    this.#stop = () => {
      for (const [signal, listener] of listeners) process.removeListener(signal, listener);
    };
    for (const [signal, listener] of listeners) process.on(signal, listener);
  }

  /** Its reason is an {@link Interruption}. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  stop(): void {
    this.#stop();
  }
}
