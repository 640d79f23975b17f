/**
 * Splits a byte stream into lines (checklist IO-1). Lines longer than allowed are thrown away as
 * they arrive, so that a peer cannot fill memory by never ending one.
 */
export type Line = { readonly text: string } | { readonly problem: 'too long' | 'not UTF-8' };

const NEWLINE = 0x0a;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class LineSplitter {
  readonly #maxBytes: number;
  readonly #onLine: (line: Line) => void;
  #parts: Uint8Array[] = [];
  #size = 0;

  /** @param maxBytes how long a line may be */
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
    this.#size += part.length;
    if (this.#size > this.#maxBytes) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  #emit(): void {
    const line = this.#line();
    this.#parts = [];
    this.#size = 0;
    // Blank lines between messages mean nothing.
    if (!('text' in line) || line.text.trim() !== '') this.#onLine(line);
  }

  #line(): Line {
    if (this.#size > this.#maxBytes) return { problem: 'too long' };
    try {
      return { text: utf8.decode(joined(this.#parts, this.#size)) };
    } catch {
      return { problem: 'not UTF-8' };
    }
  }
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
