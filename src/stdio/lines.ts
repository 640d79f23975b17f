import { ByteBuffer } from '../base/byte-buffer.ts';

/**
 * Splits a byte stream into lines (IO-1). The bytes of too long lines are dropped as they arrive,
 * so that a peer cannot fill the memory with one endless line.
 */
export type Line = { readonly text: string } | { readonly problem: 'too long' | 'not UTF-8' };

const NEWLINE = 0x0a;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class LineSplitter {
  readonly #maxBytes: number;
  readonly #onLine: (line: Line) => void;
  readonly #buffer = new ByteBuffer();
  #isTooLong = false;

  /** @param maxBytes longest line, in bytes */
  constructor(maxBytes: number, onLine: (line: Line) => void) {
    this.#maxBytes = maxBytes;
    this.#onLine = onLine;
  }

  push(chunk: Uint8Array): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#emit();
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  #keep(part: Uint8Array): void {
    if (this.#buffer.size + part.length > this.#maxBytes) this.#isTooLong = true;
    if (this.#isTooLong) this.#buffer.clear();
    else this.#buffer.push(part);
  }

  #emit(): void {
    const line = this.#line();
    this.#buffer.clear();
    this.#isTooLong = false;
    // Blank lines between messages are ignored.
    if (!('text' in line) || line.text.trim() !== '') this.#onLine(line);
  }

  #line(): Line {
    if (this.#isTooLong) return { problem: 'too long' };
    try {
      return { text: utf8.decode(this.#buffer.bytes) };
    } catch {
      return { problem: 'not UTF-8' };
    }
  }
}
