import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Discards } from './discards.ts';
import type { TaskHost } from './task-host.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A store that has these tasks, after so many looks for them. */
function opened(looks: Readonly<Record<string, number>> = {}) {
  const asked: string[] = [];
  const woken: string[] = [];
  const cancel = async (taskId: string): Promise<boolean> => {
    asked.push(taskId);
    if (looks[taskId] === -1) throw new Error('the store is away');
    return asked.filter((each) => each === taskId).length === looks[taskId];
  };
  const wake = (taskId: string): void => void woken.push(taskId);
  const host = { store: { cancel }, options: { retention: 1_000 }, isClosing: false, wake };
  return { host, asked, woken, discards: new Discards(host as unknown as TaskHost) };
}

it('K8 a task that nobody has heard of is looked for until it is there, and its run is told', async () => {
  const { discards, asked, woken } = opened({ late: 3, there: 1 });
  discards.add('late');
  discards.add('there');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toEqual(['late', 'there', 'late', 'late']);
  expect(woken).toEqual(['there', 'late']);
  expect(vi.getTimerCount()).toBe(0);
});

it('K8 a task that is never there is forgotten once a worker would have it; another is looked for anew', async () => {
  const { discards, asked } = opened({ away: -1, later: 1 });
  discards.add('away');
  discards.add('never');
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked.length).toBeGreaterThan(20);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked).toHaveLength(40);
  discards.add('later');
  await vi.advanceTimersByTimeAsync(100);
  expect(asked.at(-1)).toBe('later');
});

it('K8 tasks are not looked for any more where their server closes, nor more than a thousand at once', async () => {
  const { host, discards, asked } = opened();
  for (let n = 0; n < 1_001; n++) discards.add(`${n}`);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toHaveLength(1_000);
  host.isClosing = true;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(1_000);
});
