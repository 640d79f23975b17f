import { describe, expect, it } from 'vitest';
import { pauseAfter } from './backoff.ts';

describe('backoff', () => {
  const backoff = { first: 50, longest: 2_000 };

  it('doubles with each failure and stays at the longest pause', () => {
    const pauses = [1, 2, 3, 6, 7, 8, 1_000_000].map((failures) => pauseAfter(failures, backoff));
    expect(pauses).toEqual([50, 100, 200, 1_600, 2_000, 2_000, 2_000]);
  });
});
