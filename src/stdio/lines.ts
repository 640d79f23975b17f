import { ByteBuffer } from '../base/byte-buffer.ts';
import { CutLine } from './cut-line.ts';
import type { LineEnds } from './visible-members.ts';

/** A line as text, or what is known of one that cannot be read. */
export type Line = { readonly text: string } | UnreadableLine;

export interface UnreadableLine extends LineEnds {
  readonly problem: 'too long' | 'not UTF-8';
}

const NEWLINE = 0x0a;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Splits a byte stream into lines (IO-1). Of a line that is too long only the ends are kept, so that
 * a peer cannot fill the memory with one endless line.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  readonly #onLine: (line: Line) => void;
  readonly #buffer = new ByteBuffer();
  #cut: CutLine | undefined;

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
    if (this.#cut === undefined && this.#buffer.size + part.length > this.#maxBytes) {
      this.#cut = new CutLine(this.#buffer.bytes);
      this.#buffer.clear();
    }
    if (this.#cut === undefined) this.#buffer.push(part);
    else this.#cut.push(part);
  }

  #emit(): void {
    const line = this.#line();
    this.#buffer.clear();
    this.#cut = undefined;
    // Blank lines between messages are ignored.
    if (!('text' in line) || line.text.trim() !== '') this.#onLine(line);
  }

  #line(): Line {
    if (this.#cut !== undefined) return { problem: 'too long', ...this.#cut.ends };
    const { bytes } = this.#buffer;
    try {
      return { text: utf8.decode(bytes) };
    } catch {
      return { problem: 'not UTF-8', ...new CutLine(bytes).ends };
    }
  }
}
