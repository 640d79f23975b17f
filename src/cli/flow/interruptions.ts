import { type EndingSignal, Interruption } from '../failure.ts';

const SIGNALS: readonly EndingSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

/** Closer together, in ms, two signals are one: npx passes on a Ctrl-C that we have got as well. */
const SAME = 300;

/**
 * Turns the first signal to end the program into an abort, so that the flow can be saved. The next
 * one ends the program at once, and so does the first one after `nowEnding`.
 */
export class Interruptions {
  readonly #abort = new AbortController();
  readonly #listeners: readonly (readonly [EndingSignal, () => void])[];
  /** When a signal was first heard, or the program began to end. */
  #endingSince: number | undefined;

  constructor() {
    this.#listeners = SIGNALS.map((signal) => [signal, () => this.#receive(signal)]);
    for (const [signal, listener] of this.#listeners) process.on(signal, listener);
  }

  /** Its reason is an {@link Interruption}. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The program is about to end by itself: there is nothing left to be saved. */
  nowEnding(): void {
    this.#endingSince ??= performance.now();
  }

  stop(): void {
    for (const [signal, listener] of this.#listeners) process.removeListener(signal, listener);
  }

  #receive(signal: EndingSignal): void {
    const interruption = new Interruption(signal);
    if (this.#endingSince === undefined) {
      this.#endingSince = performance.now();
      this.#abort.abort(interruption);
    } else if (performance.now() - this.#endingSince > SAME) {
      // Not by the signal itself: what is being closed is killed when the process exits.
      process.exit(interruption.exitCode);
    }
  }
}
