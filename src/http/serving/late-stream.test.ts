import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LateStream } from './late-stream.ts';

let opened = 0;

interface Decision {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function undecided(): Decision {
  let [resolve, reject]: [() => void, Decision['reject']] = [() => {}, () => {}];
  const promise = new Promise<void>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}

const late = (): LateStream => new LateStream(() => void opened++);

beforeEach(() => {
  opened = 0;
  vi.useFakeTimers();
});

afterEach(() => void vi.useRealTimers());

const after = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe('HS-13 a stream for a reply that takes long', () => {
  it('is opened when its time has come, once', async () => {
    late().after(10);
    await after(9);
    expect(opened).toBe(0);
    await after(1);
    expect(opened).toBe(1);
    await after(100);
    expect(opened).toBe(1);
  });

  it('is not opened once it is over', async () => {
    const stream = late();
    stream.after(10);
    stream.stop();
    expect(vi.getTimerCount()).toBe(0);
    stream.after(10);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each<[string, (settle: Decision) => void]>([
    ['decided', ({ resolve }) => resolve()],
    ['given up', ({ reject }) => reject(new Error('no'))],
  ])(
    'T16 waits for what decides on the status, until that is %s, and its time again',
    async (_, settle) => {
      const decision = undecided();
      const stream = late();
      stream.after(10);
      stream.hold(decision.promise);
      await after(30);
      expect(opened).toBe(0);
      settle(decision);
      await after(9);
      expect(opened).toBe(0);
      await after(1);
      expect(opened).toBe(1);
    },
  );

  it('T16 does not wait for what was decided before', async () => {
    const stream = late();
    stream.hold(Promise.resolve());
    stream.after(10);
    await after(10);
    expect(opened).toBe(1);
  });

  it('T16 waits for the last of several decisions', async () => {
    const first = undecided();
    const stream = late();
    stream.hold(first.promise);
    stream.hold(new Promise(() => {}));
    stream.after(10);
    first.resolve();
    await after(100);
    expect(opened).toBe(0);
  });

  it('T16 is not opened by a decision that comes when it is over', async () => {
    const decision = undecided();
    const stream = late();
    stream.after(10);
    stream.hold(decision.promise);
    await after(10);
    stream.stop();
    decision.resolve();
    await after(100);
    expect([opened, vi.getTimerCount()]).toEqual([0, 0]);
  });
});
