/** The command line in a terminal of 24 rows, with what a person would see of it. */
import { EventEmitter, once } from 'node:events';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { HANG } from '../hang.ts';
import { built } from '../program.ts';

const COLUMNS = 80;

/** Keys, as terminals send them. */
export const Key = {
  enter: '\r',
  up: '\u001b[A',
  down: '\u001b[B',
  left: '\u001b[D',
  right: '\u001b[C',
  escape: '\u001b',
  space: ' ',
  backspace: '\u007f',
  clear: '\u0015',
  ctrlC: '\u0003',
  ctrlZ: '\u001a',
  ctrlD: '\u0004',
} as const;

export class Terminal {
  readonly #screen: xterm.Terminal;
  readonly #process: IPty;
  readonly #exit: Promise<number>;
  /** Emits `change` whenever there may be something else to see. */
  readonly #events = new EventEmitter();
  /** Everything that was written, with its escape sequences. */
  raw = '';

  /**
   * @param command the program and its first arguments; by default the command line of this package
   * @param columns its width
   */
  constructor(
    args: readonly string[],
    env: Record<string, string> = {},
    cwd = '.',
    command: readonly string[] = rondo(),
    columns = COLUMNS,
  ) {
    this.#screen = new xterm.Terminal({
      cols: columns,
      rows: 24,
      scrollback: 1_000,
      allowProposedApi: true,
    });
    const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...inherited } = process.env;
    this.#process = spawn(command[0]!, [...command.slice(1), ...args], {
      cols: columns,
      rows: 24,
      cwd,
      env: { ...inherited, TERM: 'xterm-256color', ...env },
    });
    this.#process.onData((data) => {
      this.raw += data;
      this.#screen.write(data, () => this.#events.emit('change'));
    });
    this.#exit = new Promise((resolve) =>
      this.#process.onExit(({ exitCode }) => resolve(exitCode)),
    );
  }

  /** The command line as a job of a shell, which can stop it and go on with it. */
  static inShell(args: readonly string[]): Terminal {
    const shell = new Terminal(['--norc', '-i'], { PS1: '$ ' }, '.', ['bash']);
    shell.press(`${[...rondo(), ...args].map((word) => `'${word}'`).join(' ')}\r`);
    return shell;
  }

  /** Presses keys, one after the other. */
  press(...keys: string[]): void {
    for (const key of keys) this.#process.write(key);
  }

  /** Resolves once a prompt waits for an answer and matches. */
  see(pattern: string | RegExp): Promise<void> {
    return this.#until(pattern, ['\n◆', '\n▲']);
  }

  /** Resolves once something on the screen matches, old or new. */
  seeAnywhere(pattern: string): Promise<void> {
    return this.#until(pattern, ['']);
  }

  /** Resolves once the newest question, from its heading on, matches and waits for an answer. */
  async seeQuestion(pattern: string | RegExp): Promise<void> {
    await this.#until(pattern, ['┌']);
    await this.#until('◆', ['┌']);
  }

  /** All lines, from the first that was ever written. */
  lines(): string[] {
    const { active } = this.#screen.buffer;
    const lines = Array.from({ length: active.length }, (_, index) => active.getLine(index)!);
    return lines.map((line) => line.translateToString(true));
  }

  async text(): Promise<string> {
    await new Promise<void>((resolve) => this.#screen.write('', resolve));
    return this.lines().join('\n').trimEnd();
  }

  /** Lines that were too wide and went on below. */
  overflowing(): string[] {
    const { active } = this.#screen.buffer;
    const lines = Array.from({ length: active.length }, (_, index) => active.getLine(index)!);
    return lines.filter(({ isWrapped }) => isWrapped).map((line) => line.translateToString(true));
  }

  /** Whether the cursor can be seen: the program's last word on it. */
  get showsCursor(): boolean {
    return this.raw.lastIndexOf('\u001b[?25h') >= this.raw.lastIndexOf('\u001b[?25l');
  }

  signal(signal: string): void {
    this.#process.kill(signal);
  }

  /** Resolves with the exit code. */
  ended(): Promise<number> {
    return this.#exit;
  }

  /** Looks from the last of `marks` on: what was there before stays on the screen. */
  async #until(pattern: string | RegExp, marks: readonly string[]): Promise<void> {
    const signal = AbortSignal.timeout(HANG);
    for (;;) {
      const text = this.lines().join('\n').trimEnd();
      const from = Math.max(...marks.map((mark) => (mark === '' ? 0 : text.lastIndexOf(mark))));
      if (from >= 0 && matches(text.slice(from), pattern)) return;
      await once(this.#events, 'change', { signal }).catch(() => {
        throw new Error(`Not seen: ${String(pattern)}\n${text}`);
      });
    }
  }
}

function rondo(): string[] {
  return [process.execPath, built('src/cli/main.ts')];
}

function matches(text: string, pattern: string | RegExp): boolean {
  return typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text);
}
