import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Discards } from './discards.ts';
import type { TaskHost } from './task-host.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A store that has these tasks, after so many looks for them: 0 is never, and in -1 it is away. */
function opened(looks: Readonly<Record<string, number>> = {}) {
  const asked: string[] = [];
  const woken: string[] = [];
  const warned: string[] = [];
  const discard = async (taskId: string): Promise<boolean> => {
    asked.push(taskId);
    if (looks[taskId] === -1) throw new Error('the store is away');
    return asked.filter((each) => each === taskId).length === looks[taskId];
  };
  const wake = (taskId: string): void => void woken.push(taskId);
  const warn = (what: string): void => void warned.push(what);
  const options = { retention: 1_000 };
  const host = { store: { discard } as object, options, isClosing: false, wake, warn };
  const discards = new Discards(host as unknown as TaskHost);
  return { host, asked, woken, warned, looks: looks as Record<string, number>, discards };
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

it('K8 a task that is never there is forgotten after half a minute; another is looked for anew', async () => {
  const { discards, asked } = opened({ later: 1 });
  discards.add('never');
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked.length).toBeLessThan(20);
  await vi.advanceTimersByTimeAsync(40_000);
  expect(asked).toHaveLength(20);
  discards.add('later');
  await vi.advanceTimersByTimeAsync(100);
  expect(asked.at(-1)).toBe('later');
});

it('K8 a store that is away says nothing of a task: it is looked for afterwards', async () => {
  const { discards, asked, looks, woken } = opened({ task: -1 });
  discards.add('task');
  await vi.advanceTimersByTimeAsync(600_000);
  expect(woken).toEqual([]);
  looks['task'] = asked.length + 2;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(woken).toEqual(['task']);
});

it('K8 a store that cannot discard cancels', async () => {
  const { host, discards, woken } = opened();
  const cancel = vi.fn(async () => true);
  host.store = { cancel };
  discards.add('task');
  await vi.advanceTimersByTimeAsync(100);
  expect(cancel).toHaveBeenCalledWith('task', 1_000);
  expect(woken).toEqual(['task']);
});

it('K8 nothing is looked for any more as soon as the server closes', async () => {
  const { host, discards, asked } = opened();
  host.store = {
    discard: async (taskId: string) => {
      asked.push(taskId);
      host.isClosing = asked.length === 3;
      return false;
    },
  };
  for (let n = 0; n < 10; n++) discards.add(`${n}`);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toEqual(['0', '1', '2']);
  expect(vi.getTimerCount()).toBe(0);
});

it('K8 no more than a thousand are looked for at once, which is said', async () => {
  const { discards, asked, warned } = opened();
  for (let n = 0; n < 1_001; n++) discards.add(`${n}`);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toHaveLength(1_000);
  expect(warned).toHaveLength(1);
});
