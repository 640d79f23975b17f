import type { Readable, Writable } from 'node:stream';

/** With more unread data than this, in bytes, a client is behind. */
const MAX_UNREAD = 1_048_576;

/** What a client is written. As long as it does not read, it is not read from either. */
export class StdioOutput {
  readonly #output: Writable;
  readonly #input: Readable;
  #isBlocked = false;
  #isClosing = false;

  constructor(output: Writable, input: Readable) {
    this.#output = output;
    this.#input = input;
    output.on('drain', () => this.#drained());
  }

  /** Whether so much is unread that what can be left out should be. */
  get isBehind(): boolean {
    return this.#output.writableLength > MAX_UNREAD;
  }

  write(message: string): void {
    if (this.#output.destroyed || this.#output.write(`${message}\n`)) return;
    this.#isBlocked = true;
    this.#input.pause();
  }

  /** From now on nothing is read any more. */
  stopReading(): void {
    this.#isClosing = true;
    this.#input.pause();
  }

  /** Resolves once everything written has been taken. */
  flushed(): Promise<void> {
    return new Promise((resolve) => this.#output.write('', () => resolve()));
  }

  #drained(): void {
    if (this.#isBlocked && !this.#isClosing) this.#input.resume();
    this.#isBlocked = false;
  }
}
