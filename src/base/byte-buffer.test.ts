import { describe, expect, it } from 'vitest';
import { ByteBuffer } from './byte-buffer.ts';

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const buffer = new ByteBuffer();
  for (const piece of pieces) buffer.push(piece);
  expect(buffer.size).toBe(pieces.reduce((sum, { length }) => sum + length, 0));
  return buffer.bytes;
}

describe('a byte buffer', () => {
  it('is what was put on it, in order, however it was cut', () => {
    const whole = Uint8Array.from({ length: 5_000 }, (_, i) => i % 251);
    for (const size of [1, 2, 7, 1_023, 1_024, 1_025, 4_999, 5_000]) {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < whole.length; at += size) pieces.push(whole.subarray(at, at + size));
      expect(joined(pieces)).toEqual(whole);
    }
    expect(joined([])).toHaveLength(0);
    expect(joined([new Uint8Array(0), whole, new Uint8Array(0)])).toEqual(whole);
  });

  it('does not copy what comes in one piece, nor write into it', () => {
    const piece = Uint8Array.of(1, 2, 3, 4).subarray(0, 2);
    expect(joined([piece])).toBe(piece);
    expect(joined([piece, Uint8Array.of(9)])).toEqual(Uint8Array.of(1, 2, 9));
    expect([...new Uint8Array(piece.buffer)]).toEqual([1, 2, 3, 4]);
  });

  it('keeps no pieces: a million of them take their bytes', () => {
    const buffer = new ByteBuffer();
    for (let i = 0; i < 1_000_000; i++) buffer.push(Uint8Array.of(i));
    expect(buffer.bytes.buffer.byteLength).toBeLessThan(2_100_000);
    buffer.clear();
    expect(buffer.bytes).toHaveLength(0);
  });
});
