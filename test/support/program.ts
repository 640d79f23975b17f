import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Where a TypeScript program of this repository is once it is built. What is in `src/` is run as
 * its users run it, from the package's `dist/`.
 *
 * @param file relative to the root of the repository
 */
export function built(file: string): string {
  return join(inject('build'), file.replace(/^src\//, 'dist/').replace(/\.ts$/, '.js'));
}

/** A program of this repository, running in a process of its own. */
export class Program {
  readonly process: ChildProcess;
  output = '';
  errors = '';
  #closed = false;
  /** Emits `change` when something was written, and when the program is gone. */
  readonly #events = new EventEmitter();

  /**
   * @param file its source, relative to the root of the repository
   * @param node what runs it; by default what runs the tests
   */
  constructor(
    file: string,
    args: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
    node: string = process.execPath,
  ) {
    this.process = spawn(node, [built(file), ...args], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: 'pipe',
    });
    const changed = (_what: unknown): unknown => this.#events.emit('change');
    this.process.stdout!.on('data', (chunk) => changed((this.output += String(chunk))));
    this.process.stderr!.on('data', (chunk) => changed((this.errors += String(chunk))));
    this.process.once('close', () => changed((this.#closed = true)));
  }

  /** Resolves with the match once the output has one. */
  until(pattern: RegExp): Promise<RegExpExecArray> {
    return this.untilFound(() => pattern.exec(this.output));
  }

  /** Resolves once the program has written `text` to its standard error. */
  async untilError(text: string): Promise<void> {
    await this.untilFound(() => (this.errors.includes(text) ? true : null));
  }

  /**
   * Resolves with what `look` finds; it is called again whenever something was written.
   *
   * @throws Error if the program ends before there is anything
   */
  async untilFound<T>(look: () => T | null): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== null) return found;
      if (this.#closed) {
        throw new Error(`it ended with ${this.process.exitCode}:\n${this.output}\n${this.errors}`);
      }
      await once(this.#events, 'change');
    }
  }

  /** Resolves with the exit code, once everything that was written has been read. */
  async ended(): Promise<number | null> {
    while (!this.#closed) await once(this.#events, 'change');
    return this.process.exitCode;
  }

  /** Resolves once the process is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.process.kill(signal);
    await this.ended();
  }
}
