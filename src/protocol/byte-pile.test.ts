import { describe, expect, it } from 'vitest';
import { BytePile } from './byte-pile.ts';

function piled(pieces: readonly Uint8Array[]): Uint8Array {
  const pile = new BytePile();
  for (const piece of pieces) pile.push(piece);
  expect(pile.size).toBe(pieces.reduce((sum, { length }) => sum + length, 0));
  return pile.bytes;
}

describe('a pile of bytes', () => {
  it('is what was put on it, in order, however it was cut', () => {
    const whole = Uint8Array.from({ length: 5_000 }, (_, i) => i % 251);
    for (const size of [1, 2, 7, 1_023, 1_024, 1_025, 4_999, 5_000]) {
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < whole.length; at += size) pieces.push(whole.subarray(at, at + size));
      expect(piled(pieces)).toEqual(whole);
    }
    expect(piled([])).toHaveLength(0);
    expect(piled([new Uint8Array(0), whole, new Uint8Array(0)])).toEqual(whole);
  });

  it('does not copy what comes in one piece, nor write into it', () => {
    const piece = Uint8Array.of(1, 2, 3, 4).subarray(0, 2);
    expect(piled([piece])).toBe(piece);
    expect(piled([piece, Uint8Array.of(9)])).toEqual(Uint8Array.of(1, 2, 9));
    expect([...new Uint8Array(piece.buffer)]).toEqual([1, 2, 3, 4]);
  });

  it('keeps no pieces: a million of them take their bytes', () => {
    const pile = new BytePile();
    for (let i = 0; i < 1_000_000; i++) pile.push(Uint8Array.of(i));
    expect(pile.bytes.buffer.byteLength).toBeLessThan(2_100_000);
    pile.clear();
    expect(pile.bytes).toHaveLength(0);
  });
});
