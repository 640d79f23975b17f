const EMPTY = new Uint8Array(0);
const SMALLEST = 1_024;

/**
 * Bytes that arrive in pieces. They are put together as they come, because a peer decides how small
 * its pieces are, and every piece that is kept costs more than a hundred bytes.
 */
export class ByteBuffer {
  #bytes: Uint8Array = EMPTY;
  #size = 0;
  #isOwn = false;

  get size(): number {
    return this.#size;
  }

  /** Everything so far; good until the next piece. */
  get bytes(): Uint8Array {
    return this.#size === this.#bytes.length ? this.#bytes : this.#bytes.subarray(0, this.#size);
  }

  push(piece: Uint8Array): void {
    if (this.#size === 0) this.#keep(piece);
    else this.#append(piece);
  }

  clear(): void {
    this.#bytes = EMPTY;
    this.#size = 0;
    this.#isOwn = false;
  }

  /** Most messages come in one piece, which nobody has to copy. */
  #keep(piece: Uint8Array): void {
    this.#bytes = piece;
    this.#size = piece.length;
    this.#isOwn = false;
  }

  #append(piece: Uint8Array): void {
    const size = this.#size + piece.length;
    if (!this.#isOwn || size > this.#bytes.length) this.#growTo(size);
    this.#bytes.set(piece, this.#size);
    this.#size = size;
  }

  #growTo(size: number): void {
    const larger = new Uint8Array(Math.max(size, 2 * this.#size, SMALLEST));
    larger.set(this.bytes);
    this.#bytes = larger;
    this.#isOwn = true;
  }
}
