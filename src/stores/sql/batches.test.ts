import { expect, it, onTestFinished, vi } from 'vitest';
import { Batches } from './batches.ts';

/** Calls that end when they are told to; `unknown` is not found. */
function openCalls(sizeOf?: (call: string) => number) {
  const begun: (readonly string[])[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const run = (calls: readonly string[]): Promise<(string | undefined)[]> => {
    begun.push(calls);
    return new Promise((resolve, reject) => {
      ends.push((error) => {
        if (error !== undefined) return reject(error);
        resolve(calls.map((call) => (call === 'unknown' ? undefined : `of ${call}`)));
      });
    });
  };
  const batches = new Batches(run, { most: 20, ...(sizeOf && { sizeOf }) });
  return { batches, begun, ends };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('K4 calls that are made while another runs are one statement, which begins after them', async () => {
  const { batches, begun, ends } = openCalls();
  const all = ['a', 'b', 'unknown', 'b'].map((call) => batches.add(call));
  expect(begun).toEqual([['a']]);
  ends[0]!();
  expect(await all[0]).toBe('of a');
  await turn();
  expect(begun).toEqual([['a'], ['b', 'unknown', 'b']]);
  ends[1]!();
  expect(await Promise.all(all)).toEqual(['of a', 'of b', undefined, 'of b']);
});

it('a slow statement does not hold up the others; two of them do', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { batches, begun, ends } = openCalls();
  const all = ['a', 'b', 'c'].map((call) => batches.add(call));
  vi.advanceTimersByTime(24);
  expect(begun).toEqual([['a']]);
  vi.advanceTimersByTime(1);
  expect(begun).toEqual([['a'], ['b', 'c']]);
  all.push(batches.add('d'));
  vi.advanceTimersByTime(1_000);
  expect(begun).toHaveLength(2);
  ends[1]!();
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toEqual([['a'], ['b', 'c'], ['d']]);
  ends[2]!();
  ends[0]!();
  expect(await Promise.all(all)).toEqual(['of a', 'of b', 'of c', 'of d']);
  expect(vi.getTimerCount()).toBe(0);
});

it('one that was slow does not let go of those that wait for the newest', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { batches, begun, ends } = openCalls();
  const all = [batches.add('a'), batches.add('b')];
  vi.advanceTimersByTime(25);
  all.push(batches.add('c'));
  ends[0]!();
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toEqual([['a'], ['b']]);
  ends[1]!();
  await vi.advanceTimersByTimeAsync(0);
  ends[2]!();
  await Promise.all(all);
});

it('calls of one statement have a limit together, which one alone may pass', async () => {
  const { batches, begun, ends } = openCalls(Number);
  const all = ['1', '9', '9', '9', '30', '5'].map((call) => batches.add(call));
  for (let i = 0; i < 5; i++) {
    ends[i]?.();
    await turn();
  }
  expect(begun).toEqual([['1'], ['9', '9'], ['9'], ['30'], ['5']]);
  await Promise.all(all);
});

it('calls of a statement that fails are tried alone, and those behind it go on', async () => {
  const { batches, begun, ends } = openCalls();
  const all = Array.from({ length: 23 }, (_, n) => batches.add(`${n}`).catch(() => 'failed'));
  ends[0]!();
  await turn();
  expect(begun.map(({ length }) => length)).toEqual([1, 20]);
  ends[1]!(new Error('one of them is wrong'));
  await turn();
  expect(begun.slice(2).map(({ length }) => length)).toEqual(Array(20).fill(1));
  ends[2]!(new Error('this one'));
  for (const end of ends.slice(3)) end();
  await turn();
  ends.at(-1)!();
  const ended = await Promise.all(all);
  expect(ended.filter((each) => each === 'failed')).toHaveLength(1);
  expect(ended.at(-1)).toBe('of 22');
});
