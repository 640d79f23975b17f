/** Prompts in the terminal. Their library is loaded only if there is a terminal. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type * as Clack from '@clack/prompts';
import { Interruption } from '../../failure.ts';
import { paint } from '../../terminal/paint.ts';
import { widthOf, wrap } from '../../terminal/wrap.ts';
import { Keys, interruptionIn } from './keys.ts';
import { Suspension } from './suspension.ts';

type Library = typeof Clack;

/** The user pressed Escape, to leave the question and not the program. */
export const LEFT: unique symbol = Symbol('left');

/** How long to read keys that were pressed before the question was shown, in ms. */
const TYPEAHEAD = 25;

/** Width of the line that prompts draw at the left. */
const GUIDE = 3;

/** How many lines below its first the shortest prompt has: so many are drawn over when it is drawn again. */
const SHORTEST_PROMPT = 4;

/** Options of every prompt. The signal aborts when the prompt ends without an answer. */
export interface PromptOptions {
  readonly output: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

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

  warn(text: string): void {
    this.clack.log.warn(wrap(text, this.width).join('\n'), { output: this.output });
  }

  /**
   * Shows a prompt and waits for its answer.
   *
   * @throws Interruption for Ctrl-C, and for a signal to end the program
   */
  async ask<T>(
    prompt: (common: PromptOptions) => Promise<T | typeof Clack.CANCEL_SYMBOL>,
  ): Promise<T | typeof LEFT> {
    this.#signal.throwIfAborted();
    // A new one for each prompt: the library never removes its listeners.
    const abort = new AbortController();
    let hasEnded = false;
    const end = (): void => void (hasEnded || abort.abort());
    this.#signal.addEventListener('abort', end);
    const keys = new Keys(end);
    const suspension = new Suspension(this.output, () => this.#redraw());
    try {
      const answer = await prompt({ output: this.output, signal: abort.signal });
      const interruption: unknown = this.#signal.aborted ? this.#signal.reason : keys.interruption;
      if (interruption === undefined && !this.clack.isCancel(answer)) return answer;
      if (interruption === undefined && keys.isEscape) return LEFT;
      this.clack.cancel('Stopped.', { output: this.output });
      throw interruption ?? new Interruption('SIGINT');
    } finally {
      hasEnded = true;
      suspension.end();
      keys.stop();
      this.#signal.removeEventListener('abort', end);
    }
  }

  /**
   * The library draws only what has changed. Without its guide everything has, and then with it.
   */
  #redraw(): void {
    this.output.write('\n'.repeat(SHORTEST_PROMPT));
    for (const withGuide of [false, true]) {
      this.clack.updateSettings({ withGuide });
      this.output.emit('resize');
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
    const interruption = interruptionIn(typed);
    if (interruption !== undefined) throw interruption;
  }
}
