import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConcurrencyLimit, type Slot } from './concurrency-limit.ts';

const limitOf = (maxConcurrentRequests: number, maxBytesInFlight = 100): ConcurrencyLimit =>
  new ConcurrencyLimit({ maxConcurrentRequests, maxBytesInFlight });

/** How many slots can be taken now; they are given back. */
function free(limit: ConcurrencyLimit): number {
  const taken: Slot[] = [];
  for (let slot = limit.acquire(); slot !== undefined; slot = limit.acquire()) taken.push(slot);
  for (const slot of taken) slot.release();
  return taken.length;
}

describe('SE-1 requests at once', () => {
  it('are as many as may be, and one more when one has ended', () => {
    const limit = limitOf(2);
    const first = limit.acquire()!;
    expect(limit.acquire()).toBeDefined();
    expect(limit.acquire()).toBeUndefined();
    first.release();
    expect(free(limit)).toBe(1);
  });

  it('end once, however often they are said to', () => {
    const limit = limitOf(2);
    const slot = limit.acquire()!;
    slot.release();
    slot.release();
    slot.pause();
    expect(free(limit)).toBe(2);
  });

  it('do not count while they wait', () => {
    const limit = limitOf(1);
    const slot = limit.acquire()!;
    slot.pause();
    slot.pause();
    expect(free(limit)).toBe(1);
    slot.release();
    expect(free(limit)).toBe(1);
  });
});

describe('SE-1 bytes at once', () => {
  it('are as many as may be, of all requests together', () => {
    const limit = limitOf(9, 100);
    const [one, two] = [limit.acquire()!, limit.acquire()!];
    expect(one.hold(60)).toBe(true);
    expect(two.hold(41)).toBe(false);
    expect(two.hold(40)).toBe(true);
    expect(two.hold(1)).toBe(false);
  });

  it('are free when their request has ended, those that were refused aside', () => {
    const limit = limitOf(9, 100);
    const [one, two] = [limit.acquire()!, limit.acquire()!];
    one.hold(30);
    one.hold(30);
    one.hold(60);
    one.release();
    one.release();
    expect(two.hold(100)).toBe(true);
    expect(two.hold(1)).toBe(false);
  });

  it('count while their request waits', () => {
    const limit = limitOf(9, 100);
    const [one, two] = [limit.acquire()!, limit.acquire()!];
    one.hold(60);
    one.pause();
    expect(two.hold(41)).toBe(false);
  });

  it('of a request that has ended count for nothing', () => {
    const limit = limitOf(9, 100);
    const [one, two] = [limit.acquire()!, limit.acquire()!];
    one.release();
    expect(one.hold(1_000)).toBe(true);
    expect(two.hold(100)).toBe(true);
  });
});

describe('a request that goes on', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('has its slot, if it never gave it back', async () => {
    const limit = limitOf(2);
    expect(await limit.acquire()!.take(10)).toBe(true);
    expect(free(limit)).toBe(1);
  });

  it('takes one that is free', async () => {
    const limit = limitOf(1);
    const slot = limit.acquire()!;
    slot.pause();
    expect(await slot.take(10)).toBe(true);
    expect(free(limit)).toBe(0);
    slot.release();
    expect(free(limit)).toBe(1);
  });

  it('gets the next that becomes free, before new requests and in order', async () => {
    const limit = limitOf(1);
    const first = limit.acquire()!;
    first.pause();
    const other = limit.acquire()!;
    other.pause();
    const busy = limit.acquire()!;
    const order: string[] = [];
    const taken = [
      first.take(10).then((is) => order.push(`first ${is}`)),
      other.take(10).then((is) => order.push(`other ${is}`)),
    ];
    busy.release();
    expect(limit.acquire()).toBeUndefined();
    await taken[0];
    first.release();
    await taken[1];
    expect(order).toEqual(['first true', 'other true']);
    expect([free(limit), vi.getTimerCount()]).toEqual([0, 0]);
    other.release();
    expect(free(limit)).toBe(1);
  });

  it('gets none if none becomes free in time, and does not take one later', async () => {
    const limit = limitOf(1);
    const slot = limit.acquire()!;
    slot.pause();
    const busy = limit.acquire()!;
    const taken = slot.take(10);
    let isOver = false;
    void taken.then(() => (isOver = true));
    await vi.advanceTimersByTimeAsync(9);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await taken).toBe(false);
    busy.release();
    slot.release();
    expect(free(limit)).toBe(1);
  });

  it('that gives up waiting leaves the others in the queue', async () => {
    const limit = limitOf(1);
    const slots = [limit.acquire()!];
    slots[0]!.pause();
    slots.push(limit.acquire()!);
    slots[1]!.pause();
    const busy = limit.acquire()!;
    const [long, short] = [slots[0]!.take(100), slots[1]!.take(10)];
    await vi.advanceTimersByTimeAsync(10);
    expect(await short).toBe(false);
    busy.release();
    expect(await long).toBe(true);
  });

  it('gives its slot on if it has ended while it waited', async () => {
    const limit = limitOf(1);
    const slot = limit.acquire()!;
    slot.pause();
    const busy = limit.acquire()!;
    const taken = slot.take(10);
    slot.release();
    busy.release();
    expect(await taken).toBe(false);
    expect(free(limit)).toBe(1);
  });
});
