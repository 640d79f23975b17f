const SHOW_CURSOR = '\u001b[?25h';
const HIDE_CURSOR = '\u001b[?25l';

/** How long after the signal to go on, in ms: `node:readline` hears of it too, and stops reading. */
const AFTER_READLINE = 20;

/**
 * Lets a prompt be stopped and gone on with, as shells do it: Ctrl-Z and `fg`. A shell changes the
 * terminal's mode meanwhile, and `node:readline` stops reading.
 */
export class Suspension {
  readonly #output: NodeJS.WriteStream;
  readonly #redraw: () => void;
  #continuing: NodeJS.Timeout | undefined;

  /** @param redraw shows the prompt again, below where the cursor is */
  constructor(output: NodeJS.WriteStream, redraw: () => void) {
    this.#output = output;
    this.#redraw = redraw;
    process.on('SIGTSTP', this.#suspend);
    process.on('SIGCONT', this.#continue);
  }

  end(): void {
    process.off('SIGTSTP', this.#suspend);
    process.off('SIGCONT', this.#continue);
    clearTimeout(this.#continuing);
  }

  readonly #suspend = (): void => {
    this.#output.write(SHOW_CURSOR);
    process.stdin.setRawMode(false);
    process.off('SIGTSTP', this.#suspend);
    // All of the job, as a terminal does it: the shell may wait for npx, which waits for us. A job
    // without a shell is not stopped by it, and goes on at once.
    process.kill(0, 'SIGTSTP');
    this.#continue();
  };

  readonly #continue = (): void => {
    this.#continuing ??= setTimeout(() => {
      this.#continuing = undefined;
      process.off('SIGTSTP', this.#suspend).on('SIGTSTP', this.#suspend);
      // Off and on: a mode that Node believes to be set is not set again.
      process.stdin.setRawMode(false).setRawMode(true).resume();
      this.#output.write(HIDE_CURSOR);
      this.#redraw();
    }, AFTER_READLINE);
  };
}
