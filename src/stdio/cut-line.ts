import type { LineEnds } from './visible-members.ts';

/** How much is kept of each end, in bytes. */
const KEPT = 1_024;

const NOTHING = new Uint8Array(0);

const lenient = new TextDecoder('utf-8');

/** The two ends of a line that is not kept as a whole. */
export class CutLine {
  #head = NOTHING;
  #tail = NOTHING;

  constructor(beginning: Uint8Array) {
    this.push(beginning);
  }

  push(part: Uint8Array): void {
    if (this.#head.length < KEPT) {
      this.#head = joined(this.#head, part.subarray(0, KEPT - this.#head.length));
    }
    this.#tail = joined(this.#tail, part.subarray(-KEPT)).subarray(-KEPT);
  }

  get ends(): LineEnds {
    return { head: lenient.decode(this.#head), tail: lenient.decode(this.#tail) };
  }
}

/** A copy: parts of a stream's chunks would keep the whole chunks in memory. */
function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
