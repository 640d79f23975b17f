import type { Readable, Writable } from 'node:stream';

/** A client with more unread data than this, in bytes, is behind. */
const MAX_UNREAD = 1_048_576;

/** Writes to the client. While the client does not read, its input is not read either. */
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

  /** Whether so much is unread that progress and logs must be dropped. */
  get isBehind(): boolean {
    return this.#output.writableLength > MAX_UNREAD;
  }

  write(message: string): void {
    if (this.#output.destroyed || this.#output.write(`${message}\n`)) return;
    this.#isBlocked = true;
    this.#input.pause();
  }

  /** Stops reading the input for good. */
  stopReading(): void {
    this.#isClosing = true;
    this.#input.pause();
  }

  /** Resolves when the client has read everything. */
  flushed(): Promise<void> {
    return new Promise((resolve) => this.#output.write('', () => resolve()));
  }

  #drained(): void {
    if (this.#isBlocked && !this.#isClosing) this.#input.resume();
    this.#isBlocked = false;
  }
}
