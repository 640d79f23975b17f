import { describe, expect, it } from 'vitest';
import { testFlow } from '../test-support/host.ts';
import { FlowRandom } from './random.ts';

/** The randomness of a flow that derives the same bytes from every label. */
const drawing = (bytes: readonly number[]): FlowRandom => {
  const all = Uint8Array.from({ length: 32 }, (_, i) => bytes[i] ?? bytes.at(-1)!);
  return new FlowRandom(testFlow({ derive: () => all }));
};

describe('F18 a random number', () => {
  it('is made of the first 53 bits, from 0 up to but not including 1', () => {
    expect(drawing([0]).number()).toBe(0);
    expect(drawing([0x80, 0]).number()).toBe(0.5);
    expect(drawing([0, 0, 0, 1, 0]).number()).toBe(2 ** -32);
    expect(drawing([0, 0, 0, 0, 0x80, 0]).number()).toBe(2 ** -33);
    expect(drawing([0, 0, 0, 0, 0, 0, 0x08, 0]).number()).toBe(2 ** -53);
    expect(drawing([0, 0, 0, 0, 0, 0, 0x07, 0xff]).number()).toBe(0);
    expect(drawing([0xff]).number()).toBe(1 - 2 ** -53);
  });
});

describe('F18 a random UUID', () => {
  it('is made of the first 16 bytes, and says that it is random (version 4)', () => {
    const counting = Array.from({ length: 32 }, (_, i) => i);
    expect(drawing(counting).uuid()).toBe('00010203-0405-4607-8809-0a0b0c0d0e0f');
    expect(drawing([0]).uuid()).toBe('00000000-0000-4000-8000-000000000000');
    expect(drawing([0xff]).uuid()).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
  });
});

it('F18 each draw has a label of its own, and leaves what was derived as it was', () => {
  const labels: string[] = [];
  const derived = new Uint8Array(32);
  const derive = (label: string): Uint8Array => {
    labels.push(label);
    return derived;
  };
  const random = new FlowRandom(testFlow({ derive }));
  random.number();
  random.uuid();
  random.number();
  expect(labels).toEqual(['random:0', 'random:1', 'random:2']);
  expect(derived).toEqual(new Uint8Array(32));
});
