import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Principal } from '../../protocol/principal.ts';
import { CredentialWatch } from './credential-watch.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let ends = 0;

const onEnd = (): void => void ends++;

const ada = (expiresAt?: unknown): Principal => ({
  issuer: 'https://id.example',
  subject: 'ada',
  expiresAt: expiresAt as number,
});

function watch(expiresAt?: unknown, recheck?: () => Promise<boolean>): CredentialWatch {
  return new CredentialWatch(ada(expiresAt), recheck, onEnd);
}

beforeEach(() => {
  ends = 0;
  vi.useFakeTimers();
});

afterEach(() => void vi.useRealTimers());

describe('what stays open', () => {
  it('A11 ends when the credentials do, and not before', async () => {
    watch(Date.now() + 5 * MINUTE);
    await vi.advanceTimersByTimeAsync(5 * MINUTE - 1);
    expect(ends).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(ends).toBe(1);
  });

  it('A11 ends after 90 days, which no timer can wait for at once', async () => {
    watch(Date.now() + 90 * DAY);
    await vi.advanceTimersByTimeAsync(90 * DAY - 1);
    expect(ends).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(ends).toBe(1);
  });

  it.each([undefined, Number.NaN, 'soon', null, Infinity])(
    'A11 ends after an hour if the end of the credentials is %s',
    async (expiresAt) => {
      watch(expiresAt);
      await vi.advanceTimersByTimeAsync(60 * MINUTE - 1);
      expect(ends).toBe(0);
      await vi.advanceTimersByTimeAsync(1);
      expect(ends).toBe(1);
    },
  );

  it('A11 ends at once with credentials that have ended', async () => {
    watch(Date.now() - 1);
    await vi.advanceTimersByTimeAsync(0);
    expect(ends).toBe(1);
  });

  it('A11 is asked about once a minute, and ends when the credentials do not hold any more', async () => {
    let asked = 0;
    const recheck = async (): Promise<boolean> => ++asked < 3;
    watch(Date.now() + DAY, recheck);
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect([asked, ends]).toEqual([2, 0]);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect([asked, ends]).toEqual([3, 1]);
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect([asked, ends]).toEqual([3, 1]);
  });

  it('A11 waits for nothing once it is over', async () => {
    let asked = 0;
    const recheck = async (): Promise<boolean> => ++asked > 0;
    const open = watch(Date.now() + DAY, recheck);
    open.stop();
    await vi.advanceTimersByTimeAsync(2 * DAY);
    expect([asked, ends, vi.getTimerCount()]).toEqual([0, 0, 0]);
  });

  it.each([true, false])('A11 is over if it is over while it is asked: %s', async (holds) => {
    let answer!: (holds: boolean) => void;
    const recheck = (): Promise<boolean> => new Promise((resolve) => (answer = resolve));
    const open = watch(undefined, recheck);
    await vi.advanceTimersByTimeAsync(MINUTE);
    open.stop();
    answer(holds);
    await vi.advanceTimersByTimeAsync(0);
    expect([ends, vi.getTimerCount()]).toEqual([0, 0]);
  });
});
