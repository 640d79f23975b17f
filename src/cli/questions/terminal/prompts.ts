/** Prompts in the terminal. Their library is loaded only if there is a terminal. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type * as Clack from '@clack/prompts';
import { Interruption } from '../../failure.ts';
import { paint } from '../../terminal/paint.ts';
import { widthOf, wrap } from '../../terminal/wrap.ts';

type Library = typeof Clack;

/** The user pressed Escape, to leave the question and not the program. */
export const LEFT: unique symbol = Symbol('left');

/** How long to read keys that were pressed before the question was shown, in ms. */
const TYPEAHEAD = 25;

/** Width of the line that prompts draw at the left. */
const GUIDE = 3;

export class Prompts {
  readonly clack: Library;
  readonly output: NodeJS.WriteStream;
  readonly #signal: AbortSignal;

  private constructor(clack: Library, output: NodeJS.WriteStream, signal: AbortSignal) {
    this.clack = clack;
    this.output = output;
    this.#signal = signal;
  }

  static async load(output: NodeJS.WriteStream, signal: AbortSignal): Promise<Prompts> {
    return new Prompts(await import('@clack/prompts'), output, signal);
  }

  /** How wide text beside the guide can be. */
  get width(): number {
    return widthOf(this.output) - GUIDE - 1;
  }

  /** Text beside the guide, below an empty line. */
  line(text: string, style?: Parameters<typeof paint>[1]): void {
    const lines = wrap(text, this.width);
    const styled =
      style === undefined ? lines : lines.map((line) => paint(this.output, style, line));
    this.clack.log.message(styled, { output: this.output });
  }

  /**
   * Shows a prompt and waits for its answer.
   *
   * @throws Interruption for Ctrl-C, and for a signal to end the program
   */
  async ask<T>(
    prompt: (common: Clack.CommonOptions) => Promise<T | typeof Clack.CANCEL_SYMBOL>,
  ): Promise<T | typeof LEFT> {
    // A new one for each prompt: the library never removes its listeners.
    const abort = new AbortController();
    const onAbort = (): void => abort.abort();
    // The library does not distinguish Ctrl-C and Escape, and never ends after Ctrl-D.
    let key: string | undefined;
    const onKey = (_text: unknown, pressed: { name?: string } | undefined): void => {
      key = pressed?.name;
      if (key === 'd') setImmediate(() => process.stdin.isPaused() && onAbort());
    };
    this.#signal.throwIfAborted();
    this.#signal.addEventListener('abort', onAbort);
    process.stdin.on('keypress', onKey);
    try {
      const answer = await prompt({ output: this.output, signal: abort.signal });
      if (!this.clack.isCancel(answer)) return answer;
      if (key === 'escape' && !this.#signal.aborted) return LEFT;
      this.clack.cancel('Stopped.', { output: this.output });
      throw this.#signal.reason ?? new Interruption('SIGINT');
    } finally {
      process.stdin.off('keypress', onKey);
      this.#signal.removeEventListener('abort', onAbort);
    }
  }

  /** Discards what was typed before the question was shown: it cannot be an answer to it. */
  async discardTyped(): Promise<void> {
    const { stdin } = process;
    let typed = '';
    const onData = (data: Buffer): void => void (typed += data.toString('latin1'));
    stdin.setRawMode(true);
    stdin.on('data', onData);
    stdin.resume();
    await sleep(TYPEAHEAD);
    // On a busy machine the time can be over before anything was read: that happens in this turn.
    await nextTurn();
    stdin.off('data', onData);
    stdin.pause();
    stdin.setRawMode(false);
    if (typed.includes('\u0003')) throw new Interruption('SIGINT');
  }
}
