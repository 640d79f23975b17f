const EMPTY = new Uint8Array(0);
const SMALLEST = 1_024;

/**
 * Collects bytes that arrive in pieces. Each piece is copied into one buffer as it comes: the peer
 * decides how small its pieces are, and a stored piece costs more than a hundred bytes of its own.
 */
export class ByteBuffer {
  #bytes: Uint8Array = EMPTY;
  #size = 0;
  #isOwn = false;

  get size(): number {
    return this.#size;
  }

  /** All bytes so far. Valid until the next piece arrives. */
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

  /** Most messages come in one piece: it is kept without copying. */
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
