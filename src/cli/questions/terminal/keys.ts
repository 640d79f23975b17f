/** What has to be known of the keys at a prompt, beside what the library of prompts makes of them. */
import { Interruption } from '../../failure.ts';
import { isUnsafe } from '../../terminal/clean.ts';

/** A key, as `node:readline` describes it to all who listen. */
interface Pressed {
  name?: string | undefined;
  ctrl?: boolean;
}

/** Keys that end the program: the terminal sends no signals for them while it is in raw mode. */
const SIGNALS: Readonly<Record<string, 'SIGINT' | 'SIGQUIT'>> = {
  '\u0003': 'SIGINT',
  '\u001c': 'SIGQUIT',
};

/**
 * Listens to the keys of one prompt. The library ignores all keys while it checks an answer, does not
 * distinguish Ctrl-C and Escape, and never ends after Ctrl-D.
 */
export class Keys {
  /** The last key was Escape, to leave the question and not the program. */
  isEscape = false;
  /** The user has ended the program. */
  interruption: Interruption | undefined;
  readonly #end: () => void;

  /** @param end ends the prompt; it may have ended by itself */
  constructor(end: () => void) {
    this.#end = end;
    process.stdin.on('keypress', this.#onKey);
  }

  stop(): void {
    process.stdin.off('keypress', this.#onKey);
  }

  readonly #onKey = (text: string | undefined, pressed: Pressed = {}): void => {
    this.isEscape = pressed.name === 'escape';
    const signal = text === undefined ? undefined : SIGNALS[text];
    if (signal !== undefined) {
      this.interruption = new Interruption(signal);
      setImmediate(this.#end);
    } else if (pressed.ctrl && pressed.name === 'd') {
      setImmediate(() => process.stdin.isPaused() && this.#end());
    } else if (pressed.name === undefined && text !== undefined && isUnsafe(text)) {
      // Pasted text must not control the terminal either. `node:readline` does not insert this.
      Object.assign(pressed, { ctrl: true, name: 'unsafe' });
    }
  };
}

/** What ends the program, of what was typed before there was a prompt. */
export function interruptionIn(typed: string): Interruption | undefined {
  const key = Object.keys(SIGNALS).find((each) => typed.includes(each));
  return key === undefined ? undefined : new Interruption(SIGNALS[key]!);
}
