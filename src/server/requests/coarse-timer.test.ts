import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CoarseTimer } from './coarse-timer.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('timers that are nearly always cancelled', () => {
  it('fire once, within a second after their time', () => {
    const fired: string[] = [];
    const timer = new CoarseTimer();
    timer.after(10_000, () => fired.push('ten'));
    timer.after(10_500, () => fired.push('eleven'));
    vi.advanceTimersByTime(9_999);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(fired).toEqual(['ten']);
    vi.advanceTimersByTime(60_000);
    expect(fired).toEqual(['ten', 'eleven']);
  });

  it('do not fire once they are cancelled', () => {
    const fire = vi.fn<() => void>();
    const timer = new CoarseTimer();
    const cancel = timer.after(1_000, fire);
    timer.after(2_000, () => {});
    cancel();
    vi.advanceTimersByTime(5_000);
    expect(fire).not.toHaveBeenCalled();
  });

  it('fire in the order of their times, whichever were cancelled', () => {
    for (const cancelled of [0, 1, 2, 3]) {
      const fired: number[] = [];
      const timer = new CoarseTimer();
      const times = [10_300, 10_100, 10_200, 10_400];
      const cancels = times.map((ms) => timer.after(ms, () => fired.push(ms)));
      cancels[cancelled]!();
      cancels[cancelled]!();
      vi.advanceTimersByTime(11_000);
      expect(fired).toEqual(times.filter((_, i) => i !== cancelled).sort());
    }
  });

  it('fire when one before them throws', () => {
    const fire = vi.fn<() => void>();
    const timer = new CoarseTimer();
    timer.after(1_000, () => {
      throw new Error('a bug');
    });
    timer.after(1_000, fire);
    expect(() => vi.advanceTimersByTime(1_000)).toThrow('a bug');
    vi.advanceTimersByTime(1_000);
    expect(fire).toHaveBeenCalledOnce();
  });

  it('do not fire when another cancels them in the same second', () => {
    const fire = vi.fn<() => void>();
    const timer = new CoarseTimer();
    let cancel = (): void => {};
    timer.after(1_000, () => cancel());
    cancel = timer.after(1_000, fire);
    vi.advanceTimersByTime(5_000);
    expect(fire).not.toHaveBeenCalled();
  });

  it('are one timer of the platform, and none when nothing is waited for', () => {
    const timer = new CoarseTimer();
    const cancels = Array.from({ length: 100 }, () => timer.after(10_000, () => {}));
    expect(vi.getTimerCount()).toBe(1);
    for (const cancel of cancels) cancel();
    vi.advanceTimersByTime(1_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('begin again after a rest', () => {
    const fire = vi.fn<() => void>();
    const timer = new CoarseTimer();
    timer.after(1_000, () => {});
    vi.advanceTimersByTime(1_000);
    timer.after(1_000, fire);
    vi.advanceTimersByTime(1_000);
    expect(fire).toHaveBeenCalledOnce();
  });

  it.each([
    ['forward a day', 86_400_000],
    ['back an hour', -3_600_000],
  ])('fire when they should after the clock of the system is set %s', (_how, by) => {
    const fire = vi.fn<() => void>();
    new CoarseTimer().after(60_000, fire);
    vi.setSystemTime(Date.now() + by);
    vi.advanceTimersByTime(59_000);
    expect(fire).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2_000);
    expect(fire).toHaveBeenCalledOnce();
  });
});
