import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeptAnswers } from './kept-answers.ts';

const mine = { session: 'a', principal: undefined };
const theirs = { session: 'b', principal: undefined };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function made(): { kept: KeptAnswers; unclaimed: () => number } {
  let count = 0;
  const kept = new KeptAnswers(() => void count++);
  return { kept, unclaimed: () => count };
}

describe('answers that nobody waits for yet', () => {
  it('L9 are taken once, by the session that they are of', () => {
    const { kept, unclaimed } = made();
    kept.keep('1', mine, { result: 1 });
    expect(kept.take('1', theirs)).toBeUndefined();
    expect(kept.take('1', { ...mine, principal: { issuer: 'i', subject: 's' } })).toBeUndefined();
    expect(kept.take('1', mine)).toEqual({ result: 1 });
    expect(kept.take('1', mine)).toBeUndefined();
    vi.advanceTimersByTime(100_000);
    expect(unclaimed()).toBe(0);
  });

  it('L9 are kept for a minute, and then missed', () => {
    const { kept, unclaimed } = made();
    kept.keep('1', mine, {});
    vi.advanceTimersByTime(59_999);
    expect(unclaimed()).toBe(0);
    vi.advanceTimersByTime(2);
    expect(unclaimed()).toBe(1);
    expect(kept.take('1', mine)).toBeUndefined();
  });

  it('L9 are 16 of a session, the newest', () => {
    const { kept } = made();
    for (let i = 0; i < 1_000; i++) kept.keep(`${i}`, mine, { result: i });
    kept.keep('other', theirs, {});
    const left = Array.from({ length: 1_000 }, (_, i) => kept.look(`${i}`)).filter(Boolean);
    expect(left).toHaveLength(16);
    expect(kept.look('999')).toBeDefined();
    expect(kept.look('other')).toBeDefined();
  });

  it('L9 are 1,000 and 4 MiB in all, and 64 KiB each', () => {
    const { kept, unclaimed } = made();
    const count = (): number =>
      Array.from({ length: 3_000 }, (_, i) => kept.look(`${i}`)).filter(Boolean).length;
    for (let i = 0; i < 3_000; i++) kept.keep(`${i}`, { ...mine, session: `s${i}` }, {});
    expect(count()).toBe(1_000);
    const large = { result: 'x'.repeat(60_000) };
    for (let i = 0; i < 3_000; i++) kept.keep(`${i}`, { ...mine, session: `s${i}` }, large);
    expect(count()).toBe(Math.floor((4 * 1_048_576) / JSON.stringify(large).length));
    kept.keep('huge', mine, { result: 'x'.repeat(70_000) });
    expect(kept.look('huge')).toBeUndefined();
    expect(unclaimed()).toBe(1);
  });

  it('L9 count once when they come twice', () => {
    const { kept, unclaimed } = made();
    kept.keep('1', mine, { result: 1 });
    kept.keep('1', mine, { result: 2 });
    vi.advanceTimersByTime(60_001);
    expect(unclaimed()).toBe(1);
  });
});
