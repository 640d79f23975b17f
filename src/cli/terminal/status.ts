import { paint } from './paint.ts';
import { isAnimated } from './steerable.ts';
import { fit, hanging, widthOf } from './wrap.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const INTERVAL = 100;
const CLEAR_LINE = '\r\u001b[2K';

/** Where a status is shown: standard error. */
export interface StatusStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
  hasColors?(): boolean;
}

/**
 * Shows what the program is doing, on standard error: on a terminal in one line that is rewritten,
 * elsewhere in one line after the other.
 */
export class Status {
  readonly stream: StatusStream;
  #text = '';
  #frame = 0;
  #timer: NodeJS.Timeout | undefined;
  #isDrawn = false;
  /** Lines that wait until `standBack` has ended. */
  #held: string[] | undefined;

  constructor(stream: StatusStream) {
    this.stream = stream;
  }

  /** Shows that something has begun: only on a terminal, and only if it takes a moment. */
  begin(text: string): void {
    this.#text = text;
    if (isAnimated(this.stream)) this.#timer ??= setInterval(() => this.#draw(), INTERVAL);
  }

  /** Shows progress of what was begun. */
  progress(text: string): void {
    if (!isAnimated(this.stream)) return void this.stream.write(`${text}\n`);
    this.begin(text);
    this.#draw();
  }

  /** Prints a line that stays. */
  say(text: string): void {
    this.show(hanging(text, this.stream));
  }

  /** Prints a line that stays, and is not broken: it can be copied. */
  show(line: string): void {
    if (this.#held !== undefined) return void this.#held.push(line);
    this.#erase();
    this.stream.write(`${line}\n`);
  }

  /** Leaves the terminal to `work`. Lines are printed when `work` has ended. */
  async standBack<T>(work: () => Promise<T>): Promise<T> {
    this.end();
    this.#held = [];
    try {
      return await work();
    } finally {
      const held = this.#held;
      this.#held = undefined;
      for (const line of held) this.show(line);
    }
  }

  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#erase();
  }

  #draw(): void {
    const frame = FRAMES[this.#frame++ % FRAMES.length]!;
    const text = fit(this.#text, widthOf(this.stream) - 3);
    this.stream.write(`${CLEAR_LINE}${paint(this.stream, 'cyan', frame)} ${text}`);
    this.#isDrawn = true;
  }

  #erase(): void {
    if (this.#isDrawn) this.stream.write(CLEAR_LINE);
    this.#isDrawn = false;
  }
}
