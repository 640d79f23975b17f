import type { Flow } from './flow.ts';

/** Random values that are the same on every round; never for secrets (F18). */
export class FlowRandom {
  readonly #flow: Flow;
  #drawn = 0;

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  /** A number from 0 up to, but not including, 1. */
  number(): number {
    const view = new DataView(this.#draw().buffer);
    // 53 bits: as many as a double holds.
    return (view.getUint32(0) * 2 ** 21 + (view.getUint32(4) >>> 11)) / 2 ** 53;
  }

  /** A version 4 UUID. */
  uuid(): string {
    const bytes = this.#draw();
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const hex = Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0'));
    const group = (from: number, to: number): string => hex.slice(from, to).join('');
    return [group(0, 4), group(4, 6), group(6, 8), group(8, 10), group(10, 16)].join('-');
  }

  #draw(): Uint8Array {
    return Uint8Array.from(this.#flow.derive(`random:${this.#drawn++}`));
  }
}
